/// Takes what a training run measures. Used by one thread at a time.
public protocol TrainingLogger: AnyObject {
  /// Keeps the scalars of a step. Values may be infinite or undefined. Throws ``LoggerError``.
  func log(step: Int, scalars: [(name: String, value: Double)]) throws
  /// Keeps a text, such as the recipe. Throws ``LoggerError``.
  func logText(step: Int, name: String, text: String) throws
  /// Makes sure that all that was logged survives a crash. Throws ``LoggerError``.
  func flush() throws
  /// Ends the log as well as can be; a second call does nothing.
  func close()
}

/// A log could not be written or resumed.
public struct LoggerError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file or folder of the log.
  public var path: String
  /// What went wrong and what to do.
  public var reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "cannot log to '\(path)': \(reason)" }
}
