import Foundation

/// Where a command's words go: the standard streams, or a test's own places.
public struct CommandOutput: Sendable {
  private let output: @Sendable (String) -> Void
  private let error: @Sendable (String) -> Void
  private let lost: FirstFailure?
  private let notes: Said

  /// Sends results and messages to `output` and `error`, each call with complete text, line ends included.
  public init(output: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void) {
    self.init(output: output, error: error, lost: nil, notes: Said())
  }

  private init(
    output: @escaping @Sendable (String) -> Void, error: @escaping @Sendable (String) -> Void, lost: FirstFailure?,
    notes: Said
  ) {
    self.output = output
    self.error = error
    self.lost = lost
    self.notes = notes
  }

  /// Standard output and standard error.
  public static let standard = CommandOutput(writing: .standardOutput)

  /// Results go to `file`, messages to standard error.
  init(writing file: FileHandle) {
    let lost = FirstFailure()
    self.init(
      output: { text in
        do {
          try file.write(contentsOf: Data(text.utf8))
        } catch {
          lost.keep(errorMessage(error))
        }
      },
      // Nobody is left to tell when that fails.
      error: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) }, lost: lost, notes: Said())
  }

  /// Why results were lost: a full disk, say. Nil when none was.
  var failure: String? { lost?.reason }

  /// The output of the command that is running.
  @TaskLocal public static var current = CommandOutput.standard

  /// The same, with the lines of the result among the others: for a command whose data take standard output.
  func withoutResults() -> CommandOutput {
    CommandOutput(output: error, error: error, lost: lost, notes: notes)
  }

  /// Prints a line of the result.
  public func printLine(_ line: String = "") { output(visible(line) + "\n") }

  /// Prints a line that is not part of the result: an error, a warning.
  public func printError(_ line: String) { error(visible(line) + "\n") }

  /// Prints what is worth knowing and no error, once however often it comes up.
  public func printNote(_ note: String) {
    if notes.isNew(note) { printError("note: \(note.onOneLine)") }
  }
}

extension String {
  /// With line ends spelled out: a file's name must not look like lines of the output.
  public var onOneLine: String {
    split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).joined(separator: "\\n")
  }
}

/// The text with control characters spelled out: a file's name must not move a terminal's cursor, change its colors or the
/// direction it is read in.
private func visible(_ text: String) -> String {
  func isControl(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.properties.isBidiControl { return true }
    return scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
  }
  guard text.unicodeScalars.contains(where: isControl) else { return text }
  return text.unicodeScalars.reduce(into: "") { line, scalar in
    line += isControl(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
  }
}

/// What was said before, by any thread.
private final class Said: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: Set<String> = []

  func isNew(_ line: String) -> Bool { lock.withLock { lines.insert(line).inserted } }
}

/// The first reason that any thread gave.
private final class FirstFailure: @unchecked Sendable {
  private let lock = NSLock()
  private var kept: String?

  var reason: String? { lock.withLock { kept } }
  func keep(_ reason: String) { lock.withLock { kept = kept ?? reason } }
}
