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
    let arguments = Array(CommandLine.arguments.dropFirst())
    ThreadPolicy.apply(arguments)
    ParentWatch.start()
    UnfinishedFiles.removeWhenStopped()
    exit(main(arguments: arguments, output: .standard))
  }
}

let facetVersion = "0.1.0"
