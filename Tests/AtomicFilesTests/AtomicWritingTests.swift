import AtomicFiles
import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A folder of its own, gone with the test.
private final class Folder: Sendable {
  let path: String
  init() throws {
    path = (NSTemporaryDirectory() as NSString).appendingPathComponent("facet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func text(_ name: String) -> String? { try? String(contentsOfFile: path + "/" + name, encoding: .utf8) }
  var names: [String] { ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted() }
}

/// What threads that clear a folder have done, and whether they are to end.
private final class Clearing: @unchecked Sendable {
  private let lock = NSLock()
  private var done = 0
  private var over = false
  var rounds: Int { lock.withLock { done } }
  var isOver: Bool { lock.withLock { over } }
  func count() { lock.withLock { done += 1 } }
  func end() { lock.withLock { over = true } }
}

@Suite struct AtomicWritingTests {
  private struct Halt: Error {}

  @Test func whatFailsHalfwayLeavesTheOldFile() throws {
    let folder = try Folder()
    let file = folder.path + "/model"
    try writeAtomically(Data("old".utf8), to: file)
    #expect(throws: Halt.self) {
      try writeAtomically(to: file) { sink in
        try sink.append(Data("half".utf8))
        throw Halt()
      }
    }
    #expect(folder.text("model") == "old" && folder.names == ["model"])
    try writeAtomically(to: file) { sink in
      try sink.append(Data("new ".utf8))
      try "bytes".utf8.withContiguousStorageIfAvailable { try sink.append(UnsafeRawBufferPointer($0)) }
    }
    #expect(folder.text("model") == "new bytes")
  }

  /// What nobody holds goes, whatever process has the number in its name now; what is being written stays.
  @Test func whatTheKilledLeftIsRemoved() throws {
    let folder = try Folder()
    let mine = ProcessInfo.processInfo.processIdentifier
    let others = [".tmp-x-1", ".tmp-1", ".tmp-1-", ".tmp--1", ".tmp-1-2-3", "a.tmp-1-2", "model"]
    for name in [".tmp-\(mine)-a", ".tmp-1-1x"] + others {
      #expect(FileManager.default.createFile(atPath: folder.path + "/" + name, contents: nil))
    }
    try writeAtomically(to: folder.path + "/model") { sink in
      let before = folder.names
      removeUnfinishedFiles(in: folder.path)
      let written = Set(folder.names).subtracting(others)
      #expect(written.count == 1 && Set(before).subtracting(folder.names) == [".tmp-\(mine)-a", ".tmp-1-1x"])
      try sink.append(Data("new".utf8))
    }
    #expect(folder.names == others.sorted() && folder.text("model") == "new")
  }

  /// Held is what an open descriptor holds: a process that was killed has none.
  @Test func whatIsHeldStaysUntilItIsClosed() throws {
    let folder = try Folder()
    let file = folder.path + "/.tmp-1-1"
    let descriptor = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    #expect(UnfinishedFiles.hold(descriptor, file))
    removeUnfinishedFiles(in: folder.path)
    #expect(folder.names == [".tmp-1-1"])
    close(descriptor)
    removeUnfinishedFiles(in: folder.path)
    #expect(folder.names.isEmpty)
  }

  /// What was taken for left before it was held is not held.
  @Test func whatIsGoneIsNotHeld() throws {
    for isGone in [true, false] {
      let folder = try Folder()
      let file = folder.path + "/.tmp-1-1"
      let (mine, other) = (open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600), open(file, O_RDONLY | O_CLOEXEC))
      defer { for descriptor in [mine, other] { close(descriptor) } }
      if isGone { unlink(file) } else { #expect(FileHold.take(other) == .held) }
      #expect(!UnfinishedFiles.hold(mine, file))
    }
  }

  /// Folders that are cleared while files are written into them lose none.
  @Test func clearingAFolderTakesNothingFromItsWriters() throws {
    let folder = try Folder()
    let names = (0..<300).map { "\($0)" }
    let (state, done) = (Clearing(), DispatchSemaphore(value: 0))
    for _ in 0..<2 {
      Thread.detachNewThread {
        while !state.isOver {
          removeUnfinishedFiles(in: folder.path)
          state.count()
        }
        done.signal()
      }
    }
    while state.rounds == 0 { usleep(100) }
    let before = state.rounds
    for name in names { try writeAtomically(Data(name.utf8), to: folder.path + "/" + name) }
    #expect(state.rounds > before, "it was cleared while files were written")
    state.end()
    for _ in 0..<2 { done.wait() }
    #expect(folder.names == names.sorted())
  }

  @Test func filesAreReplacedWhole() throws {
    let folder = try Folder()
    let file = folder.path + "/result.txt"
    try writeAtomically(Data("a longer text".utf8), to: file)
    try writeAtomically(Data("short".utf8), to: file)
    #expect(folder.text("result.txt") == "short")
    #expect(folder.names == ["result.txt"])
  }

  @Test func emptyAndLargeFiles() throws {
    let folder = try Folder()
    try writeAtomically(Data(), to: folder.path + "/empty")
    #expect(folder.text("empty") == "")
    let large = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
    try writeAtomically(large, to: folder.path + "/large")
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/large")) == large)
  }

  @Test func linksStayAndTheirTargetsChange() throws {
    let folder = try Folder()
    try writeAtomically(Data("old".utf8), to: folder.path + "/target")
    try FileManager.default.createSymbolicLink(
      atPath: folder.path + "/link", withDestinationPath: folder.path + "/target")
    try writeAtomically(Data("new".utf8), to: folder.path + "/link")
    #expect(folder.text("target") == "new")
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path + "/link").hasSuffix("target"))
  }

  @Test func permissionsOfReplacedFilesStay() throws {
    let folder = try Folder()
    let file = folder.path + "/secret"
    try writeAtomically(Data("1".utf8), to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    try writeAtomically(Data("2".utf8), to: file)
    #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
  }

  @Test func devicesAreWrittenInPlace() throws {
    try writeAtomically(Data("x".utf8), to: "/dev/null")
    let kind = try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
    #expect(kind == .typeCharacterSpecial)
  }

  /// The system calls a redirected stream the file behind it, which holds what others wrote.
  @Test func streamsAreWrittenFromWhereTheyStand() throws {
    let folder = try Folder()
    let file = folder.path + "/log"
    try writeAtomically(Data("before".utf8), to: file)
    let log = try #require(FileHandle(forWritingAtPath: file))
    try log.seekToEnd()
    let stream = "/dev/fd/\(log.fileDescriptor)"
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/link", withDestinationPath: stream)
    for (path, word) in [
      (stream, " one"), ("/proc/self/fd/\(log.fileDescriptor)", " two"), (folder.path + "/link", " three"),
    ] {
      try checkCanWrite(to: path)
      try writeAtomically(Data(word.utf8), to: path)
      #expect(isStream(path))
    }
    #expect(throws: FileWriteError.self) {
      try writeAtomically(to: stream) { try $0.overwrite(at: 0, Data("X".utf8)) }
    }
    try log.write(contentsOf: Data(" after".utf8))
    #expect(folder.text("log") == "before one two three after" && folder.names == ["link", "log"])
    #expect(isStream("/dev/null") && !isStream(file) && !isStream(folder.path) && !isStream(folder.path + "/none"))
  }

  @Test func streamsThatTakeNothingAreRefused() throws {
    let folder = try Folder()
    try writeAtomically(Data("mine".utf8), to: folder.path + "/file")
    let reading = try #require(FileHandle(forReadingAtPath: folder.path + "/file"))
    let attempts: [(String) throws -> Void] = [
      { try checkCanWrite(to: $0) }, { try writeAtomically(Data("X".utf8), to: $0) },
    ]
    for stream in ["/dev/fd/\(reading.fileDescriptor)", "/dev/fd/\(Int32.max)"] {
      for attempt in attempts {
        let error = #expect(throws: FileWriteError.self) { try attempt(stream) }
        #expect(error == FileWriteError(path: stream, reason: "it is not open for writing"))
      }
    }
    #expect(folder.text("file") == "mine")
  }

  @Test func errorsNameTheFileAndTheRemedy() throws {
    let folder = try Folder()
    func message(_ path: String) -> String? {
      do { try writeAtomically(Data("x".utf8), to: path) } catch { return (error as? FileWriteError)?.description }
      return nil
    }
    let missing = folder.path + "/none/file"
    #expect(message(missing) == "cannot write '\(missing)': there is no folder '\(folder.path)/none'; create it first")
    #expect(message(folder.path) == "cannot write '\(folder.path)': it is a folder; name a file in it")
    #expect(message("") == "cannot write '': the name is empty")
    try writeAtomically(Data(), to: folder.path + "/file")
    let below = folder.path + "/file/below"
    #expect(message(below) == "cannot write '\(below)': '\(folder.path)/file' is not a folder")
    #expect(folder.names == ["file"])
  }
}
