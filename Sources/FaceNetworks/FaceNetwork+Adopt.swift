import Torch

extension FaceNetwork {
  /// What became of a network that took another's weights.
  public enum Adoption: Sendable, Equatable {
    /// All weights are the other's.
    case whole
    /// A target layer was inserted; the embedding is the other's, where no mask is on it. ``settleTarget(on:)`` makes that hold in training too.
    case insertedTarget
    /// The embedding is read from a target layer that the other has not: it has to be learned.
    case newEmbedding
  }

  /// Takes the weights of a network of the same backbone. A target layer that it lacks is inserted so that the embedding
  /// stays as it is (up to rounding), where what follows in the backbone stays; see ``NetworkSettings/targetChannels``.
  ///
  /// Throws ``NetworkError`` or `StateError` when the networks do not fit.
  @discardableResult
  public func adopt(_ other: FaceNetwork) throws -> Adoption {
    let theirs = Dictionary(uniqueKeysWithValues: other.state().map { ($0.name, $0.tensor) })
    let own = state()
    let missing = own.map(\.name).filter { theirs[$0] == nil }
    let unknown = missing.filter { !$0.hasPrefix("target.") && !$0.hasPrefix("embedding.") }
    guard unknown.isEmpty else { throw StateError.names(missing: unknown, unexpected: []) }
    for (name, tensor) in own {
      guard let source = theirs[name], source.shape != tensor.shape else { continue }
      throw StateError.shape(name: name, expected: tensor.shape, found: source.shape)
    }
    let readsNewTarget = settings.embedding != .backbone && !missing.isEmpty
    if !readsNewTarget, !missing.isEmpty { try inserted?.passThrough() }
    try withoutGradient {
      for (name, tensor) in own { if let source = theirs[name] { try tensor.copy(from: source) } }
    }
    return missing.isEmpty ? .whole : readsNewTarget ? .newEmbedding : .insertedTarget
  }

  /// Sets the inserted target layer's batch normalization by the maps it gets in training, so that it changes nothing there,
  /// where it normalizes by the batch, either. images: batches [B, 3, S, S]. Leaves the network in training. Does nothing
  /// without an inserted layer.
  public func settleTarget(on images: [Tensor]) throws {
    guard let inserted, !images.isEmpty else { return }
    setTraining(true)
    try withoutTracking { try withoutGradient { try settle(inserted, on: images) } }
  }

  private func settle(_ inserted: TargetLayer, on images: [Tensor]) throws {
    var sums: (first: Tensor, second: Tensor)?
    var count = 0.0
    for batch in images {
      let maps = try inserted.convolved(features(batch)).to(.float64)
      let (first, second) = (try maps.sum(0, 2, 3), try maps.square().sum(0, 2, 3))
      sums = try sums.map { (try $0.first + first, try $0.second + second) } ?? (first, second)
      count += Double(maps.size(0) * maps.size(2) * maps.size(3))
    }
    guard let sums, count > 0 else { return }
    let mean = try sums.first * (1 / count)
    // A channel that is the same everywhere has none, but for rounding.
    let variance = try (sums.second * (1 / count) - mean.square()).clamped(min: 0)
    try inserted.settle(mean: mean.to(.float32), variance: variance.to(.float32))
  }
}
