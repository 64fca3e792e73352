import ArgumentParsing
import AtomicFiles
import FaceDatasets
import FaceEvaluation
import FaceTraining
import Foundation
import TerminalOutput

/// `facet compare`
struct Compare: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Trains and measures recipes with several seeds and sets them side by side.",
    discussion: """
      Every recipe is trained with every seed into OUTPUT/NAME-SEED and measured there. What is done is not repeated, and a \
      training that was cut off goes on, so that the same command finishes what Ctrl-C or a crash left. The folder gets \
      compare.json and compare.html.

      Each --vary makes one more method of every recipe, for ablations: the recipe with those settings changed.
      """,
    examples: [
      "facet compare plain.json ecloss.json --data cfp --folds 1-8 --test-folds 9 --seeds 3 --output runs/cfp",
      "facet compare ecloss.json --vary channelLoss.ecloss.match=0 --vary training.clip=0 --output runs/ablation",
    ])

  @Argument(help: "Recipes, JSON, each with a name of its own.", valueName: "recipe") var recipes: [String]
  @Option(name: .shortAndLong, help: "The folder that gets everything.", valueName: "folder") var output: String
  @Option(help: "How many seeds, from 0; 3 without it.") var seeds: Int?
  @Option(help: "These seeds instead, such as 0,1,5.") var seedList: SeedList?
  @Option(help: "A setting for all recipes, such as training.epochs=5.", valueName: "key=value") var set: [String] = []
  @Option(
    help: "One more method of every recipe: these settings changed, separated by commas.",
    valueName: "key=value,...")
  var vary: [String] = []
  @Option(help: "The method that the others are set against; the first without it.", valueName: "name")
  var baseline: String?
  @Option(
    help: """
      Photos to train on: a folder with one folder a person, CFP, LFW, or InsightFace's .rec; procedural faces without it.
      """,
    valueName: "path")
  var data: String?
  @Option(help: "CFP: the folds to train on, such as 1-8.") var folds: FoldList?
  @Option(
    help: """
      LFW to learn from beside CFP; people in both are told by their names, or by its in-cfp.txt, and people left out by its \
      train-exclude.txt, where these lie there.
      """,
    valueName: "path")
  var lfw: String?
  @OptionGroup(title: "Measuring") var test: TestDataOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Trainings at the same time, each in a process with its share of the cores.") var jobs = 1
  @Option(help: "Write the comparison as JSON here too; - for standard output.", valueName: "path")
  var json: OutputPath?
  @Option(help: "Write the table as Markdown.", valueName: "path") var markdown: String?

  mutating func validate() throws {
    if let seeds, !(1...1000).contains(seeds) { throw UsageError("--seeds \(seeds) is not between 1 and 1000") }
    guard seedList == nil || seeds == nil else {
      throw UsageError("--seeds and --seed-list both choose the seeds: give one")
    }
    guard jobs >= 1, jobs <= 256 else { throw UsageError("--jobs \(jobs) is not between 1 and 256") }
  }

  mutating func run() throws {
    let plan = try makePlan()
    let baseline = try chooseBaseline(plan)
    try test.check(plan.methods, data: data)
    let opened = try device.open()
    // Every folder is looked at, and every network built, before the first hour is spent.
    let waiting = try plan.runs.filter { try !$0.isTrained() }
    try SettingAssignment.checked {
      for method in plan.methods where waiting.contains(where: { $0.method == method.name }) {
        try Trainer.check(method)
      }
    }
    CommandOutput.current.printError("\(plan.runs.count - waiting.count) of \(plan.runs.count) trainings are done")
    InterruptFlag.install()
    try OutputCheck.files(
      json?.path, markdown, reading: recipes + [test.testPairs] + plan.methods.flatMap(\.files),
      in: plan.methods.flatMap(\.data.places) + [test.testData], making: output,
      with: ["compare.html"] + plan.runs.map { URL(fileURLWithPath: $0.directory).lastPathComponent + "/" })
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    let lock = try FolderLock(output)
    defer { withExtendedLifetime(lock) {} }
    let photos = try test.photos(trainedOn: data)
    // What is to be trained and measured on is opened before the first hour is spent, too.
    for (index, run) in waiting.enumerated()
    where !waiting[..<index].contains(where: { $0.recipe.data == run.recipe.data }) {
      run.recipe.printNotes()
      _ = try run.recipe.openData()
    }
    _ = try photos.open(side: plan.methods[0].input.storedSide)
    let local = LocalRuns(photos: photos, flip: test.flip, device: opened, workers: device.workers)
    if jobs > 1 {
      let left = try plan.runs.filter { try !local.isDone($0) }
      try ChildRuns(photos: photos, flip: test.flip, device: device, jobs: jobs).run(left)
    }
    let evaluations = try zip(plan.runs, local.evaluations(of: plan.runs)).map {
      (method: $0.method, evaluation: $1)
    }
    let methods = plan.methods.map { recipe in
      (name: recipe.name, evaluations: evaluations.filter { $0.method == recipe.name }.map(\.evaluation))
    }
    let comparison = SeedComparison(methods, seeds: plan.seeds, baseline: baseline)
    let table = ComparisonTable.make(comparison)
    // The folder's own files first, since the others may fail; all of them before the words, whose reader may go away.
    try writeJSON(comparison, to: "\(output)/compare.json")
    let page = "\(output)/compare.html"
    try ComparisonAssembly(plan: plan, photos: photos, device: opened, workers: device.workers)
      .write(comparison, evaluations: evaluations, to: page)
    if let json { try writeJSON(comparison, to: json.path) }
    if let markdown { try writeAtomically(Data((table.markdown() + "\n").utf8), to: markdown) }
    CommandOutput.current.printLine(table.text())
    CommandOutput.current.printLine("\(page) shows it all")
  }

  private func chooseBaseline(_ plan: TrainingPlan) throws -> String {
    let names = plan.methods.map(\.name)
    guard let baseline else { return names[0] }
    guard names.contains(baseline) else {
      throw UsageError("--baseline \(baseline) is none of the methods: \(names.joined(separator: ", "))")
    }
    return baseline
  }

  private func makePlan() throws -> TrainingPlan {
    var overrides: [String: any Sendable] = [:]
    if let data { overrides["data.path"] = data }
    if let folds { overrides["data.folds"] = folds.folds }
    if let lfw { overrides.merge(DataSettings.joining(lfw: lfw)) { $1 } }
    overrides.merge(try SettingAssignment.overrides(set, option: "--set")) { $1 }
    let variants = try vary.map { text in
      let settings = try SettingAssignment.overrides(SettingAssignment.list(text), option: "--vary")
      return TrainingPlan.Variant(title: text, overrides: settings)
    }
    guard ([overrides] + variants.map(\.overrides)).allSatisfy({ $0["seed"] == nil && $0["name"] == nil }) else {
      throw UsageError("the names come from the recipes and the seeds from --seeds or --seed-list")
    }
    return try SettingAssignment.checked {
      try TrainingPlan(
        recipes: recipes, overrides: overrides, variants: variants,
        seeds: seedList?.seeds ?? Array(0..<UInt64(seeds ?? 3)), output: output)
    }
  }
}
