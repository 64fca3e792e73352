import FaceNetworks
import FaceTraining
import Foundation
import TestSupport
import Testing

@Suite struct FineTuningTests {
  private let folder: TemporaryFolder
  private let tuned: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    tuned = try TemporaryFolder()
  }

  /// What was learned behind ICNN's mask goes on behind it, whatever loss follows.
  @Test func theMaskStays() throws {
    try train(tinyRecipe(epochs: 1) { $0.channelLoss.kind = .icnn }, in: folder)
    let model = folder.path + "/model.safetensors"
    let given = try FineTuning.overrides(from: model, recipe: nil, given: ["channelLoss.kind": "sad"])
    #expect(given["network.maskTarget"] as? Bool == true)
    var recipe = tinyRecipe(epochs: 1) { $0.from = model }
    let error = #expect(throws: ModelError.self) { try train(recipe, in: tuned) }
    #expect(error?.reason.contains("network.maskTarget") == true)
    recipe.network.maskTarget = true
    try train(recipe, in: tuned)
    #expect(try FaceModel(contentsOf: tuned.path + "/model.safetensors").info.network.maskTarget)
  }

  /// Later layers that were learned behind an inserted target layer are not put before it.
  @Test func anInsertedTargetLayerStaysWhereItIs() throws {
    try train(tinyRecipe(epochs: 1) { ($0.network.embedding, $0.network.targetStage) = (.backbone, 2) }, in: folder)
    let model = folder.path + "/model.safetensors"
    var recipe = tinyRecipe(epochs: 1) {
      ($0.from, $0.network.embedding, $0.network.targetStage) = (model, .backbone, 3)
    }
    let error = #expect(throws: ModelError.self) { try train(recipe, in: tuned) }
    #expect(error?.reason.contains("set network.targetStage to 2") == true)
    recipe.network.targetStage = 2
    try train(recipe, in: tuned)
  }

  /// A stage may be named without counting its channels, the default one too.
  @Test(arguments: [2, 3]) func aStageAloneMayBeNamed(stage: Int) throws {
    try train(
      tinyRecipe(epochs: 1) {
        ($0.channelLoss.kind, $0.network.targetStage, $0.network.embedding) = (.plain, 0, .backbone)
      }, in: folder)
    let model = folder.path + "/model.safetensors"
    let network = try FaceModel(contentsOf: model).info.network
    let given: [String: any Sendable] = ["channelLoss.kind": "ecloss", "network.targetStage": stage]
    let values = try FineTuning.overrides(from: model, recipe: nil, given: given)
    #expect(values["network.targetChannels"] as? Int == 2 * network.channels(ofStage: stage))
    let recipe = tinyRecipe(epochs: 1) {
      ($0.from, $0.network) = (model, network)
      ($0.network.targetStage, $0.network.targetChannels) = (stage, 2 * network.channels(ofStage: stage))
    }
    try train(recipe, in: tuned)
    #expect(try FaceModel(contentsOf: tuned.path + "/model.safetensors").info.network.targetStage == stage)
  }

  /// Without a recipe the network is the model's, dropout included; a recipe has its own.
  @Test func dropoutStays() throws {
    try train(tinyRecipe(epochs: 1) { $0.network.dropout = 0.25 }, in: folder)
    let model = folder.path + "/model.safetensors"
    #expect(
      try FineTuning.overrides(from: model, recipe: nil, given: [:])["network.dropout"] as? Double == 0.25)
    try folder.write("recipe.json", "{}")
    let own = try FineTuning.overrides(from: model, recipe: folder.path + "/recipe.json", given: [:])
    #expect(own["network.dropout"] == nil)
  }

  @Test func aMaskMayComeLater() throws {
    try train(tinyRecipe(epochs: 1), in: folder)
    let model = folder.path + "/model.safetensors"
    #expect(
      try FineTuning.overrides(from: model, recipe: nil, given: [:])["network.maskTarget"] as? Bool == false)
    try train(tinyRecipe(epochs: 1) { ($0.from, $0.channelLoss.kind) = (model, .icnn) }, in: tuned)
    #expect(try FaceModel(contentsOf: tuned.path + "/model.safetensors").info.network.maskTarget)
  }
}
