import ArgumentParsing
import AtomicFiles
import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceNetworks
import FaceTraining
import Foundation
import TerminalOutput
import Torch

extension ChannelLossSettings.Kind: ExpressibleByArgument {}
extension NetworkSettings.Backbone: ExpressibleByArgument {}

/// `facet train`
struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a network from a recipe.",
    discussion: """
      Settings come from the recipe (a JSON file; what it leaves out has defaults), then from the flags, then from --set.
      The output folder gets model.safetensors, the recipe, logs for programs and TensorBoard, and checkpoints:
      Ctrl-C or a crash loses at most the time since the last, and --resume goes on from there, with as many threads to the \
      same weights.

      Without a GPU choose small: IResNet-18 at 112x112 learns from about 10 photos a second on 2 cores, \
      Recipes/cfp-ecloss.json (64x64, a quarter of the width) from over a hundred.
      """,
    examples: [
      "facet train --recipe Recipes/cfp-ecloss.json --data cfp --folds 1-8 --output runs/ecloss",
      "facet train --data photos --channel-loss ecloss --epochs 30 --output runs/mine",
      "facet train --from imported.safetensors --channel-loss ecloss --data faces/train.rec --output runs/tuned",
      "facet train --recipe runs/mine/recipe.json --output runs/mine --resume",
    ])

  @Option(help: "A recipe, JSON.") var recipe: String?
  @Option(
    help: "Photos: a folder with one folder a person, CFP, LFW, or InsightFace's .rec; procedural faces without it.",
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
  @Option(
    help:
      "A model file to start from, imported or Facet's own; a target layer is added without changing its embedding.",
    valueName: "model")
  var from: String?
  @Option(name: .shortAndLong, help: "The folder that gets everything.", valueName: "folder") var output: String
  @Option(help: "The loss on the target layer's channels.") var channelLoss: ChannelLossSettings.Kind?
  @Option(help: "The network's body.") var backbone: NetworkSettings.Backbone?
  @Option(help: "Passes over the data.") var epochs: Int?
  @Option(help: "Photos of a pass through the network; a step takes training.accumulate of them.") var batch: Int?
  @Option(help: "The seed of everything random.") var seed: Int?
  @Option(help: "Any other setting of the recipe: KEY=VALUE, such as training.clip=5.", valueName: "key=value")
  var set: [String] = []
  @Option(help: "CFP: a fold to verify after each epoch; the best model is kept by it.") var validationFold: Int?
  @Flag(help: "Go on from the output folder's checkpoint, which must be there.") var resume = false
  @Flag(inversion: .prefixedNo, help: "Write TensorBoard events.") var tensorboard = true
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write the result as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  mutating func validate() throws {
    if let fold = validationFold, !(1...10).contains(fold) {
      throw UsageError("--validation-fold \(fold) is not between 1 and 10")
    }
  }

  mutating func run() throws {
    let read = [recipe, from]
    // Before a model to start from is read: LibTorch's GPU half is to be loaded first.
    let opened = try device.open()
    let recipe = try loadRecipe()
    try OutputCheck.files(
      json?.path, reading: read + recipe.files, in: recipe.data.places, making: output, with: Trainer.fileNames)
    try checkRecipeStays(recipe)
    InterruptFlag.install()
    var options = Trainer.Options()
    options.device = opened
    options.resume = resume
    options.workers = device.workers
    options.tensorBoard = tensorboard
    recipe.printNotes()
    let dataset = try recipe.openData()
    CommandOutput.current.printError(
      "learning from \(dataset.name): \(dataset.originals.count) photos of \(dataset.identityCount) people")
    let validation = try validationFold.map { try makeValidation(fold: $0, recipe, opened) }
    let trainer = try SettingAssignment.checked {
      try Trainer(recipe, dataset: dataset, directory: output, options: options, validation: validation)
    }
    let outcome = try trainer.run()
    try report(outcome)
  }

  private func loadRecipe() throws -> Recipe {
    try SettingAssignment.checked { try RecipeFile.load(recipe, overrides: overrides()) }
  }

  /// That the training's own recipe.json does not take the place of another recipe, which was given.
  private func checkRecipeStays(_ trained: Recipe) throws {
    let own = output + "/recipe.json"
    // One that goes on compares its recipe with the checkpoint's.
    guard !resume, let recipe, OutputCheck.resolved(recipe) == OutputCheck.resolved(own),
      try RecipeFile.load(own) != trained
    else {
      return
    }
    throw FileWriteError(
      path: own,
      reason:
        "it is the recipe that was given, and would be replaced by the one with your changes; give another --output")
  }

  private func overrides() throws -> [String: any Sendable] {
    var values: [String: any Sendable] = [:]
    if let data { values["data.path"] = data }
    if let folds { values["data.folds"] = folds.folds }
    if let lfw { values.merge(DataSettings.joining(lfw: lfw)) { $1 } }
    if let channelLoss { values["channelLoss.kind"] = channelLoss.rawValue }
    let chosen = try SettingAssignment.overrides(set, option: "--set")
    if let channelLoss, channelLoss != .plain, recipe == nil, from == nil, chosen["network.targetLayer"] == nil {
      // Without a recipe there is no target layer yet; the finest map that still sees whole parts is a good one.
      values["network.targetStage"] = 3
      values["network.embedding"] = "pooled"
    }
    if let backbone { values["network.backbone"] = backbone.rawValue }
    if let epochs { values["training.epochs"] = epochs }
    if let batch { values["training.batch"] = batch }
    if let seed { values["seed"] = seed }
    values.merge(chosen) { $1 }
    if let from {
      values.merge(try FineTuning.overrides(from: from, recipe: recipe, given: values)) { given, _ in given }
    }
    return values
  }

  private func makeValidation(fold: Int, _ recipe: Recipe, _ device: Device) throws -> Validation {
    guard recipe.data.resolvedKind == .cfp else {
      throw UsageError("--validation-fold needs CFP as --data")
    }
    try TestDataOptions.checkFolds(recipe, [fold], of: "--validation-fold")
    let cfp = try CFP(root: recipe.data.path, folds: [fold])
    let crop = recipe.data.centerCrop
    let sets = try [cfp.verificationSet(.FF), cfp.verificationSet(.FP)].map { set in
      var cut = set
      cut.dataset = try set.dataset.centerCropped(crop)
      return cut
    }
    let photos = crop == 1 ? "" : ", of whose photos the middle \(crop) of each side is seen"
    let stores = sets.map {
      PhotoStore(
        $0.dataset, side: recipe.input.storedSide, memoryLimit: recipe.training.cacheMegabytes << 20)
    }
    let workers = self.device.workers
    return Validation(criterion: "the accuracy on fold \(fold) of CFP\(photos)") { network, _ in
      let info = ModelInfo(
        name: recipe.name, network: recipe.builtNetwork, input: recipe.input,
        channelLoss: recipe.channelLoss.kind.rawValue)
      var scan = NetworkScan(FaceModel(info: info, network: network, recipe: ""), on: device)
      scan.workers = workers
      do {
        let accuracies = try zip(sets, stores).map { try scan.verify($0, store: $1).metrics.inSampleBestAccuracy }
        return accuracies.reduce(0, +) / Double(accuracies.count)
      } catch VerificationError.scoreNotFinite {
        // An early network may give a photo an embedding of length zero: this epoch is no best, and the training goes on.
        return .nan
      }
    }
  }

  private func report(_ outcome: Trainer.Outcome) throws {
    struct Result: Encodable {
      let model: String?
      let steps: Int
      let seconds: Double
      let terms: [String: Double]
      let damaged: [DamagedPhoto]
      let peakMemory: PeakMemory
    }
    if let json {
      let result = Result(
        model: outcome.model, steps: outcome.steps, seconds: outcome.seconds, terms: outcome.terms,
        damaged: outcome.damaged, peakMemory: outcome.peakMemory)
      try writeJSON(result, to: json.path)
    }
    guard let model = outcome.model else {
      CommandOutput.current.printError(
        Trainer.holdsCheckpoint(output)
          ? "interrupted at step \(outcome.steps); --resume goes on from there"
          : "interrupted before the first step; the same command starts again")
      throw ExitCode.interrupted
    }
    CommandOutput.current.printLine(
      "\(model): \(outcome.steps) steps in \(formatDuration(outcome.seconds)), \(outcome.peakMemory)")
  }
}
