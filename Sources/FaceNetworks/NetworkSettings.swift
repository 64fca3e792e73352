/// The shape of a face network: what a recipe and a model file say about it.
public struct NetworkSettings: Codable, Sendable, Hashable {
  public enum Backbone: String, Codable, CaseIterable, Sendable {
    case iresnet10, iresnet18, iresnet34, iresnet50, iresnet100, iresnet200, mobilefacenet
  }

  /// How the embedding is read.
  public enum Embedding: String, Codable, CaseIterable, Sendable {
    /// From the last stage, as arcface_torch does; an inserted target layer feeds the stages after it.
    case backbone
    /// A linear map of the target's channels averaged over places: scores split exactly into channels and parts.
    case pooled
    /// A linear map of the target's flattened map: scores split exactly into channels and places.
    case flattened
  }

  public var backbone: Backbone = .iresnet18
  /// Multiplies the channels of every stage (rounded to a multiple of 8).
  public var width: Double = 1
  /// Side of the input over side of the last map, 2 to 16. Stages that would go beyond it keep their size.
  public var outputStride = 16
  public var embedding: Embedding = .backbone
  public var embeddingSize = 512
  /// Runs of equal length that the target's channels and the embedding's numbers are cut into: each run of numbers is read from
  /// its own run of channels, so that a score is a sum over runs and nothing crosses from one to another. 1 reads every number
  /// from all channels. With as many runs as ECLoss has parts, a run is a part's.
  public var embeddingBlocks = 1
  /// Dropout before the embedding.
  public var dropout: Double = 0
  /// Stage (1 to 4) after which a 3x3 convolution, batch normalization and ReLU are inserted as the target layer;
  /// 0 inserts none.
  public var targetStage = 0
  /// Channels of the inserted target layer. Where the stages after it stay (embedding 'backbone') and it has other channels
  /// than its stage, a 1x1 convolution leads back to those.
  public var targetChannels = 256
  /// Whether each map of the inserted target layer is multiplied by a template around its own peak, as Interpretable
  /// CNNs do in training and at inference. A recipe with that channel loss switches it on.
  public var maskTarget = false
  /// The most pixels of the input, side of a square, that a cell of the inserted target layer sees; 0 for no limit. From where
  /// the next 3x3 convolution would see more on, those up to the target layer are 1x1 (after BagNet: Brendel and Bethge, ICLR
  /// 2019). What follows the target layer stays as it is.
  public var receptiveField = 0
  /// Name of a layer of the backbone, such as "layer3.1", to explain instead of an inserted one; empty for none.
  public var targetLayer = ""

  public init() {}

  /// Throws ``NetworkError`` when the settings contradict each other or do not suit the input's side in pixels.
  public func validate(inputSize: Int) throws {
    func require(_ condition: Bool, _ message: String) throws { if !condition { throw NetworkError(message: message) } }
    try require(
      (16...1024).contains(inputSize) && inputSize % 16 == 0,
      "input size \(inputSize) is not a multiple of 16 up to 1024")
    try require((0.05...8).contains(width), "network.width \(width) is not between 0.05 and 8")
    try require([2, 4, 8, 16].contains(outputStride), "network.outputStride \(outputStride) is not 2, 4, 8 or 16")
    try require((1...8192).contains(embeddingSize), "network.embeddingSize \(embeddingSize) is not between 1 and 8192")
    try require(
      embeddingBlocks >= 1 && embeddingSize % embeddingBlocks == 0,
      "network.embeddingSize \(embeddingSize) cannot be cut into network.embeddingBlocks \(embeddingBlocks)")
    try require(
      embeddingBlocks == 1 || embedding != .backbone && targetChannels % embeddingBlocks == 0,
      embedding == .backbone
        ? "network.embeddingBlocks cuts an embedding that is read from the target layer: set network.embedding"
        : "network.targetChannels \(targetChannels) cannot be cut into network.embeddingBlocks \(embeddingBlocks)")
    try require((0..<1).contains(dropout), "network.dropout \(dropout) is not at least 0 and below 1")
    try require((0...4).contains(targetStage), "network.targetStage \(targetStage) is not 0 to 4")
    try require(
      (1...8192).contains(targetChannels), "network.targetChannels \(targetChannels) is not between 1 and 8192")
    try require(
      targetStage == 0 || targetLayer.isEmpty, "network.targetStage and network.targetLayer exclude each other: set one"
    )
    try require(
      !maskTarget || targetStage > 0, "network.maskTarget masks an inserted target layer: set network.targetStage")
    try require(
      receptiveField == 0 || (3...4096).contains(receptiveField),
      "network.receptiveField \(receptiveField) is neither 0 nor between 3 and 4096")
    try require(
      receptiveField == 0 || targetStage > 0,
      "network.receptiveField limits what an inserted target layer sees: set network.targetStage")
    try require(
      embedding == .backbone || targetStage > 0,
      "network.embedding '\(embedding.rawValue)' reads a target layer: set network.targetStage to 1, 2, 3 or 4")
    let inputs = embeddingInputs(inputSize: inputSize)
    try require(
      inputs * embeddingSize <= 1 << 29,
      "network.embeddingSize \(embeddingSize) over \(inputs) inputs makes too large a layer: choose fewer channels, a "
        + "smaller input or a later stage")
  }

  /// Channels that a stage, 1 to 4, of the backbone gives.
  public func channels(ofStage stage: Int) -> Int {
    scaled(backbone == .mobilefacenet ? (stage < 3 ? 128 : 256) : 64 << (stage - 1), by: width)
  }

  /// Inputs of the linear layer before the embedding: in wide networks with large maps the largest layer by far.
  private func embeddingInputs(inputSize: Int) -> Int {
    let side = inputSize / (embedding == .backbone ? outputStride : min(outputStride, 1 << targetStage))
    switch embedding {
    case .pooled: return targetChannels
    case .flattened: return targetChannels * side * side
    case .backbone: return scaled(512, by: width) * (backbone == .mobilefacenet ? 1 : side * side)
    }
  }
}

extension NetworkSettings {
  /// Reads settings of any age: files from before a setting have its default.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    backbone = try values.decode(Backbone.self, forKey: .backbone)
    width = try values.decode(Double.self, forKey: .width)
    outputStride = try values.decode(Int.self, forKey: .outputStride)
    embedding = try values.decode(Embedding.self, forKey: .embedding)
    embeddingSize = try values.decode(Int.self, forKey: .embeddingSize)
    dropout = try values.decode(Double.self, forKey: .dropout)
    targetStage = try values.decode(Int.self, forKey: .targetStage)
    targetChannels = try values.decode(Int.self, forKey: .targetChannels)
    maskTarget = try values.decode(Bool.self, forKey: .maskTarget)
    targetLayer = try values.decode(String.self, forKey: .targetLayer)
    embeddingBlocks = try values.decodeIfPresent(Int.self, forKey: .embeddingBlocks) ?? 1
    receptiveField = try values.decodeIfPresent(Int.self, forKey: .receptiveField) ?? 0
  }
}

/// Settings that make no network.
public struct NetworkError: Error, CustomStringConvertible, Sendable {
  public let message: String
  public var description: String { message }
  public init(message: String) { self.message = message }
}
