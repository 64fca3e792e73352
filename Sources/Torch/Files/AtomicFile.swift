import Foundation

/// A file written under a temporary name beside its place and renamed when it is whole and on disk, so that a reader, or
/// a crash, never meets half of it.
struct AtomicFile {
  private let descriptor: Int32
  private let path: String

  /// Throws ``SafetensorsError/unwritable(path:reason:)``; the temporary file is gone then.
  static func write(to path: String, _ body: (AtomicFile) throws -> Void) throws {
    // A name of its own for every write: two of one process may share a place, too.
    let temporary = "\(path).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard descriptor >= 0 else { throw failure(path) }
    do {
      try body(AtomicFile(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw failure(path) }
      close(descriptor)
    } catch {
      close(descriptor)
      unlink(temporary)
      throw error
    }
    guard rename(temporary, path) == 0 else {
      let error = failure(path)
      unlink(temporary)
      throw error
    }
  }

  func append(_ data: Data) throws { try data.withUnsafeBytes { try append($0) } }

  func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while !rest.isEmpty {
      // write() takes at most 2 GiB at once.
      let written = Foundation.write(descriptor, rest.baseAddress, min(rest.count, 1 << 30))
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw AtomicFile.failure(path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  private static func failure(_ path: String) -> SafetensorsError {
    .unwritable(path: path, reason: String(cString: strerror(errno)))
  }
}
