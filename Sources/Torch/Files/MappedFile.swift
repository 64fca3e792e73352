import Foundation

/// A file mapped into memory for reading, unmapped when the last user lets go. Safe from any thread.
///
/// Pages are read when they are first touched, so a file may be larger than memory. Another process that shortens the
/// file takes the pages away; ``checkSize()`` before reading a part says so while it can still be said.
public final class MappedFile: @unchecked Sendable {
  /// What may happen to the mapped pages.
  public enum Access: Sendable {
    /// They are only read: a file of any size can be mapped.
    case readOnly
    /// A stray write changes this process's copy, never the file. Counts against the memory the system can promise.
    case copyOnWrite
  }

  public let path: String
  public let bytes: UnsafeRawBufferPointer
  private let descriptor: Int32

  /// Throws ``MappedFileError`` when the path cannot be opened, or is no regular file.
  public init(_ path: String, access: Access = .readOnly) throws {
    self.path = path
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MappedFileError(path: path, reason: String(cString: strerror(errno))) }
    do {
      bytes = try MappedFile.map(descriptor, path, access)
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
    close(descriptor)
  }

  private static func map(_ descriptor: Int32, _ path: String, _ access: Access) throws -> UnsafeRawBufferPointer {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw MappedFileError(path: path, reason: String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw MappedFileError(path: path, reason: "not a file") }
    let size = Int(status.st_size)
    guard size > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let (protection, kind) =
      access == .readOnly ? (PROT_READ, MAP_SHARED) : (PROT_READ | PROT_WRITE, MAP_PRIVATE)
    guard let start = mmap(nil, size, protection, kind, descriptor, 0), start != MAP_FAILED else {
      throw MappedFileError(path: path, reason: String(cString: strerror(errno)))
    }
    return UnsafeRawBufferPointer(start: start, count: size)
  }

  /// Throws ``MappedFileError`` when the file has become shorter than it was when it was mapped.
  public func checkSize() throws {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int(status.st_size) >= bytes.count else {
      throw MappedFileError(path: path, reason: "it was shortened while it was read")
    }
  }
}

/// A file that cannot be mapped.
public struct MappedFileError: Error, CustomStringConvertible, Sendable {
  public let path: String
  public let reason: String
  public var description: String { "cannot open \(path): \(reason)" }
}
