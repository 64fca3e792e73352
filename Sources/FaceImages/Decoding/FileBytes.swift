import Foundation

/// A file opened for reading: regular, not empty, closed when let go.
///
/// Plain reads rather than a memory map, since a mapped file that shrinks meanwhile kills the process.
final class FileBytes {
  let name: String
  /// Size in bytes when it was opened.
  let size: Int
  private let descriptor: Int32

  /// Opens `path`. Throws `ImageError` when it is missing, no regular file, unreadable or empty.
  init(path: String) throws {
    // All that can fail comes first: an initializer that throws once every property is set is followed by `deinit`, which would
    // close the descriptor again, by then perhaps another thread's file.
    (descriptor, size) = try FileBytes.opened(path)
    name = path
  }

  deinit { close(descriptor) }

  private static func opened(_ path: String) throws -> (descriptor: Int32, size: Int) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw ImageError(name: path, problem: openProblem(errno, path)) }
    do {
      var status = stat()
      guard fstat(descriptor, &status) == 0 else {
        throw ImageError(name: path, problem: .unreadable(String(cString: strerror(errno))))
      }
      guard status.st_mode & S_IFMT == S_IFREG else { throw ImageError(name: path, problem: .notAFile) }
      guard status.st_size > 0 else { throw ImageError(name: path, problem: .empty) }
      return (descriptor, Int(status.st_size))
    } catch {
      close(descriptor)
      throw error
    }
  }

  private static func openProblem(_ code: Int32, _ path: String) -> ImageError.Problem {
    switch code {
    // A folder's listing has the replacement character where bytes are no UTF-8, and nothing lies at that path.
    case ENOENT where path.contains("\u{FFFD}"): .nameNotUTF8
    case ENOENT, ENOTDIR: .missing
    case ENXIO, EISDIR: .notAFile
    default: .unreadable(String(cString: strerror(code)))
    }
  }

  /// The whole file. Throws `ImageError` when it is longer than any picture of `maximumPixels` needs.
  func contents(maximumPixels: Int) throws -> [UInt8] {
    // 16-bit RGBA stores 8 bytes a pixel; the rest is room for color profiles and notes.
    let limit = max(0, min(maximumPixels, Int.max / 16)) * 8 + 64 << 20
    guard size <= limit else { throw ImageError(name: name, problem: .fileTooLarge(bytes: size, limit: limit)) }
    return try prefix(size)
  }

  /// The first `count` bytes, or fewer when the file is shorter. Throws `ImageError`.
  func prefix(_ count: Int) throws -> [UInt8] {
    let wanted = min(count, size)
    return try [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while filled < wanted {
        let step = pread(descriptor, buffer.baseAddress! + filled, wanted - filled, off_t(filled))
        if step < 0 {
          if errno == EINTR { continue }
          throw ImageError(name: name, problem: .unreadable(String(cString: strerror(errno))))
        }
        if step == 0 { return }
        filled += step
      }
    }
  }
}
