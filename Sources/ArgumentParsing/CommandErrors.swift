/// The command line makes no sense: printed as `error: ...` with a pointer to the help, exit code 2.
///
/// Commands throw it from `validate` or `run` for values that the parser cannot judge.
public struct UsageError: Error, CustomStringConvertible, Equatable, Sendable {
  /// What was wrong and what to do, without "error:".
  public var message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// Ends a command with an exit code and no message, after it has printed all there is to say.
public struct ExitCode: Error, Equatable, Sendable {
  /// What the shell sees, 0 to 255.
  public var code: Int32

  public init(_ code: Int32) { self.code = code }

  /// All went well: 0.
  public static let success = ExitCode(0)
  /// The work could not be done: 1.
  public static let failure = ExitCode(1)
  /// The command line made no sense: 2.
  public static let usage = ExitCode(2)
  /// Stopped by Ctrl-C, as shells report it: 130.
  public static let interrupted = ExitCode(130)
}
