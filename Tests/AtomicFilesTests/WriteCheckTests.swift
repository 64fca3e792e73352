import AtomicFiles
import Foundation
import Testing

@Suite struct WriteCheckTests {
  private let folder: String

  init() throws {
    folder = (NSTemporaryDirectory() as NSString).appendingPathComponent("facet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: folder + "/open", withIntermediateDirectories: true)
    try writeAtomically(Data("old".utf8), to: folder + "/file")
    let links = [("link", "file"), ("dangling", "open/later"), ("lost", "nowhere/later"), ("loop", "loop")]
    for (name, target) in links {
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/\(name)", withDestinationPath: name == "loop" ? "loop" : "\(folder)/\(target)")
    }
  }

  /// The check says what writing then says, and leaves everything as it is.
  @Test(arguments: [
    "new", "file", "link", "open/new", "open", "", "nowhere/new", "file/new", "file/deep/new", "dangling", "loop/new",
    "lost/new", "new/", "file/", "open/", "link/",
  ])
  func filesAreJudgedAsWritingJudgesThem(name: String) throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = name.isEmpty ? "" : folder + "/" + name
    let before = try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
    func error(_ body: () throws -> Void) -> FileWriteError? {
      do { try body() } catch { return error as? FileWriteError }
      return nil
    }
    let judged = error { try checkCanWrite(to: path) }
    #expect(try FileManager.default.subpathsOfDirectory(atPath: folder).sorted() == before)
    #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "old")
    #expect(judged == error { try writeAtomically(Data("new".utf8), to: path) })
    if name == "dangling" {
      #expect(
        try FileManager.default.destinationOfSymbolicLink(atPath: path) == folder + "/open/later", "the link stays")
      #expect(try String(contentsOfFile: folder + "/open/later", encoding: .utf8) == "new")
    }
    #expect((judged == nil) == ["new", "file", "link", "open/new", "dangling"].contains(name))
  }

  /// Foundation trips over the shortest names.
  @Test func aNameOfOneLetterIsAName() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let missing = "/facet-\(UUID().uuidString)"
    for name in ["x", "x/", "/"] { try checkCanWrite(intoFolder: name) }
    try checkCanWrite(to: "x")
    let error = #expect(throws: FileWriteError.self) { try checkCanWrite(to: missing + "/x") }
    #expect(error?.reason == "there is no folder '\(missing)'; create it first")
  }

  @Test func devicesAreWrittenWhateverTheirFolder() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try checkCanWrite(to: "/dev/null")
  }

  @Test func foldersAreThereOrCanBeMade() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for name in ["open", "new", "new/deep/er", "open/"] { try checkCanWrite(intoFolder: folder + "/" + name) }
    for name in [".", "facet-\(UUID().uuidString)/new"] { try checkCanWrite(intoFolder: name) }
    for name in ["file", "file/new", "link"] {
      let error = #expect(throws: FileWriteError.self) { try checkCanWrite(intoFolder: folder + "/" + name) }
      #expect(error?.path == folder + "/" + name && error?.reason.hasSuffix("is not a folder") == true)
    }
    #expect(throws: FileWriteError.self) { try checkCanWrite(intoFolder: "") }
    #expect(!FileManager.default.fileExists(atPath: folder + "/new"), "nothing is made")
  }

  /// Only where the system keeps this user out; it keeps the superuser out of nothing.
  @Test(.enabled(if: getuid() != 0)) func placesThatMayNotBeWrittenAreRefused() throws {
    let files = FileManager.default
    defer {
      try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder + "/open")
      try? files.removeItem(atPath: folder)
    }
    try files.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder + "/open")
    let place = folder + "/open/new"
    let errors = [
      #expect(throws: FileWriteError.self) { try checkCanWrite(to: place) },
      #expect(throws: FileWriteError.self) { try checkCanWrite(intoFolder: place) },
    ]
    for error in errors { #expect(error?.reason.contains("no permission") == true) }
  }
}
