import Foundation

/// Stops a process that `facet compare` started when that one is gone, so that nothing trains on unseen into a folder
/// that the next `facet compare` will want.
enum ParentWatch {
  /// The environment variable with the id of the process to outlive not.
  static let variable = "FACET_PARENT"

  /// Starts watching when the variable is set.
  static func start() {
    guard let parent = ProcessInfo.processInfo.environment[variable].flatMap({ Int32($0) }) else { return }
    Thread.detachNewThread {
      while getppid() == parent { Thread.sleep(forTimeInterval: 0.5) }
      // A training leaves a checkpoint then.
      kill(getpid(), SIGTERM)
    }
  }
}
