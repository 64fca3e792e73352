import FaceDatasets
import FaceNetworks
import Torch

/// A loss on the channels of a target layer, used in training only: at inference the network stands alone.
public protocol ChannelLoss: Module {
  /// Terms of one batch. Their weighted sum is added to the identity loss.
  func terms(_ pass: ChannelPass) throws -> [LossTerm]
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
}

/// What a channel loss sees of a training step.
public struct ChannelPass {
  /// Network input [B, 3, S, S].
  public let images: Tensor
  /// Identities [B], 64-bit integers.
  public let labels: Tensor
  /// Features that feed the target layer, [B, F, H, W].
  public let features: Tensor
  /// Activations of the target layer after ReLU, [B, C, H, W].
  public let target: Tensor
  /// Steps since training began.
  public let step: Int
  /// Features of other images through the same network, without moving its running statistics.
  public let featuresOf: (Tensor) throws -> Tensor
  /// Random numbers of this step's own.
  public let random: SeededRandom

  public init(
    images: Tensor, labels: Tensor, features: Tensor, target: Tensor, step: Int,
    featuresOf: @escaping (Tensor) throws -> Tensor, random: SeededRandom
  ) {
    self.images = images
    self.labels = labels
    self.features = features
    self.target = target
    self.step = step
    self.featuresOf = featuresOf
    self.random = random
  }
}

/// Which channel loss, and its settings: what a recipe says about it.
public struct ChannelLossSettings: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// None: the baseline.
    case plain
    case ecloss
  }

  public var kind: Kind = .plain
  public var ecloss = ECLossSettings()

  public init() {}

  /// The loss for a network, or nil for plain. Throws ``SettingsError`` when the two do not fit.
  public func makeLoss(
    for network: FaceNetwork, head: HeadSettings, identities: Int, using random: inout some RandomNumberGenerator
  ) throws -> (any ChannelLoss)? {
    switch kind {
    case .plain: return nil
    case .ecloss: return try ECLoss(ecloss, network: network, head: head, identities: identities, using: &random)
    }
  }
}
