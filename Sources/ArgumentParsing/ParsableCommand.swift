#if compiler(>=6.2)
  /// Commands are named by their types from any thread, so their conformances may not belong to an actor.
  public typealias ParsableMetatype = SendableMetatype
#else
  /// Older compilers treat every metatype as sendable.
  public typealias ParsableMetatype = Any
#endif

/// Arguments declared as properties: a command, or a group of options that several commands share.
///
/// The properties wrapped in ``Argument``, ``Option``, ``Flag`` and ``OptionGroup`` are what can be typed. The
/// values live behind references, so a copy made before parsing sees the parsed values too.
public protocol ParsableArguments: ParsableMetatype {
  /// Makes the arguments with nothing typed yet.
  init()
  /// Checks what the single values cannot show, after parsing and before `run`.
  ///
  /// Throw ``UsageError`` for a combination that makes no sense. Does nothing unless implemented.
  mutating func validate() throws
}

extension ParsableArguments {
  public mutating func validate() throws {}
}

/// A command of a program, or the program itself.
///
/// ```swift
/// struct Greet: ParsableCommand {
///   static let configuration = CommandConfiguration(abstract: "Greets somebody.")
///   @Argument(help: "Whom to greet.") var name: String
///   @Option(name: .shortAndLong, help: "How often.") var count = 1
///
///   mutating func run() throws {
///     for _ in 0..<count { CommandOutput.current.printLine("Hello, \(name)") }
///   }
/// }
/// ```
public protocol ParsableCommand: ParsableArguments {
  /// What the command is called and how its help explains it.
  static var configuration: CommandConfiguration { get }
  /// Does the work. A thrown error is printed as `error: ...`: ``UsageError`` exits with 2, others with 1.
  ///
  /// Unless implemented, shows the command's help, which suits a command that only has subcommands.
  mutating func run() throws
}

extension ParsableCommand {
  public static var configuration: CommandConfiguration { CommandConfiguration() }

  public mutating func run() throws { throw HelpRequest() }

  /// The name to type: the configured one, or the type's name in kebab case.
  static var resolvedName: String { configuration.commandName ?? kebabCased(String(describing: Self.self)) }
}

/// Thrown by a command that has nothing to run.
struct HelpRequest: Error {}
