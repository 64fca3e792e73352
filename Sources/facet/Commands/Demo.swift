import ArgumentParsing
import AtomicFiles
import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages
import FaceNetworks
import FaceTraining
import Foundation
import TerminalOutput
import Torch

/// `facet demo`
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo",
    abstract: "Trains a plain and an explainable network and compares them: the whole job in minutes.",
    discussion: """
      Without --data both learn from procedural faces, whose parts are known pixel by pixel, and are measured on people they \
      never saw. The folder gets both trainings, report.html and faces.png.
      """,
    examples: ["facet demo --output runs/demo", "facet demo --data cfp --folds 1-8 --test-folds 9 --output runs/cfp"])

  @Option(name: .shortAndLong, help: "The folder that gets everything.", valueName: "folder") var output = "runs/demo"
  @Option(help: "CFP instead of procedural faces.", valueName: "path") var data: String?
  @Option(help: "CFP: the folds to train on; 1-8, or the recipe's, without it.") var folds: FoldList?
  @Option(help: "CFP: the folds to measure on.") var testFolds = FoldList(argument: "9")!
  @Option(help: "A recipe for both, JSON; the channel loss is set for each.") var recipe: String?
  @Option(help: "Passes over the data.") var epochs: Int?
  @Option(help: "The seed of everything random.") var seed = 0
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write both evaluations as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  mutating func validate() throws {
    guard data != nil || folds == nil else { throw UsageError("--folds are folds of CFP: give CFP as --data") }
  }

  mutating func run() throws {
    let recipes = try [ChannelLossSettings.Kind.plain, .ecloss].map { kind in
      try SettingAssignment.checked { try self.recipe(kind) }
    }
    try OutputCheck.files(
      json?.path, reading: [recipe] + recipes.flatMap(\.files), in: recipes.flatMap(\.data.places), making: output,
      with: ["report.html", "faces.png"] + recipes.map { $0.name + "/" })
    try checkReplaces(nothingBut: recipes)
    try check(recipes)
    recipes[0].printNotes()
    let start = Date()
    let opened = try device.open()
    InterruptFlag.install()
    try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
    var models: [String] = []
    for recipe in recipes {
      try Interruption.check()
      guard let model = try train(recipe, opened) else { try Interruption.stop() }
      if models.isEmpty { try drawFaces(recipe) }
      models.append(model)
    }
    var photos = MeasuredDataOptions()
    photos.data = data
    photos.take(folds: testFolds)
    let evaluations = try models.map { model in
      try Interruption.check()
      return try photos.evaluate(model, on: opened, workers: device.workers)
    }
    try Interruption.check()
    let report = "\(output)/report.html"
    try ReportAssembly.write(evaluations, photos: photos, device: opened, title: "Facet demo", to: report)
    if let json { try writeJSON(evaluations, to: json.path) }
    try conclude(evaluations, report, start)
  }

  private func recipe(_ kind: ChannelLossSettings.Kind) throws -> Recipe {
    var recipe = try recipe.map { try RecipeFile.load($0) } ?? Demo.defaultRecipe(procedural: data == nil)
    recipe.name = kind.rawValue
    recipe.seed = UInt64(bitPattern: Int64(seed))
    recipe.channelLoss.kind = kind
    if let data {
      recipe.data.path = data
      if let folds { recipe.data.folds = folds.folds }
      if recipe.data.resolvedKind == .cfp, recipe.data.folds.isEmpty { recipe.data.folds = Array(1...8) }
    } else if !recipe.data.path.isEmpty {
      throw UsageError("\(self.recipe!) is for photos of \(recipe.data.path): give --data, which both are measured on")
    }
    if let epochs { recipe.training.epochs = epochs }
    try recipe.validate()
    return recipe
  }

  /// Throws `FileWriteError` for a page or a picture in the folder that no earlier demo can have left.
  private func checkReplaces(nothingBut recipes: [Recipe]) throws {
    guard !recipes.contains(where: { OutputCheck.isFolder("\(output)/\($0.name)") }) else { return }
    for name in ["report.html", "faces.png"] where FileManager.default.fileExists(atPath: "\(output)/\(name)") {
      throw FileWriteError(
        path: "\(output)/\(name)", reason: "it is there, and no earlier demo left it; give another folder")
    }
  }

  /// Throws `UsageError` when people that `recipes` are trained on would be measured on, which procedural ones are not.
  private func check(_ recipes: [Recipe]) throws {
    guard let data else { return }
    try TestDataOptions.check(
      recipes, measured: data, folds: testFolds, otherwise: "give CFP as --data, or leave it out for procedural faces")
  }

  /// A network that learns in minutes on two cores.
  private static func defaultRecipe(procedural: Bool) -> Recipe {
    var recipe = Recipe()
    recipe.data.identities = 200
    recipe.data.photos = 16
    recipe.data.side = 72
    recipe.input.size = 64
    recipe.network.backbone = procedural ? .iresnet10 : .iresnet18
    recipe.network.width = 0.25
    recipe.network.outputStride = 4
    recipe.network.targetStage = 3
    recipe.network.targetChannels = 64
    recipe.network.embedding = .pooled
    recipe.network.embeddingSize = 128
    recipe.network.dropout = 0.2
    recipe.head.scale = 16
    recipe.head.margin = 0.1
    // A generic face: without it templates crowd, and a quarter of the channels dies.
    recipe.channelLoss.ecloss.relativeSilence = true
    recipe.channelLoss.ecloss.layout = 4
    recipe.channelLoss.ecloss.crowding = 6
    recipe.training.epochs = procedural ? 20 : 14
    recipe.training.clip = 5
    return recipe
  }

  private func drawFaces(_ recipe: Recipe) throws {
    guard data == nil else { return }
    let faces = try ProceduralFaces(identities: 6, photosPerIdentity: 8, imageSize: 128, seed: recipe.seed)
    let rows = (0..<6).map { person in (0..<8).map { faces.face(at: person * 8 + $0).image } }
    try ContactSheet(rows: rows).image().write(to: "\(output)/faces.png")
  }

  private func train(_ recipe: Recipe, _ device: Device) throws -> String? {
    CommandOutput.current.printError("training: \(recipe.name)")
    let folder = "\(output)/\(recipe.name)"
    let model = "\(folder)/model.safetensors"
    var options = Trainer.Options()
    options.device = device
    options.resume = Trainer.holdsCheckpoint(folder)
    options.workers = self.device.workers
    // A finished training of the very same recipe need not be repeated.
    if let done = try? FaceModel(contentsOf: model), done.recipe == (try RecipeFile.text(recipe)) { return model }
    let dataset = try recipe.openData()
    return try Trainer(recipe, dataset: dataset, directory: folder, options: options).run().model
  }

  /// The comparison in one table, and whether it came out as it should.
  private func conclude(_ evaluations: [Evaluation], _ report: String, _ start: Date) throws {
    let comparison = Comparison(baseline: evaluations[0], other: evaluations[1])
    CommandOutput.current.printLine(comparison.table().text())
    let lost = comparison.lost
    let verdict =
      lost.isEmpty
      ? "the explainable network is behind on no measure and ahead on \(comparison.won) of \(comparison.rows.count)"
      : "the explainable network is behind on: \(lost.joined(separator: ", "))"
    CommandOutput.current.printLine(
      "\(verdict)\n\(report) shows it all (\(formatDuration(Date().timeIntervalSince(start))))")
  }
}
