import Foundation

/// A folder of its own, gone with the test.
final class LogFolder {
  let path: String
  init() throws {
    path = (NSTemporaryDirectory() as NSString).appendingPathComponent("facet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ text: String, to name: String) throws {
    try text.write(toFile: path + "/" + name, atomically: false, encoding: .utf8)
  }
  func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
  func bytes(_ file: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: file))) }
}

/// A clock that stands still.
func noon() -> Date { Date(timeIntervalSince1970: 1_700_000_000.25) }
