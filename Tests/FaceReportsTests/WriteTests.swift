import AtomicFiles
import Foundation
import Testing

@testable import FaceReports

@Suite struct WriteTests {
  private static func folder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  @Test func writesAndReplacesAndLeavesNothingBeside() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("report ü.html")
    try Data("old".utf8).write(to: file)
    let report = sampleReport()
    try report.write(to: file.path)
    #expect(try String(contentsOf: file, encoding: .utf8) == report.html())
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
  }

  @Test func missingFolderIsNamed() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("absent/report.html").path
    let error = try #require(throws: FileWriteError.self) { try sampleReport().write(to: path) }
    #expect(error.description.contains(path) && error.description.contains("there is no folder"))
  }

  @Test func folderAsPathIsRefused() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: FileWriteError.self) { try sampleReport().write(to: folder.path) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
