import ArgumentParsing
import Foundation
import TerminalOutput
import Torch

/// The program: runs the chosen benchmarks, prints a table and writes the JSON.
@main
struct FacetBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet-benchmarks",
    abstract: "Times Facet's training steps against PyTorch's, one step of each in turn.",
    discussion: "Ratios are Facet's median over the other side's: below 1 Facet is faster. Run it on a quiet machine.",
    examples: [
      "scripts/bench.sh", "scripts/bench.sh --only mobilefacenet --rounds 3", "scripts/bench.sh --only ecloss --strict",
    ])

  @Option(help: "Python with PyTorch; scripts/python-env.sh makes one.", valueName: "path") var python = "python3"
  @Option(help: "The script that steps in PyTorch.", valueName: "path") var peer = "Benchmarks/peers/train_step.py"
  @Option(help: "Where to write the results.", valueName: "path") var output = "bench.json"
  @Option(help: "LFW, whose photos are packed for `records`; procedural faces where it is not.", valueName: "path")
  var lfw = "../shared/data/lfw"
  @Option(help: "Threads of each side.") var threads = 2
  @Option(help: "Images a step.") var batch = 32
  @Option(help: "Timed steps of each side; by default what suits the benchmark.") var rounds: Int?
  @Option(help: "Run only this benchmark; may be typed several times.", valueName: "name") var only: [Benchmark] = []
  @Flag(help: "Print JSON instead of a table.") var json: Bool
  @Flag(help: "Exit with 1 when a bar is missed.") var strict: Bool

  mutating func validate() throws {
    for (name, value, least) in [("--threads", threads, 1), ("--batch", batch, 2), ("--rounds", rounds ?? 1, 1)] {
      guard value >= least else { throw UsageError("\(name) \(value) is not at least \(least)") }
    }
  }

  mutating func run() throws {
    // A peer that dies makes a write fail instead of ending this process.
    signal(SIGPIPE, SIG_IGN)
    Runtime.threads = threads
    Runtime.keepLargeBlocks()
    let machine = Machine(threads: threads, batch: batch)
    for warning in machine.warnings { CommandOutput.current.printError("warning: \(warning)") }
    let setup = Setup(python: python, peerScript: peer, threads: threads, batch: batch, lfw: lfw)
    let rows = try Benchmark.allCases.filter { only.isEmpty || only.contains($0) }.map {
      try $0.run(setup, rounds: rounds)
    }
    let results = Results(machine: machine, rows: rows)
    try writeJSON(results, to: output)
    let text = json ? String(decoding: try encodeJSON(results).dropLast(), as: UTF8.self) : results.table
    CommandOutput.current.printLine(text)
    if strict && rows.contains(where: { $0.passes == false }) { throw ExitCode.failure }
  }
}

/// What all benchmarks of a run share.
struct Setup {
  let python: String
  let peerScript: String
  let threads: Int
  let batch: Int
  /// Where LFW may be.
  let lfw: String
  /// Identities that the head tells apart; the peer's default.
  let identities = 1000
  /// Side of the input in pixels.
  let inputSize = 112
}
