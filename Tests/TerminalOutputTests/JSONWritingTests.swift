import Foundation
import TerminalOutput
import Testing

/// A folder of its own, gone with the test.
private final class Folder {
  let path: String
  init() throws {
    path = (NSTemporaryDirectory() as NSString).appendingPathComponent("facet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

@Suite struct JSONWritingTests {
  private struct Report: Codable {
    var name = "a/b"
    var values = [0.1, .nan, .infinity, -.infinity]
    var accuracy: Float = 0.3
    var missing: Int?
  }

  @Test func theFormIsStable() throws {
    let expected = """
      {
        "accuracy" : 0.3,
        "name" : "a/b",
        "values" : [
          0.1,
          "NaN",
          "Infinity",
          "-Infinity"
        ]
      }

      """
    #expect(String(decoding: try encodeJSON(Report()), as: UTF8.self) == expected)
  }

  @Test func whatIsWrittenCanBeRead() throws {
    let folder = try Folder()
    try writeJSON(Report(), to: folder.path + "/report.json")
    let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/report.json"))
    let report = try decodeJSON(Report.self, from: bytes)
    #expect(report.values[0] == 0.1 && report.values[1].isNaN && report.values[2...] == [.infinity, -.infinity])
    #expect(folder.names == ["report.json"])
  }
}
