import ArgumentParsing
import FaceEvaluation
import FaceReports
import TerminalOutput

/// `facet evaluate`
struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures verification and channels of one or more models.",
    discussion: """
      Each protocol is verified as LFW and CFP define it, with the photos as cropped and with every face moved by a seeded \
      random similarity (scale 15 %, 20 degrees, shift 10 %). IJB's templates are pooled as arcface_torch does. Where photos are annotated the channels of the target layer \
      are measured too. Several models are shown side by side; the first is the baseline of the report.
      """,
    examples: [
      "facet evaluate runs/ecloss/model.safetensors --data cfp --folds 9 --json e.json",
      "facet evaluate runs/plain/model.safetensors runs/ecloss/model.safetensors --data cfp --folds 9 --report report.html",
      "facet evaluate r50.safetensors --data IJBC --json ijbc.json",
    ])

  @Argument(help: "Model files; Facet's own small model without one.", valueName: "model")
  var models: [String] = []
  @OptionGroup(title: "Photos") var photos: MeasuredDataOptions
  @Flag(help: "Average the embeddings of each photo and its mirror image.") var flip = false
  @Flag(help: "Measure the channels of an ICNN before its mask, which cuts each map to a disk about its peak.")
  var unmasked = false
  @OptionGroup(title: "Templates (IJB)") var pooling: PoolingOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write everything as JSON; - for standard output.", valueName: "path") var json: OutputPath?
  @Option(help: "Write a report as one HTML file.", valueName: "path") var report: String?

  mutating func validate() throws {
    guard photos.isIJB || !pooling.isGiven else {
      throw UsageError("--mirror, --unit-lengths and --no-detector-score pool IJB's templates: give IJB as --data")
    }
    guard !photos.isIJB || (!flip && !unmasked) else {
      throw UsageError("--flip and --unmasked are for pairs; mirror images of IJB's templates are --mirror")
    }
  }

  mutating func run() throws {
    let paths = models.isEmpty ? [try DefaultModel.path(nil)] : models
    try OutputCheck.files(json?.path, report, reading: paths + [photos.pairs], in: [photos.data])
    let opened = try device.open()
    var evaluations = try paths.map {
      try photos.evaluate(
        $0, on: opened, workers: device.workers, flip: flip, isBeforeMask: unmasked, pooling: pooling.pooling)
    }
    for index in evaluations.indices.dropFirst() {
      evaluations[index].leads = evaluations[index].leads(over: evaluations[0])
    }
    // Files first: whoever reads the words may go away.
    if let json { try writeJSON(evaluations, to: json.path) }
    if let report {
      try ReportAssembly.write(
        evaluations, photos: photos, device: opened, title: "Facet evaluation", isBeforeMask: unmasked, to: report)
    }
    for evaluation in evaluations { EvaluationText.print(evaluation) }
    for evaluation in evaluations.dropFirst() {
      guard let leads = EvaluationText.leads(evaluation, over: evaluations[0]) else { continue }
      CommandOutput.current.printLine(leads.text())
    }
    if unmasked, !evaluations.contains(where: \.info.network.maskTarget) {
      CommandOutput.current.printNote("--unmasked changed nothing: none of these networks has a mask")
    }
    // Not among the results, which repeat.
    if let peak = evaluations.last?.peakMemory { CommandOutput.current.printError("\(peak)") }
  }
}
