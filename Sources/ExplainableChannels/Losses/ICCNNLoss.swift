import FaceDatasets
import FaceNetworks
import Torch

/// Settings of ``ICCNNLoss``.
public struct ICCNNSettings: Codable, Sendable, Hashable {
  /// Weight against the identity loss; the authors' for one category.
  public var weight = 1.0
  /// Clusters of channels; the authors'.
  public var groups = 5
  /// Share of the past in the moving average of correlations; the authors'.
  public var memory = 0.95
  /// Channels are clustered anew every so many batches.
  public var clusterEvery = 100

  public init() {}

  /// Throws `SettingsError` when a value makes no loss.
  public func validate(channels: Int) throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw SettingsError(message: "channelLoss.iccnn." + message) }
    }
    try require(weight >= 0 && weight.isFinite, "weight \(weight) is not a number of at least 0")
    try require(
      groups >= 2 && groups <= channels,
      "groups \(groups) is not between 2 and the number of the target's channels, \(channels)")
    try require((0..<1).contains(memory), "memory \(memory) is not at least 0 and below 1")
    try require(clusterEvery >= 1, "clusterEvery \(clusterEvery) is not at least 1")
  }
}

/// The loss of *Interpretable Compositional Convolutional Neural Networks* (Shen et al., IJCAI 2021): channels are
/// clustered by the correlation of their maps, and each cluster's similarities within are to be large against all of its
/// similarities: `-sum_k S_within_k / S_all_k`, similarity = correlation over places, averaged over photos, plus 1.
public final class ICCNNLoss: ChannelLoss {
  public let settings: ICCNNSettings
  /// Moving average of the similarities, [C, C].
  private let similarity: Tensor
  /// Which cluster a channel is in, [K, C] of zeros and ones.
  private let membership: Tensor

  public init(_ settings: ICCNNSettings, network: FaceNetwork) throws {
    self.settings = settings
    similarity = try .zeros([network.targetChannels, network.targetChannels])
    membership = try .zeros([settings.groups, network.targetChannels])
  }

  public var members: [(name: String, member: Member)] {
    [("similarity", .buffer(similarity)), ("membership", .buffer(membership))]
  }

  public func terms(_ pass: ChannelPass) throws -> [LossTerm] {
    guard settings.weight > 0 else { return [] }
    let now = try ICCNNLoss.similarity(pass.target.widened())
    try remember(now.detached(), step: pass.step, pass.random)
    return [LossTerm("iccnn", weight: settings.weight, value: try ICCNNLoss.loss(now, membership))]
  }

  private func remember(_ now: Tensor, step: Int, _ random: SeededRandom) throws {
    let past = step == 0 ? 0 : settings.memory
    try similarity.copy(from: similarity * past + now * (1 - past))
    guard step % settings.clusterEvery == 0 else { return }
    let channels = now.size(0)
    var stream = random
    let clusters = try SpectralClustering.clusters(
      similarity.to(.cpu).doubles(), count: channels, groups: settings.groups, using: &stream)
    var values = [Float](repeating: 0, count: settings.groups * channels)
    for (channel, cluster) in clusters.enumerated() { values[cluster * channels + channel] = 1 }
    try membership.copy(from: Tensor(values, [settings.groups, channels]).to(membership.device))
  }

  /// Correlations of the maps [B, C, H, W] over places, averaged over photos, plus 1: [C, C]. No product of a photo's own is
  /// kept.
  static func similarity(_ maps: Tensor) throws -> Tensor {
    let flat = try maps.contiguous().flattened(from: 2)
    let centered = try flat - flat.mean(2, keep: true)
    // The floor keeps a dead map's correlations at 0.
    let unit = try centered / (centered.square().sum(2, keep: true) + 1e-12).sqrt()
    let rows = try unit.permuted(1, 0, 2).flattened(from: 1)
    return try rows.matmul(rows.transposed(0, 1)) / Double(maps.size(0)) + 1
  }

  /// -sum over clusters of within over all. similarity: [C, C]; membership: [K, C].
  static func loss(_ similarity: Tensor, _ membership: Tensor) throws -> Tensor {
    let members = try membership.to(similarity.dtype)
    let toMembers = try members.matmul(similarity)
    let within = try (toMembers * members).sum(1)
    let all = try toMembers.sum(1)
    return try -(within / all.clamped(min: 1e-6)).sum()
  }
}
