import FaceDatasets
import FaceNetworks
import Torch

/// A loss on the channels of a target layer, used in training only: at inference the network stands alone.
public protocol ChannelLoss: Module {
  /// Terms of one batch. Their weighted sum is added to the identity loss.
  func terms(_ pass: ChannelPass) throws -> [LossTerm]
  /// Heads of its own over the training identities, which take the same sample of them as the network's.
  var marginHeads: [any MarginHead] { get }
}

extension ChannelLoss {
  public var marginHeads: [any MarginHead] { [] }
}

/// One named, weighted part of a loss.
public struct LossTerm {
  public let name: String
  public let weight: Double
  /// One number, float32.
  public let value: Tensor

  public init(_ name: String, weight: Double, value: Tensor) {
    self.name = name
    self.weight = weight
    self.value = value
  }

  /// The weighted sum of a loss's terms. Traps without any.
  public static func total(_ terms: [LossTerm]) throws -> Tensor {
    try terms.dropFirst().reduce(terms[0].value * terms[0].weight) { try $0 + $1.value * $1.weight }
  }
}

/// What the terms of a loss and their weighted sum came to. On a GPU nothing is waited for until they are read, and that once.
public struct LossValues {
  private let names: [String]
  private let values: Tensor

  public init(_ terms: [LossTerm], total: Tensor) throws {
    names = terms.map(\.name) + ["loss"]
    values = try .stacked((terms.map(\.value) + [total]).map { try $0.detached() })
  }

  /// By the terms' names, and the sum as `loss`.
  public func read() throws -> [String: Double] {
    Dictionary(uniqueKeysWithValues: zip(names, try values.floats().map(Double.init)))
  }
}

/// What a channel loss sees of a training step.
public struct ChannelPass {
  /// Network input [B, 3, S, S].
  public let images: Tensor
  /// Identities of the first L images, [L], 64-bit integers; nobody knows those of the others.
  public let labels: Tensor
  /// Features that feed the target layer, [B, F, H, W].
  public let features: Tensor
  /// Activations of the target layer after ReLU, before ICNN's mask where there is one, [B, C, H, W].
  public let target: Tensor
  /// Batches since training began: steps, unless a step takes several batches.
  public let step: Int
  /// Features of other images through the same network, without moving its running statistics.
  public let featuresOf: (Tensor) throws -> Tensor
  /// The identity loss of the network's own embedding of such features, of the identities `labels`, [B]; it moves no running
  /// statistics either.
  public let identityLoss: (_ features: Tensor, _ labels: Tensor) throws -> Tensor
  /// Random numbers of this batch's own.
  public let random: SeededRandom

  public init(
    images: Tensor, labels: Tensor, features: Tensor, target: Tensor, step: Int,
    featuresOf: @escaping (Tensor) throws -> Tensor, identityLoss: @escaping (Tensor, Tensor) throws -> Tensor,
    random: SeededRandom
  ) {
    self.images = images
    self.labels = labels
    self.features = features
    self.target = target
    self.step = step
    self.featuresOf = featuresOf
    self.identityLoss = identityLoss
    self.random = random
  }
}

/// Which channel loss, and its settings: what a recipe says about it.
public struct ChannelLossSettings: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// None: the baseline.
    case plain
    case ecloss
    /// Interpretable CNN: each map close to one bump (Zhang, Wu, Zhu, CVPR 2018).
    case icnn
    /// Spatial activation diversity: maps unlike each other (Yin et al., ICCV 2019).
    case sad
    /// Interpretable compositional CNN: maps that vary together within clusters (Shen et al., IJCAI 2021).
    case iccnn
  }

  public var kind: Kind = .plain
  public var ecloss = ECLossSettings()
  public var icnn = ICNNSettings()
  public var sad = SADSettings()
  public var iccnn = ICCNNSettings()

  public init() {}

  /// Throws `SettingsError` when the chosen loss cannot be made for a target layer of so many channels.
  public func validate(channels: Int) throws {
    switch kind {
    case .plain: break
    case .ecloss: try ecloss.validate(channels: channels)
    case .icnn: try icnn.validate()
    case .sad: try sad.validate(channels: channels)
    case .iccnn: try iccnn.validate(channels: channels)
    }
  }

  /// The loss for a network, or nil for plain. Throws `SettingsError`, or `NetworkError` for too large a map, when the
  /// two do not fit.
  public func makeLoss(
    for network: FaceNetwork, head: HeadSettings, identities: Int, using random: inout some RandomNumberGenerator
  ) throws -> (any ChannelLoss)? {
    guard kind != .plain else { return nil }
    guard network.targetChannels > 0 else {
      throw SettingsError(
        message: "channelLoss.kind '\(kind.rawValue)' needs a target layer: set network.targetStage or "
          + "network.targetLayer")
    }
    try validate(channels: network.targetChannels)
    if kind == .icnn || kind == .sad && sad.maps > 0 { try PeakTemplates.checkSide(network.targetSide) }
    switch kind {
    case .plain: return nil
    case .ecloss: return try ECLoss(ecloss, network: network, head: head, identities: identities, using: &random)
    case .icnn: return ICNNLoss(icnn)
    case .sad: return SADLoss(sad, network: network)
    case .iccnn: return try ICCNNLoss(iccnn, network: network)
    }
  }
}
