import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps a second `facet compare` out of a folder while the first is at work. The system lets go of it when the process
/// ends, however it ends.
final class FolderLock {
  private let descriptor: Int32

  /// Throws `CommandFailure` when another process holds the folder.
  init(_ folder: String) throws {
    let path = folder + "/.lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard file >= 0 else { throw CommandFailure("\(path) cannot be written; choose another --output") }
    // From here on deinit closes it, also when this throws.
    descriptor = file
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandFailure("another facet compare is at work in \(folder); wait for it, or choose another --output")
    }
  }

  deinit { close(descriptor) }
}
