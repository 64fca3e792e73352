import Foundation

extension ParsableCommand {
  /// Parses and runs a command line, for a program's last word: `exit(Facet.main(arguments: ...))`.
  ///
  /// - Parameters:
  ///   - arguments: what was typed after the program's name.
  ///   - output: where help, results and errors go; commands see it as ``CommandOutput/current``.
  /// - Returns: 0 when all went well (help included), 1 for a failure (results that could not be written are one), 2 for a
  ///   command line that makes no sense, or the code of a thrown ``ExitCode``.
  public static func main(arguments: [String], output: CommandOutput = .standard) -> Int32 {
    let code = CommandOutput.$current.withValue(output) {
      CommandRunner(root: Self.self, output: output).run(arguments)
    }
    guard let failure = output.failure else { return code }
    output.printError("error: standard output: \(failure)")
    return code == ExitCode.success.code ? ExitCode.failure.code : code
  }

  /// Runs the process's command line and exits; what `@main` calls.
  public static func main() {
    exit(main(arguments: Array(CommandLine.arguments.dropFirst())))
  }

  /// Parses arguments of exactly this command, without running it. Throws ``UsageError``, or what `validate` throws.
  public static func parse(_ arguments: [String]) throws -> Self {
    var command = Self()
    var parser = ArgumentParser(argumentDefinitions(of: command))
    try parser.parse(arguments)
    try validateGroups(of: command)
    try command.validate()
    return command
  }
}

/// Finds the command that was typed, runs it, and turns what happens into output and an exit code.
struct CommandRunner {
  let root: any ParsableCommand.Type
  let output: CommandOutput

  func run(_ arguments: [String]) -> Int32 {
    var location = CommandLocation(root: root)
    do {
      var rest = arguments[...]
      if rest.first == "help", !root.configuration.subcommands.isEmpty, location.child("help") == nil {
        rest.removeFirst()
        rest.append("--help")
      }
      try location.descend(&rest)
      return try runCommand(at: location, Array(rest))
    } catch let code as ExitCode {
      return code.code
    } catch let error as UsageError {
      output.printError(
        "error: \(error.message.onOneLine)\nrun '\(location.path.joined(separator: " ")) --help' for help")
      return ExitCode.usage.code
    } catch {
      output.printError("error: \(errorMessage(error).onOneLine)")
      return ExitCode.failure.code
    }
  }

  private func runCommand(at location: CommandLocation, _ words: [String]) throws -> Int32 {
    let parser = ArgumentParser(argumentDefinitions(of: location.command.init()))
    let options = words.prefix(while: { $0 != "--" })
    let version = root.configuration.version
    func asks(_ spelling: String) -> Bool { options.contains(spelling) && !parser.knows(spelling) }
    if asks("--help") || asks("-h") { return showHelp(location) }
    if !version.isEmpty, asks("--version") {
      output.printLine("\(root.resolvedName) \(version)")
      return ExitCode.success.code
    }
    do {
      var command = try location.command.parse(words)
      let output = takeStandardOutput(command) ? output.withoutResults() : output
      try CommandOutput.$current.withValue(output) { try command.run() }
    } catch is HelpRequest {
      return showHelp(location)
    }
    return ExitCode.success.code
  }

  private func showHelp(_ location: CommandLocation) -> Int32 {
    output.printLine(HelpText(location, rootVersion: root.configuration.version).render())
    return ExitCode.success.code
  }
}

/// A command and the words that lead to it.
struct CommandLocation {
  var command: any ParsableCommand.Type
  var path: [String]

  init(root: any ParsableCommand.Type) {
    command = root
    path = [root.resolvedName]
  }

  func child(_ name: String) -> (any ParsableCommand.Type)? {
    command.configuration.subcommands.first { $0.resolvedName == name }
  }

  /// Follows subcommand names for as long as there are any. Throws ``UsageError`` for a name that is none.
  mutating func descend(_ words: inout ArraySlice<String>) throws {
    while let word = words.first, !word.hasPrefix("-") {
      if let next = child(word) {
        command = next
        path.append(word)
        words.removeFirst()
        continue
      }
      let names = command.configuration.subcommands.map { $0.resolvedName }
      let takesWords = argumentDefinitions(of: command.init()).contains { $0.kind == .positional }
      guard !names.isEmpty, !takesWords else { return }
      let suggestion = nearest(to: word, among: names).map { "did you mean '\($0)'?" }
      throw UsageError("unknown command '\(word)'; \(suggestion ?? "commands: " + names.joined(separator: ", "))")
    }
  }
}

/// What an error says about itself, without types and traces.
public func errorMessage(_ error: any Error) -> String {
  if let error = error as? any LocalizedError, let text = error.errorDescription { return text }
  if let error = error as? CocoaError {
    let file = error.filePath ?? error.url?.path
    // Of what the system itself says Cocoa knows words for some things alone.
    let cause = error.underlying.map { $0 as NSError }.flatMap { $0.domain == NSPOSIXErrorDomain ? $0.code : nil }
    let words = cause.map { String(cString: strerror(Int32($0))) } ?? error.localizedDescription
    return (file.map { "\($0): " } ?? "") + words
  }
  return "\(error)"
}
