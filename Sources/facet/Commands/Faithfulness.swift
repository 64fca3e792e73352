import ArgumentParsing
import AtomicFiles
import ExplainableChannels
import FaceEvaluation
import FaceNetworks
import Foundation
import TerminalOutput

/// `facet faithfulness`
struct Faithfulness: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faithfulness",
    abstract: "Measures how faithful explanations are, Facet's own and its rivals'.",
    discussion: """
      Deletion and insertion: the pixels that an explanation says speak most for a match are filled, or shown alone, in one \
      photo of a pair at a time; the area is under the share of right verdicts at the equal-error threshold of whole photos. \
      On procedural faces also the inpainting game: one part of the mate's photo is exchanged for another person's, and the \
      part whose contribution falls most must be that one. Sanity: rank correlation of maps with those of a network whose \
      weights are drawn anew, and its game. Time: one pair, from two photos in memory.
      """,
    examples: [
      "facet faithfulness runs/demo/ecloss/model.safetensors --triplets 400 --json f.json",
      "facet faithfulness --data cfp --folds 9 --pairs 200 --markdown f.md",
    ])

  @Argument(help: "A model file; Facet's own small model without it.") var model: String?
  @Option(
    help: """
      CFP, LFW, CALFW, CPLFW, AgeDB, InsightFace's .bin or .rec, or a folder with one folder a person; procedural faces \
      without it.
      """, valueName: "path")
  var data: String?
  @Option(help: "CFP: the folds to measure on, such as 9.") var folds: FoldList?
  @Option(help: "Procedural faces: identities, ten photos of each.") var identities = 60
  @Option(help: "Pairs of each protocol at most, half of them of one person.") var pairs = 200
  @Option(help: "Triplets of the inpainting game, on procedural faces only.") var triplets = 400
  @Option(help: "The explainers to measure.") var explainers = ExplainerList(
    argument: ExplainerKind.allCases.map(\.rawValue).joined(separator: ","))!
  @Option(help: "What takes a pixel's place: gray or blur.") var fill = "gray"
  @Option(help: "Pairs whose maps are compared with those of redrawn networks; 0 leaves the sanity check out.")
  var sanityPairs = 20
  @Option(help: "Triplets of the game with redrawn networks.") var sanityTriplets = 80
  @Option(help: "The seed of pairs, triplets, procedural faces and masks.") var seed = 1
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write everything as JSON; - for standard output.", valueName: "path") var json: OutputPath?
  @Option(help: "Write the tables as Markdown.", valueName: "path") var markdown: String?

  mutating func validate() throws {
    do { try settings().validate() } catch let error as SaliencyError { throw UsageError("\(error)") }
  }

  private func settings() throws -> FaithfulnessSettings {
    guard let fill = PixelRemoval.Fill(rawValue: fill) else { throw UsageError("--fill \(fill) is not gray or blur") }
    var settings = FaithfulnessSettings()
    (settings.explainers, settings.pairs, settings.triplets, settings.fill) = (explainers.kinds, pairs, triplets, fill)
    (settings.sanityPairs, settings.sanityTriplets) = (sanityPairs, sanityTriplets)
    settings.seed = UInt64(bitPattern: Int64(seed))
    return settings
  }

  mutating func run() throws {
    try OutputCheck.files(json?.path, markdown, reading: [DefaultModel.path(model)], in: [data])
    let opened = try device.open()
    let path = try DefaultModel.path(model)
    let model = try FaceModel(contentsOf: path, on: opened)
    var scan = NetworkScan(model, on: opened)
    scan.workers = device.workers
    var photos = MeasuredDataOptions()
    (photos.data, photos.folds, photos.seed, photos.identities) = (data, folds, seed, identities)
    try photos.validate()
    let sets = try photos.open(side: model.info.input.storedSide).sets
    let stages = Stages()
    var test = FaithfulnessTest(scan, try settings())
    test.progress = { stages.show($0, $1, of: $2) }
    let report = try test.run(name: path, sets: sets, playsGame: data == nil && triplets > 0)
    stages.finish()
    let tables = FaithfulnessText.tables(report)
    // Files first: whoever reads the words may go away.
    if let json { try writeJSON(report, to: json.path) }
    if let markdown {
      let text = tables.map { "### \($0.title)\n\n\($0.table.markdown())\n" }.joined(separator: "\n")
      try writeAtomically(Data(text.utf8), to: markdown)
    }
    CommandOutput.current.printLine(FaithfulnessText.heading(report))
    for (_, table) in tables { CommandOutput.current.printLine(table.text() + "\n") }
    try DamagedPhotos.report(report.damaged)
  }

  /// One progress line for each thing that is done.
  private final class Stages {
    private var bar: ProgressReporter?
    private var title = ""

    func show(_ title: String, _ done: Int, of total: Int) {
      if title != self.title {
        bar?.finish()
        bar = ProgressReporter(label: title, total: total, unit: "done")
        self.title = title
      }
      bar?.update(completed: done)
    }

    func finish() { bar?.finish() }
  }
}
