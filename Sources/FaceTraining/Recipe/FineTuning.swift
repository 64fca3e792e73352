import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Torch

/// Training that starts from a model's weights.
public enum FineTuning {
  /// The settings that a recipe takes from the model it starts from: its network and input; where the channel loss needs a
  /// target layer that it lacks, one after stage 3, or without a recipe after the stage that is given, with two channels for each of
  /// the stage's; and, without a recipe, its dropout and a learning rate a tenth of the usual.
  ///
  /// - Parameters:
  ///   - path: The model file.
  ///   - recipe: The recipe file; nil for none.
  ///   - given: What was set otherwise, dotted keys and values. It goes before what comes from here.
  /// - Throws: `ModelError`, `SafetensorsError`, `RecipeError`.
  public static func overrides(
    from path: String, recipe: String?, given: [String: any Sendable]
  ) throws -> [String: any Sendable] {
    let model = try FaceModel(contentsOf: path)
    let base = try RecipeFile.load(recipe, overrides: given.filter { $0.key == "channelLoss.kind" }, validates: false)
    let network = model.info.network
    var values: [String: any Sendable] = [
      "from": path, "network.backbone": network.backbone.rawValue, "network.width": network.width,
      "network.outputStride": network.outputStride, "network.embeddingSize": network.embeddingSize,
      "input.size": model.info.input.size, "input.border": model.info.input.border,
    ]
    if recipe == nil {
      values["training.learningRate"] = 0.01
      values["network.dropout"] = network.dropout
    }
    let hasTarget = network.targetStage > 0 || !network.targetLayer.isEmpty
    let choosesTarget =
      base.network.targetStage > 0 || !base.network.targetLayer.isEmpty
      || given["network.targetStage"] != nil || given["network.targetLayer"] != nil
    if hasTarget || base.channelLoss.kind == .plain {
      values["network.targetStage"] = network.targetStage
      values["network.targetChannels"] = network.targetChannels
      values["network.embeddingBlocks"] = network.embeddingBlocks
      values["network.receptiveField"] = network.receptiveField
      values["network.targetLayer"] = network.targetLayer
      values["network.maskTarget"] = network.maskTarget
      values["network.embedding"] = network.embedding.rawValue
    } else if !choosesTarget {
      values["network.targetStage"] = 3
      values["network.targetChannels"] = 2 * network.channels(ofStage: 3)
      values["network.embedding"] = NetworkSettings.Embedding.backbone.rawValue
    } else if recipe == nil, let stage = given["network.targetStage"] as? Int, (1...4).contains(stage) {
      values["network.targetChannels"] = 2 * network.channels(ofStage: stage)
    }
    return values
  }

  /// The model that a recipe starts from. Throws `ModelError` when its network is not the recipe's.
  static func source(_ recipe: Recipe, on device: Device) throws -> FaceModel {
    let model = try FaceModel(contentsOf: recipe.from, on: device)
    let (theirs, own) = (model.info.network, recipe.builtNetwork)
    guard theirs.backbone == own.backbone, theirs.width == own.width, theirs.outputStride == own.outputStride,
      theirs.embeddingSize == own.embeddingSize, model.info.input.size == recipe.input.size
    else {
      throw ModelError(
        path: recipe.from,
        reason:
          "its \(theirs.backbone.rawValue) of width \(theirs.width) for \(model.info.input.size) pixels is not the "
          + "recipe's; give it with --from, which sets the recipe's network by it")
    }
    guard theirs.embedding != .backbone || theirs.targetStage == 0 || own.targetStage == theirs.targetStage else {
      throw ModelError(
        path: recipe.from,
        reason:
          "its later layers were learned behind a target layer after stage \(theirs.targetStage), which the recipe leaves out: "
          + "set network.targetStage to \(theirs.targetStage)")
    }
    guard own.maskTarget || !theirs.maskTarget else {
      throw ModelError(
        path: recipe.from,
        reason:
          "its weights were learned behind ICNN's mask, which the recipe leaves out: set network.maskTarget to true")
    }
    return model
  }

  /// Photos that an inserted target layer is settled on.
  private static let photos = 512

  /// Settles an inserted target layer on some photos of the training set, spread over it.
  static func settle(
    _ network: FaceNetwork, on store: PhotoStore, _ usable: [Int], _ recipe: Recipe, _ device: Device
  ) throws {
    let count = min(photos, usable.count)
    let chosen = (0..<count).map { usable[$0 * usable.count / count] }
    var batches: [Tensor] = []
    for start in stride(from: 0, to: chosen.count, by: 64) {
      let batch = try store.batch(Array(chosen[start..<min(start + 64, chosen.count)]))
      guard !batch.indices.isEmpty else { continue }
      let maps = batch.indices.map { _ in AffineMap.centered(recipe.input) }
      batches.append(try Tensor.networkInput(batch.photos.to(device), through: maps, size: recipe.input.size))
    }
    try network.settleTarget(on: batches)
  }
}
