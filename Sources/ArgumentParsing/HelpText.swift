extension ParsableCommand {
  /// The help of this command as if it were a program of its own, without a final line end.
  public static func helpText() -> String {
    HelpText(CommandLocation(root: Self.self), rootVersion: configuration.version).render()
  }
}

/// Lays out a command's help in 100 columns.
struct HelpText {
  private typealias Row = (label: String, text: String)

  private let location: CommandLocation
  private let configuration: CommandConfiguration
  private let definitions: [ArgumentDefinition]
  private let rootVersion: String
  private let width = 100
  /// Labels longer than this get a line of their own.
  private let longestLabel = 30

  init(_ location: CommandLocation, rootVersion: String) {
    self.location = location
    self.rootVersion = rootVersion
    configuration = location.command.configuration
    definitions = argumentDefinitions(of: location.command.init())
  }

  func render() -> String {
    let sections = argumentSections() + optionSections()
    let column = 4 + (sections.flatMap(\.rows).map(\.label.count).filter { $0 <= longestLabel }.max() ?? 0)
    var blocks = [wrap(configuration.abstract), usage(), wrap(configuration.discussion)].filter { !$0.isEmpty }
    for section in sections where !section.rows.isEmpty {
      blocks.append(section.title + ":\n" + section.rows.map { layOut($0, column: column) }.joined(separator: "\n"))
    }
    if !configuration.examples.isEmpty {
      blocks.append("examples:\n" + configuration.examples.map { "  " + $0 }.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n")
  }

  private func usage() -> String {
    let required = definitions.filter { $0.kind == .option && $0.isRequired }.map(\.usage)
    let positional = definitions.filter { $0.kind == .positional }.map { $0.isRequired ? $0.usage : "[\($0.usage)]" }
    let command = configuration.subcommands.isEmpty ? [] : ["<command>"]
    let words = ["usage:"] + location.path + ["[options]"] + required + positional + command
    return wrap(words.joined(separator: " "), indent: "", hanging: "         ")
  }

  private func argumentSections() -> [(title: String, rows: [Row])] {
    let positional = definitions.filter { $0.kind == .positional }
    let commands = configuration.subcommands.map { (label: $0.resolvedName, text: $0.configuration.abstract) }
    return [
      ("commands", commands), ("arguments", positional.map { (label: $0.usage, text: explanation($0)) }),
    ]
  }

  private func optionSections() -> [(title: String, rows: [Row])] {
    let named = definitions.filter { $0.kind != .positional }
    var titles: [String] = []
    for case let title? in named.map(\.section) where !titles.contains(title) { titles.append(title) }
    func rows(_ title: String?) -> [Row] {
      named.filter { $0.section == title }.map { (label: label($0), text: explanation($0)) }
    }
    return titles.map { (title: $0, rows: rows($0)) } + [("options", rows(nil) + standardRows())]
  }

  private func standardRows() -> [Row] {
    let parser = ArgumentParser(definitions)
    let help = ["-h", "--help"].filter { !parser.knows($0) }.joined(separator: ", ")
    let showsVersion = !rootVersion.isEmpty && !parser.knows("--version")
    return (help.isEmpty ? [] : [(label: help, text: "Show this help.")])
      + (showsVersion ? [(label: "--version", text: "Show the version.")] : [])
  }

  /// Short names first, as everywhere: `-e, --epochs <n>`.
  private func label(_ definition: ArgumentDefinition) -> String {
    let short = definition.names.filter { !$0.isLong }.map(\.spelled)
    let long = definition.names.filter(\.isLong).map(\.spelled)
    let names = (short + long).joined(separator: ", ")
    if definition.kind == .option { return "\(names) <\(definition.valueName)>" }
    return ([names] + definition.inverseNames.map(\.spelled)).joined(separator: " / ")
  }

  private func explanation(_ definition: ArgumentDefinition) -> String {
    var notes: [String] = []
    if !definition.choices.isEmpty { notes.append("choices: " + definition.choices.joined(separator: ", ")) }
    if definition.kind == .option && definition.isRequired { notes.append("required") }
    if definition.kind == .option && definition.isRepeating { notes.append("repeatable") }
    if let text = definition.defaultText { notes.append("default: " + text) }
    let note = notes.isEmpty ? "" : "(\(notes.joined(separator: "; ")))"
    return [definition.help, note].filter { !$0.isEmpty }.joined(separator: " ")
  }

  private func layOut(_ row: Row, column: Int) -> String {
    let indent = String(repeating: " ", count: column)
    let label = "  " + row.label
    guard !row.text.isEmpty else { return label }
    let text = wrap(row.text, indent: indent, hanging: indent)
    guard row.label.count <= longestLabel else { return label + "\n" + text }
    return label + text.dropFirst(label.count)
  }

  private func wrap(_ text: String, indent: String = "", hanging: String = "") -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { wrapLine($0, indent: indent, hanging: hanging) }.joined(separator: "\n")
  }

  /// Breaks at spaces; a word longer than the line keeps a line of its own.
  private func wrapLine(_ text: Substring, indent: String, hanging: String) -> String {
    var lines: [String] = []
    var line = indent
    var isEmpty = true
    for word in text.split(separator: " ") {
      if !isEmpty && line.count + 1 + word.count > width {
        lines.append(line)
        (line, isEmpty) = (hanging, true)
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
