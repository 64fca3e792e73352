import ArgumentParsing
import FaceNetworks
import Foundation
import TerminalOutput
import Torch

/// The program: runs the chosen benchmarks, prints a table and writes the JSON.
@main
struct FacetBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet-benchmarks",
    abstract: "Times Facet against PyTorch, onnxruntime, Pillow, OpenCV and torchvision, one step of each in turn.",
    discussion: "Ratios are Facet's median over the other side's: below 1 Facet is faster. Run it on a quiet machine.",
    examples: [
      "scripts/bench.sh", "scripts/bench.sh --only mobilefacenet --rounds 3", "scripts/bench.sh --only ecloss --strict",
      "scripts/bench.sh --only forward-1-iresnet18 --only embed-folder", "scripts/bench.sh --scaling --threads 1",
    ])

  @Option(help: "Python with PyTorch; scripts/python-env.sh makes one.", valueName: "path") var python = "python3"
  @Option(help: "The folder of the scripts that step in Python.", valueName: "path") var peers = "Benchmarks/peers"
  @Option(help: "Facet's program, for the row that starts it.", valueName: "path")
  var facet = "Benchmarks/.build/release/facet"
  @Option(help: "Facet's default model.", valueName: "path") var model = "Models/facet-small.safetensors"
  @Option(help: "Where to write the results; by default bench.json, with --scaling scaling.json.", valueName: "path")
  var output: String?
  @Option(help: "LFW, whose photos are packed for `records`; procedural faces where it is not.", valueName: "path")
  var lfw = "../shared/data/lfw"
  @Option(help: "Threads of each side.") var threads = 2
  @Option(help: "Images a training step.") var batch = 32
  @Option(help: "Timed steps of each side; by default what suits the benchmark.") var rounds: Int?
  @Option(help: "Run only this benchmark; may be typed several times.", valueName: "name") var only: [Benchmark] = []
  @Option(help: "Only print the peak memory of three training steps of Facet's as JSON.", valueName: "workload")
  var peak: Workload?
  @Option(
    help: "Only time forward passes of this model, of --batch images, whenever standard input asks.", valueName: "path")
  var forward: String?
  @Option(help: "Passes in a step of --forward.") var repeats = 1
  @Flag(help: "Measure instead how a training step grows with batch, side, channels and identities.") var scaling: Bool
  @Option(help: "With --scaling only this curve; may be typed several times.", valueName: "name")
  var axis: [ScalingAxis] = []
  @Flag(help: "Print JSON instead of a table.") var json: Bool
  @Flag(help: "Exit with 1 when a bar is missed.") var strict: Bool

  mutating func validate() throws {
    for (name, value, least) in [
      ("--threads", threads, 1), ("--batch", batch, forward == nil ? 2 : 1), ("--repeats", repeats, 1),
      ("--rounds", rounds ?? 1, 1),
    ] {
      guard value >= least else { throw UsageError("\(name) \(value) is not at least \(least)") }
    }
    guard axis.isEmpty || scaling else { throw UsageError("--axis needs --scaling") }
  }

  mutating func run() throws {
    // A peer that dies makes a write fail instead of ending this process.
    signal(SIGPIPE, SIG_IGN)
    // CUDA is there for a process that asks first or not at all.
    if benchmarks.contains(where: \.needsGPU) { _ = Runtime.cuda }
    Runtime.threads = threads
    Runtime.keepLargeBlocks()
    if let peak { return try printPeak(of: peak) }
    if let forward {
      return try ForwardStep(FaceModel(contentsOf: forward), batch: batch, repeats: repeats).serve()
    }
    let machine = Machine(threads: threads, batch: batch)
    for warning in machine.warnings { CommandOutput.current.printError("warning: \(warning)") }
    if scaling { return try measureScaling(on: machine) }
    let setup = try setup()
    let path = output ?? "bench.json"
    var (rows, skipped): ([Row], [SkippedRow]) = ([], [])
    for benchmark in benchmarks {
      // What is measured stays where the next row is cut off.
      defer { try? writeJSON(Results(machine: machine, rows: rows, skipped: skipped), to: path) }
      do {
        rows.append(try benchmark.run(setup, rounds: rounds))
      } catch BenchmarkError.missing(let what) {
        skipped.append(SkippedRow(name: benchmark.rawValue, reason: "\(what) is not there (scripts/bench.sh gets it)"))
      } catch BenchmarkError.unusable(let reason) {
        skipped.append(SkippedRow(name: benchmark.rawValue, reason: reason))
      }
    }
    let results = Results(machine: machine, rows: rows, skipped: skipped)
    try print(results, results.table, to: path)
    if strict && rows.contains(where: { $0.passes == false }) { throw ExitCode.failure }
  }

  private func print(_ results: some Encodable, _ table: String, to path: String) throws {
    try writeJSON(results, to: path)
    CommandOutput.current.printLine(json ? String(decoding: try encodeJSON(results).dropLast(), as: UTF8.self) : table)
  }

  private func measureScaling(on machine: Machine) throws {
    let peaks = try MachinePeaks.measured()
    let rounds = rounds ?? 7
    let chosen = ScalingAxis.allCases.filter { axis.isEmpty || axis.contains($0) }
    let curves = try chosen.map { try ScalingCurve.measured($0, rounds: rounds) }
    let results = ScalingResults(machine: machine, peaks: peaks, rounds: rounds, curves: curves)
    try print(results, results.table, to: output ?? "scaling.json")
  }

  private var benchmarks: [Benchmark] { Benchmark.allCases.filter { only.isEmpty || only.contains($0) } }

  private func setup() throws -> Setup {
    Setup(
      python: python, peers: peers, facet: facet, model: model, threads: threads, batch: batch,
      workspace: try Workspace(), lfw: lfw)
  }

  private func printPeak(of workload: Workload) throws {
    let step = try FacetStep(workload, setup())
    for _ in 0..<3 { _ = try step.step() }
    let peak = try PeakMemory.now(on: workload.device)
    CommandOutput.current.printLine(String(decoding: try encodeJSON(peak).dropLast(), as: UTF8.self))
  }
}

/// What all benchmarks of a run share.
struct Setup {
  let python: String
  /// The folder of the Python peers.
  let peers: String
  /// Facet's program.
  let facet: String
  /// The model file that Facet takes when none is named.
  let model: String
  let threads: Int
  /// Images a training step.
  let batch: Int
  let workspace: Workspace
  /// Where LFW may be.
  let lfw: String
  /// Identities that the head tells apart; the peer's default.
  let identities = 1000
  /// Side of the input in pixels.
  let inputSize = 112

  func peer(_ script: String) -> String { peers + "/" + script }
}
