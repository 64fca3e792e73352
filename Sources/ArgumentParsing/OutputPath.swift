/// A file for data that a command writes beside its words, or `-` for standard output.
///
/// With `-` standard output carries the data alone: while the command runs, what ``CommandOutput/printLine(_:)`` prints goes
/// to standard error. A file of that name is written as `./-`.
public struct OutputPath: ExpressibleByArgument, Equatable, Sendable {
  /// The file; `/dev/stdout` for standard output.
  public let path: String

  static let standardOutput = "/dev/stdout"

  public init?(argument: String) { path = argument == "-" ? OutputPath.standardOutput : argument }

  public static var argumentKind: String { "a file, or - for standard output" }
  public var argumentDescription: String { isStandardOutput ? "-" : path }

  var isStandardOutput: Bool { path == OutputPath.standardOutput }
}

/// Whether one of these arguments has data written to standard output.
func takeStandardOutput(_ arguments: any ParsableArguments) -> Bool {
  Mirror(reflecting: arguments).children.contains { ($0.value as? any ArgumentSource)?.takesStandardOutput ?? false }
}
