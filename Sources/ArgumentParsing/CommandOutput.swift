import Foundation

/// Where a command's words go: the standard streams, or a test's own places.
public struct CommandOutput: Sendable {
  private let output: @Sendable (String) -> Void
  private let error: @Sendable (String) -> Void

  /// Sends results and messages to `output` and `error`, each call with complete text, line ends included.
  public init(output: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void) {
    self.output = output
    self.error = error
  }

  /// Standard output and standard error.
  public static let standard = CommandOutput(
    output: { print($0, terminator: "") },
    error: { FileHandle.standardError.write(Data($0.utf8)) })

  /// The output of the command that is running.
  @TaskLocal public static var current = CommandOutput.standard

  /// Prints a line of the result.
  public func printLine(_ line: String = "") { output(line + "\n") }

  /// Prints a line that is not part of the result: an error, a warning, a note.
  public func printError(_ line: String) { error(line + "\n") }
}
