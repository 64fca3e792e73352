import ArgumentParsing

/// A program of two commands, and a recorder of what it prints.
struct Sample: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "A sample program.", version: "1.2.3", subcommands: [Train.self, Compare.self, Tools.self])
}

enum Loss: String, CaseIterable, ExpressibleByArgument { case softmax, cosface, arcface }

enum Size: CaseIterable, ExpressibleByArgument { case small, large }

struct Range: ExpressibleByArgument, Equatable {
  var bounds: ClosedRange<Int>
  init?(argument: String) {
    let parts = argument.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2, parts[0] <= parts[1] else { return nil }
    bounds = parts[0]...parts[1]
  }
  static var argumentKind: String { "a range such as 1-8" }
  var argumentDescription: String { "\(bounds.lowerBound)-\(bounds.upperBound)" }
}

struct DeviceOptions: ParsableArguments {
  @Option(help: "Where to compute.") var device = "cpu"
  @Option(help: "Processor threads.", valueName: "n") var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw UsageError("'--threads' must be at least 1") }
  }
}

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network.", discussion: "Writes checkpoints as it goes.",
    examples: ["sample train photos --epochs 3"])

  @Argument(help: "The folder of photos.") var data: String
  @Option(name: [.short, .long], help: "Passes over the data.", valueName: "n") var epochs = 20
  @Option(name: .custom("lr"), help: "The first learning rate.", valueName: "rate") var learningRate: Double = 0.1
  @Option(
    help: "The margin head that turns embeddings into class scores while the network is being trained from scratch.")
  var loss: Loss = .arcface
  @Option(help: "Folds to use.") var folds: String?
  @Option(help: "A dataset to add.", valueName: "path") var extra: [String]
  @Option(help: "Whether to shuffle.", valueName: "yes/no") var shuffle: Bool = true
  @Option var size: Size = .small
  @Option var range: Range?
  @Flag(inversion: .prefixedNo, help: "Mirror half of the photos.") var mirror = true
  @Flag(name: .shortAndLong, help: "Say more.") var verbose = false
  @Flag(name: .short) var quiet: Bool
  @Flag var cache: Bool?
  @OptionGroup(title: "device") var device: DeviceOptions

  mutating func run() throws {
    CommandOutput.current.printLine("training on \(data) for \(epochs) epochs")
  }
}

struct Compare: ParsableCommand {
  @Option(help: "The model.", valueName: "file") var model: String
  @Option var threshold: Double
  @Argument(help: "Photos to compare.", valueName: "photo") var photos: [String]

  mutating func run() throws {
    switch photos[0] {
    case "broken": throw DamagedPhoto(path: "a.jpg")
    case "different": throw ExitCode(3)
    case "odd": throw UsageError("the number of photos must be even")
    default: break
    }
  }
}

struct Tools: ParsableCommand {
  static let configuration = CommandConfiguration(subcommands: [ListFiles.self])
}

struct ListFiles: ParsableCommand {
  @Argument var pattern = "*"
}

struct DamagedPhoto: Error, CustomStringConvertible {
  var path: String
  var description: String { "'\(path)' is damaged; replace it" }
}

/// What a command line printed and returned.
struct Outcome {
  var code: Int32
  var output: String
  var error: String

  init(_ arguments: [String], of root: any ParsableCommand.Type = Sample.self) {
    let recorder = Recorder()
    code = root.main(arguments: arguments, output: recorder.sink)
    output = recorder.output
    error = recorder.error
  }
}

/// Keeps what is printed.
final class Recorder: @unchecked Sendable {
  var output = ""
  var error = ""
  var sink: CommandOutput { CommandOutput(output: { self.output += $0 }, error: { self.error += $0 }) }
}
