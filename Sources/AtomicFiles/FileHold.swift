import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The system's lock on an open file or folder (`flock`), for telling what somebody is at work on from what a killed process left.
///
/// It says so across containers, and across machines whose shared disk passes locks on, as the number of a process does not. The system
/// lets go of it when its descriptor is closed or the process ends, however it ends.
public enum FileHold {
  public enum Outcome: Sendable {
    case held
    case heldByAnother
    /// The file system knows no locks.
    case unknown
  }

  /// Tries to hold an open file or folder, without waiting.
  public static func take(_ descriptor: Int32) -> Outcome {
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EINTR else { return errno == EWOULDBLOCK ? .heldByAnother : .unknown }
    }
    return .held
  }
}
