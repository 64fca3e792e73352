/// A command's name and what its help says.
public struct CommandConfiguration: Sendable {
  /// The word to type, or nil for the type's name in kebab case.
  public var commandName: String?
  /// One sentence: what the command does.
  public var abstract: String
  /// Paragraphs shown under the usage line; blank lines part them.
  public var discussion: String
  /// What `--version` prints after the name; only the root command's counts. Empty for no such flag.
  public var version: String
  /// Command lines that work as they stand, shown unwrapped so that they can be copied.
  public var examples: [String]
  /// The commands below this one.
  public var subcommands: [any ParsableCommand.Type]

  /// Describes a command; everything can be left out.
  public init(
    commandName: String? = nil, abstract: String = "", discussion: String = "", version: String = "",
    examples: [String] = [], subcommands: [any ParsableCommand.Type] = []
  ) {
    self.commandName = commandName
    self.abstract = abstract
    self.discussion = discussion
    self.version = version
    self.examples = examples
    self.subcommands = subcommands
  }
}
