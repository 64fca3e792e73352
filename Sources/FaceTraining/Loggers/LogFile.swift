import Foundation

/// A file that grows; every append is one write, so that a killed run loses at most the record it was writing.
final class LogFile {
  let path: String
  private var handle: FileHandle?

  /// Opens or creates a file for appending.
  init(path: String) throws {
    self.path = path
    let manager = FileManager.default
    var isFolder: ObjCBool = false
    if manager.fileExists(atPath: path, isDirectory: &isFolder) {
      if isFolder.boolValue { throw LoggerError(path: path, reason: "it is a folder; name a file in it") }
    } else if !manager.createFile(atPath: path, contents: nil) {
      throw LoggerError(path: path, reason: "it cannot be created; check that its folder exists and can be written")
    }
    handle = FileHandle(forUpdatingAtPath: path)
    guard handle != nil else { throw LoggerError(path: path, reason: "no permission to write it") }
    try guarded { try $0.seekToEnd() }
  }

  func contents() throws -> Data {
    try guarded { handle in
      try handle.seek(toOffset: 0)
      defer { _ = try? handle.seekToEnd() }
      return try handle.readToEnd() ?? Data()
    }
  }

  /// Forgets everything from `offset` on.
  func truncate(to offset: Int) throws {
    try guarded { try $0.truncate(atOffset: UInt64(offset)) }
  }

  func append(_ bytes: Data) throws { try guarded { try $0.write(contentsOf: bytes) } }

  func synchronize() throws { try guarded { try $0.synchronize() } }

  func close() {
    try? handle?.synchronize()
    try? handle?.close()
    handle = nil
  }

  @discardableResult
  private func guarded<Result>(_ work: (FileHandle) throws -> Result) throws -> Result {
    guard let handle else { throw LoggerError(path: path, reason: "the log was closed before") }
    do {
      return try work(handle)
    } catch {
      throw LoggerError(path: path, reason: error.localizedDescription)
    }
  }
}
