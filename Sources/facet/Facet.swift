import ArgumentParsing
import AtomicFiles
import Foundation
import TerminalOutput

/// The `facet` command: trains, measures and explains face recognition networks.
@main
struct Facet: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet",
    abstract: "Explainable face recognition: networks whose channels are face parts.",
    version: facetVersion,
    examples: ["facet demo --output runs/demo", "facet train --data photos --output runs/first"],
    subcommands: [
      Verify.self, Explain.self, Audit.self, Train.self, Evaluate.self, Compare.self, Channels.self, Faithfulness.self,
      Calibrate.self, Embed.self, Export.self, Import.self, Pack.self, Unpack.self, Faces.self, Shrink.self, Demo.self,
      Doctor.self,
    ])

  static func main() {
    checkArguments()
    let arguments = Array(CommandLine.arguments.dropFirst())
    ThreadPolicy.apply(arguments)
    ParentWatch.start()
    UnfinishedFiles.removeWhenStopped()
    exit(main(arguments: arguments, output: .standard))
  }

  /// Ends the program when an argument is not UTF-8: Swift would read it as another one, and another file would be read or written.
  private static func checkArguments() {
    for place in 1..<max(1, Int(CommandLine.argc)) {
      guard let argument = CommandLine.unsafeArgv[place], String(validatingCString: argument) == nil else { continue }
      let word = String(cString: argument)
      CommandOutput.standard.printError(
        "error: '\(word)' is not UTF-8, as names have to be here: rename the file".onOneLine)
      exit(ExitCode.usage.code)
    }
  }
}

let facetVersion = "0.1.0"
