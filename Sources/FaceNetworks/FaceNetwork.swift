import Torch

/// A face recognition network: backbone, target layer whose channels are to be explained, embedding.
public final class FaceNetwork: Module {
  public let settings: NetworkSettings
  /// Side of the input in pixels.
  public let inputSize: Int
  /// Side of the target layer's map; 0 without a target layer.
  public let targetSide: Int
  /// Channels of the target layer; 0 without one.
  public let targetChannels: Int
  /// Channels of the features that feed the target layer; 0 without one.
  public let featureChannels: Int
  /// What a cell of the target layer sees of the input; nil without a target layer.
  public let targetField: ReceptiveField?

  let backbone: any Backbone
  let inserted: TargetLayer?
  let head: EmbeddingHead?
  /// Index of the unit whose output is, or feeds, the target.
  let targetUnit: Int?

  /// What a pass over images gives.
  public struct Output {
    /// Embeddings [B, D], not normalized.
    public let embedding: Tensor
    /// Activations of the target layer after ReLU, and after ICNN's mask where there is one, [B, C, H, W]; nil without a
    /// target layer.
    public let target: Tensor?
    /// The same before the mask.
    public let unmasked: Tensor?
    /// The features that feed the target layer, [B, F, H', W']; nil without one.
    public let features: Tensor?
    /// What goes on from the target layer to the embedding, [B, C, H, W]: the target itself where it is inserted, the layer's
    /// signed output where it is explained in place, the last map without a target layer.
    public let carried: Tensor
  }

  /// Builds the network with fresh weights. `inputSize` in pixels. Throws ``NetworkError`` when the settings make none.
  public init(_ settings: NetworkSettings, inputSize: Int, using random: inout some RandomNumberGenerator) throws {
    try settings.validate(inputSize: inputSize)
    let readsTarget = settings.embedding != .backbone
    let lastStage = readsTarget ? settings.targetStage : 4
    let body: any Backbone =
      settings.backbone == .mobilefacenet
      ? try MobileFaceNet(settings, inputSize: inputSize, lastStage: lastStage, withTail: !readsTarget, using: &random)
      : try IResNet(settings, inputSize: inputSize, lastStage: lastStage, withTail: !readsTarget, using: &random)
    let unit = try FaceNetwork.targetUnit(settings, of: body)
    let channels = FaceNetwork.targetChannels(settings, of: body, unit)
    let side = unit.map { inputSize / body.units[$0].stride } ?? 0
    if let unit, settings.targetStage > 0 {
      let input = body.units[unit].channels
      // What follows the target layer in the backbone takes the stage's channels and no others.
      var field = body.units[unit].field
      inserted = try TargetLayer(
        input, channels, kernel: field.nextKernel(), merges: !readsTarget && channels != input, using: &random)
      targetField = field
      featureChannels = input
    } else {
      inserted = nil
      targetField = unit.map { body.units[$0].field }
      featureChannels = unit.map { $0 == 0 ? 3 : body.units[$0 - 1].channels } ?? 0
    }
    if settings.maskTarget { try PeakTemplates.checkSide(side) }
    head = readsTarget ? try EmbeddingHead(settings, channels: channels, side: side, using: &random) : nil
    self.settings = settings
    self.inputSize = inputSize
    backbone = body
    targetUnit = unit
    targetSide = side
    targetChannels = channels
  }

  private static func targetUnit(_ settings: NetworkSettings, of body: any Backbone) throws -> Int? {
    if settings.targetStage > 0 { return body.end(ofStage: settings.targetStage) }
    if settings.targetLayer.isEmpty { return nil }
    guard let unit = body.units.firstIndex(where: { $0.name == settings.targetLayer }) else {
      throw NetworkError(
        message:
          "network.targetLayer '\(settings.targetLayer)' is no layer of \(settings.backbone.rawValue); its layers: "
          + body.units.map(\.name).joined(separator: ", "))
    }
    return unit
  }

  private static func targetChannels(_ settings: NetworkSettings, of body: any Backbone, _ unit: Int?) -> Int {
    guard let unit else { return 0 }
    return settings.targetStage > 0 ? settings.targetChannels : body.units[unit].channels
  }

  public var members: [(name: String, member: Member)] {
    [("backbone", .module(backbone))] + (inserted.map { [("target", .module($0))] } ?? [])
      + (head.map { [("embedding", .module($0))] } ?? [])
  }

  /// images: [B, 3, S, S] in [-1, 1].
  public func callAsFunction(_ images: Tensor) throws -> Output {
    guard let targetUnit else {
      let x = try run(0..<backbone.units.count, images)
      return Output(embedding: try ended(x), target: nil, unmasked: nil, features: nil, carried: x)
    }
    return try output(of: run(0..<feedingUnits, images), at: targetUnit)
  }

  /// What the network gives from the features that feed the target layer on, [B, F, H, W].
  private func output(of features: Tensor, at targetUnit: Int) throws -> Output {
    guard let inserted else {
      let carried = try run(feedingUnits..<targetUnit + 1, features)
      let target = try carried.relu()
      return Output(
        embedding: try rest(carried), target: target, unmasked: target, features: features, carried: carried)
    }
    let unmasked = try inserted(features)
    let target =
      settings.maskTarget ? try PeakTemplates.masked(unmasked, by: maskBank(on: unmasked.device)) : unmasked
    return Output(
      embedding: try rest(target), target: target, unmasked: unmasked, features: features, carried: target)
  }

  /// The backbone's layers that come after an inserted target layer, by their names in the state; empty without one.
  public var layersAfterInsertedTarget: [String] {
    guard inserted != nil else { return [] }
    return backbone.units[feedingUnits...].map { "backbone.\($0.name)" }
  }

  /// How many units run before the features that feed the target layer are there; 0 without a target layer.
  private var feedingUnits: Int { targetUnit.map { inserted == nil ? $0 : $0 + 1 } ?? 0 }

  /// Activation checkpointing: how many units of the backbone (the stem, a residual block) at a time forget their activations
  /// and compute them again in the backward pass. 0, as it is at first, remembers all. Nothing but memory and time changes.
  public var recomputedUnits = 0 {
    didSet { runs = [:] }
  }

  /// Made at the first use.
  private var runs: [Range<Int>: [Checkpointed]] = [:]

  /// The units of the range, one after the other.
  private func run(_ units: Range<Int>, _ x: Tensor) throws -> Tensor {
    // A name of the units' own, of which the gradients of a block and of its skip are summed before those of others that read the same
    // maps, as they are where the block is recomputed.
    let x = units.isEmpty || units.lowerBound == 0 ? x : try x.reshaped(x.shape)
    guard recomputedUnits > 0 else { return try backbone.units[units].reduce(x) { try $1.layer($0) } }
    if runs[units] == nil {
      runs[units] = stride(from: units.lowerBound, to: units.upperBound, by: recomputedUnits).map { first in
        Checkpointed(backbone.units[first..<min(first + recomputedUnits, units.upperBound)].map(\.layer))
      }
    }
    return try runs[units]!.reduce(x) { try $1($0) }
  }

  private func ended(_ x: Tensor) throws -> Tensor { try head.map { try $0(x) } ?? backbone.tail!(x) }

  /// The embeddings [B, D] of the features that feed the target layer, [B, F, H, W]: the target layer and the rest of the network.
  /// Throws without a target layer.
  public func embedding(features: Tensor) throws -> Tensor {
    try output(of: features, at: requireTarget()).embedding
  }

  /// The embeddings [B, D] of what the target layer carries on, [B, C, H, W]: the rest of the network.
  public func embedding(carried: Tensor) throws -> Tensor { try rest(carried) }

  private func rest(_ carried: Tensor) throws -> Tensor {
    let merged = try inserted?.merge.map { try $0(carried) } ?? carried
    return try ended(run((targetUnit ?? backbone.units.count - 1) + 1..<backbone.units.count, merged))
  }

  /// Channels that go on from the target layer, or of the last map without one.
  public var carriedChannels: Int { targetUnit == nil ? backbone.units.last!.channels : targetChannels }

  /// Means over the training faces and places of each channel that the target layer carries on, [C]: the running mean of the
  /// normalization that comes next; nil where another layer comes next.
  public var carriedMean: Tensor? {
    if inserted?.merge != nil { return nil }
    let next = targetUnit.map { $0 + 1 } ?? backbone.units.count
    return next < backbone.units.count ? backbone.units[next].inputNorm?.runningMean : backbone.tailNorm?.runningMean
  }

  private var masks: Tensor?
  /// Made at the first use, where the network is by then.
  private func maskBank(on device: Device) throws -> Tensor {
    if let masks, masks.device == device { return masks }
    let bank = try PeakTemplates.bank(side: targetSide, floor: 0, on: device)
    masks = bank
    return bank
  }

  /// Weights of the inserted target layer's convolution, [C, F, 3, 3] or [C, F, 1, 1]; nil where a layer is explained in place.
  public var targetWeight: Tensor? { inserted?.weight }

  /// Only the features that feed the target layer: the cheap part of a second pass. Throws without a target layer.
  public func features(_ images: Tensor) throws -> Tensor {
    _ = try requireTarget()
    return try run(0..<feedingUnits, images)
  }

  private func requireTarget() throws -> Int {
    guard let targetUnit else { throw NetworkError(message: "this network has no target layer") }
    return targetUnit
  }

  /// The linear map from target activations to the embedding, or nil where the way is not linear.
  public var embeddingHead: EmbeddingHead? { head }

  /// What `body` gives while batch statistics do not move the running ones, for passes over unusual inputs.
  public func withoutTracking<Result>(_ body: () throws -> Result) rethrows -> Result {
    try norms.withoutTracking(body)
  }

  /// Found once: walking the modules costs as much as a small layer.
  private lazy var norms = batchNorms
}

/// From target activations to the embedding: linear throughout at inference, so that a score splits exactly.
public final class EmbeddingHead: Layer {
  public let isPooled: Bool
  private let dropout: Dropout
  let linear: BlockLinear
  let norm: BatchNorm

  init(_ settings: NetworkSettings, channels: Int, side: Int, using random: inout some RandomNumberGenerator) throws {
    isPooled = settings.embedding == .pooled
    dropout = Dropout(settings.dropout)
    let inputs = isPooled ? channels : channels * side * side
    linear = try BlockLinear(inputs, settings.embeddingSize, blocks: settings.embeddingBlocks, using: &random)
    norm = try BatchNorm(settings.embeddingSize)
  }

  public var members: [(name: String, member: Member)] {
    [("dropout", .module(dropout)), ("linear", .module(linear)), ("norm", .module(norm))]
  }

  /// target: [B, C, H, W] -> embeddings [B, D].
  public func callAsFunction(_ target: Tensor) throws -> Tensor {
    let input = isPooled ? try target.mean(2, 3) : try target.contiguous().flattened(from: 1)
    return try norm(linear(dropout(input)))
  }
}
