import AtomicFiles
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Keeps others out of a folder while a training or a comparison is at work there. The system lets go of it when the process
/// ends, however it ends; its file is taken away where it ends as it should.
public final class FolderLock {
  private let descriptor: Int32
  private let path: String

  /// Waits up to `patience` seconds for another that holds the folder. Throws ``TrainingError`` when it still does, or nothing can
  /// be written there. Where the file system knows no locks nobody is kept out. `whileWaiting` is called several times a second,
  /// and what it throws ends the wait.
  public init(_ folder: String, patience: Double = 0, whileWaiting: () throws -> Void = {}) throws {
    path = folder + "/.lock"
    let end = Date() + patience
    var triesLeft = 100
    while true {
      let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard file >= 0 else { throw TrainingError.unusable(directory: folder, reason: "no file can be made there") }
      if FileHold.take(file) != .heldByAnother {
        // The one before may have taken the file away in between: then it is another's to make anew. (Some file systems number
        // a file twice.)
        triesLeft -= 1
        if FolderLock.isSame(file, path) || triesLeft == 0 {
          descriptor = file
          return
        }
        close(file)
      } else {
        close(file)
        guard Date() < end else { throw TrainingError.inUse(directory: folder) }
        try whileWaiting()
        Thread.sleep(forTimeInterval: 0.2)
      }
    }
  }

  deinit {
    // The folder may have been moved, and another be at work in its place.
    if FolderLock.isSame(descriptor, path) { unlink(path) }
    close(descriptor)
  }

  /// Whether the open file is the one that lies at `path`.
  private static func isSame(_ file: Int32, _ path: String) -> Bool {
    var (own, there) = (stat(), stat())
    return fstat(file, &own) == 0 && stat(path, &there) == 0 && own.st_ino == there.st_ino && own.st_dev == there.st_dev
  }
}
