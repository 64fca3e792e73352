import FaceDatasets
import FaceNetworks
import Torch

/// Settings of ``ICCNNLoss``.
public struct ICCNNSettings: Codable, Sendable, Hashable {
  /// Weight against the identity loss; the authors' for one category and their ResNets.
  public var weight = 1.0
  /// Clusters of channels; the authors' for their ResNets (their VGG and DenseNet have 5).
  public var groups = 16
  /// Share of the past in the moving averages: of the channels' mean maps (the authors'), and of the covariances that channels
  /// are clustered by.
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
/// clustered by how their maps vary together, and each cluster's similarities within are to be large against all of its
/// similarities: `-sum_k S_within_k / S_all_k`. Similarity of two channels: the cosine, in each photo, of how their maps differ
/// from their mean maps, averaged over photos, plus 1.
///
/// As in the authors' code, mean maps are moving averages over batches that no gradient goes through. Channels are clustered by
/// the correlation of the same differences over places and photos; where the authors pass over all training photos for it every
/// second epoch, and stop a twelfth of the way, this is a moving average too, and goes on.
public final class ICCNNLoss: ChannelLoss {
  public let settings: ICCNNSettings
  /// Moving average of each channel's map over photos, [N, C].
  private let meanMaps: Tensor
  /// Moving average of the products of how maps differ from their means, [C, C].
  private let covariance: Tensor
  /// Which cluster a channel is in, [K, C] of zeros and ones.
  private let membership: Tensor

  public init(_ settings: ICCNNSettings, network: FaceNetwork) throws {
    self.settings = settings
    meanMaps = try .zeros([network.targetSide * network.targetSide, network.targetChannels])
    covariance = try .zeros([network.targetChannels, network.targetChannels])
    membership = try .zeros([settings.groups, network.targetChannels])
  }

  public var members: [(name: String, member: Member)] {
    [("meanMaps", .buffer(meanMaps)), ("covariance", .buffer(covariance)), ("membership", .buffer(membership))]
  }

  public func terms(_ pass: ChannelPass) throws -> [LossTerm] {
    guard settings.weight > 0 else { return [] }
    // Channels last: views of memory as convolutions leave it, not copies.
    let maps = try pass.target.widened().permuted(0, 2, 3, 1).flattened(from: 1, to: 2)
    let past = pass.step == 0 ? 0 : settings.memory
    try meanMaps.copy(from: meanMaps * past + maps.detached().mean(0) * (1 - past))
    let differences = try maps - meanMaps
    try remember(differences.detached(), past: past, step: pass.step, pass.random)
    let now = try ICCNNLoss.similarity(differences)
    return [LossTerm("iccnn", weight: settings.weight, value: try ICCNNLoss.loss(now, membership))]
  }

  private func remember(_ differences: Tensor, past: Double, step: Int, _ random: SeededRandom) throws {
    let now = try ICCNNLoss.products(differences)
    try covariance.copy(from: covariance * past + now * (1 - past))
    guard step % settings.clusterEvery == 0 else { return }
    let channels = now.size(0)
    var stream = random
    let clusters = try SpectralClustering.clusters(
      ICCNNLoss.correlation(covariance.to(.cpu).doubles(), count: channels), count: channels, groups: settings.groups,
      using: &stream)
    var values = [Float](repeating: 0, count: settings.groups * channels)
    for (channel, cluster) in clusters.enumerated() { values[cluster * channels + channel] = 1 }
    try membership.copy(from: Tensor(values, [settings.groups, channels]).to(membership.device))
  }

  /// Products of channels' differences [B, N, C], summed over places and averaged over photos: [C, C].
  static func products(_ differences: Tensor) throws -> Tensor {
    let rows = try differences.flattened(from: 0, to: 1)
    return try rows.transposed(0, 1).matmul(rows) / Double(differences.size(0))
  }

  /// Cosines of the differences [B, N, C] in each photo, averaged over photos, plus 1: [C, C]. No product of a photo's own
  /// is kept.
  static func similarity(_ differences: Tensor) throws -> Tensor {
    // The floor keeps a dead map's cosines at 0.
    try products(differences / (differences.square().sum(1, keep: true) + 1e-12).sqrt()) + 1
  }

  /// Correlations of a covariance, plus 1, which is what channels are clustered by: count x count, row by row.
  static func correlation(_ covariance: [Double], count: Int) -> [Double] {
    let deviations = (0..<count).map { (covariance[$0 * count + $0] + 1e-12).squareRoot() }
    return covariance.indices.map { covariance[$0] / (deviations[$0 / count] * deviations[$0 % count]) + 1 }
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
