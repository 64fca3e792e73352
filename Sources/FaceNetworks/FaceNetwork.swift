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
    var x = images
    var target: Tensor?
    var unmasked: Tensor?
    var features: Tensor?
    var carried: Tensor?
    for (index, unit) in backbone.units.enumerated() {
      let before = x
      x = try unit.layer(x)
      guard index == targetUnit else { continue }
      if let inserted {
        features = x
        x = try inserted(x)
        unmasked = x
        if settings.maskTarget { x = try PeakTemplates.masked(x, by: maskBank(on: x.device)) }
        target = x
        if let merge = inserted.merge { x = try merge(x) }
      } else {
        features = before
        target = try x.relu()
        unmasked = target
      }
      carried = x
    }
    return Output(
      embedding: try ended(x), target: target, unmasked: unmasked, features: features, carried: carried ?? x)
  }

  private func ended(_ x: Tensor) throws -> Tensor { try head.map { try $0(x) } ?? backbone.tail!(x) }

  /// The embeddings [B, D] of what the target layer carries on, [B, C, H, W]: the rest of the network.
  public func embedding(carried: Tensor) throws -> Tensor {
    let rest = targetUnit.map { backbone.units.suffix(from: $0 + 1) } ?? []
    return try ended(rest.reduce(carried) { try $1.layer($0) })
  }

  /// Channels that go on from the target layer, or of the last map without one.
  public var carriedChannels: Int { targetUnit == nil ? backbone.units.last!.channels : targetChannels }

  /// Means over the training faces and places of each channel that the target layer carries on, [C]: the running mean of the
  /// normalization that comes next; nil where another layer comes next.
  public var carriedMean: Tensor? {
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
    guard let targetUnit else { throw NetworkError(message: "this network has no target layer") }
    let last = inserted == nil ? targetUnit - 1 : targetUnit
    return try backbone.units.prefix(last + 1).reduce(images) { try $1.layer($0) }
  }

  /// The linear map from target activations to the embedding, or nil where the way is not linear.
  public var embeddingHead: EmbeddingHead? { head }

  /// Lets batch statistics run without moving the running ones, for passes over unusual inputs.
  public func tracksStatistics(_ on: Bool) {
    for norm in norms { norm.tracksStatistics = on }
  }

  /// Found once: walking the modules costs as much as a small layer.
  private lazy var norms = FaceNetwork.norms(of: self)

  private static func norms(of module: any Module) -> [BatchNorm] {
    module.members.flatMap { _, member -> [BatchNorm] in
      guard case .module(let inner) = member else { return [] }
      return (inner as? BatchNorm).map { [$0] } ?? norms(of: inner)
    }
  }
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
