import Torch

/// How identities are told apart while training: what a recipe says about the head.
public struct HeadSettings: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case softmax, cosface, arcface, adaface
  }
  public var kind: Kind = .cosface
  /// Factor on the cosines (CosFace's and ArcFace's s).
  public var scale: Double = 64
  /// CosFace's margin is taken from the cosine, ArcFace's added to the angle in radians, AdaFace's does both.
  public var margin: Double = 0.35
  /// AdaFace's h: how far feature norms move the margin.
  public var concentration: Double = 0.333
  /// Share of the identities that a step's softmax runs over (Partial FC, An et al. 2021): those in its batches and random
  /// others. 1 takes all. Only the weights of these are read, moved and decayed by the step, which makes a million identities
  /// cost little more than that share of them does (docs/performance.md).
  public var sampled: Double = 1

  public init() {}

  /// Throws ``NetworkError`` when a value makes no head.
  public func validate() throws {
    guard scale > 0, scale.isFinite else { throw NetworkError(message: "head.scale \(scale) is not positive") }
    guard (0...2).contains(margin) else { throw NetworkError(message: "head.margin \(margin) is not between 0 and 2") }
    guard concentration >= 0, concentration.isFinite else {
      throw NetworkError(message: "head.concentration \(concentration) is not a number of at least 0")
    }
    guard sampled > 0, sampled <= 1 else {
      throw NetworkError(message: "head.sampled \(sampled) is not above 0 and at most 1")
    }
  }
}

/// Classifies embeddings into the training identities, with a margin.
public protocol MarginHead: Module {
  /// A weight for each identity, [N, D].
  var weights: SampledRows { get }
  /// The loss where `weight`, [S, D], are the identities and labels, [B], rows of it.
  func loss(_ embeddings: Tensor, _ labels: Tensor, among weight: Tensor) throws -> Tensor
}

extension MarginHead {
  /// The loss among the identities that were chosen of ``weights``, all of them where none were. embeddings: [B, D], labels:
  /// [B] (64-bit integers, below the number of identities). One number, float32. Throws `TorchError` for a label that is no
  /// identity, or not among the chosen; on a GPU, which finds out later, the process can compute no more then.
  ///
  /// Call it outside of autocast: sums over thousands of identities need float32.
  public func loss(_ embeddings: Tensor, _ labels: Tensor) throws -> Tensor {
    try loss(embeddings, weights.places(of: labels), among: weights.current)
  }
}

extension HeadSettings {
  /// The head for embeddings of size `embeddingSize` and that many identities, with fresh weights.
  public func makeHead(
    embeddingSize: Int, identities: Int, using random: inout some RandomNumberGenerator
  ) throws -> any MarginHead {
    try validate()
    let weights = SampledRows(
      try .normal([identities, embeddingSize], deviation: 0.05, using: &random).requireGradient())
    switch kind {
    case .softmax: return SoftmaxHead(weights)
    case .cosface: return CosFaceHead(weights, scale: scale, margin: margin)
    case .arcface: return ArcFaceHead(weights, scale: scale, margin: margin)
    case .adaface: return try AdaFaceHead(weights, scale: scale, margin: margin, concentration: concentration)
    }
  }
}

/// Cosines of embeddings [B, D] and identity weights [N, D], in float32 at least whatever the embeddings are.
func cosines(_ embeddings: Tensor, _ weight: Tensor) throws -> Tensor {
  try embeddings.widened().normalized(1).linear(weight.normalized(1))
}

/// Plain softmax: logits are inner products, no margin, no scale.
public final class SoftmaxHead: MarginHead {
  public let weights: SampledRows
  init(_ weights: SampledRows) { self.weights = weights }
  public var members: [(name: String, member: Member)] { [("weight", .parameter(weights.matrix))] }
  public func loss(_ embeddings: Tensor, _ labels: Tensor, among weight: Tensor) throws -> Tensor {
    try embeddings.widened().linear(weight).crossEntropy(labels)
  }
}

/// Margin-based softmax over identities: s (cos - m) at the label (CosFace, Wang et al. 2018).
public final class CosFaceHead: MarginHead {
  public let weights: SampledRows
  private let scale: Double
  private let margin: Double

  init(_ weights: SampledRows, scale: Double, margin: Double) {
    self.weights = weights
    self.scale = scale
    self.margin = margin
  }

  public var members: [(name: String, member: Member)] { [("weight", .parameter(weights.matrix))] }

  public func loss(_ embeddings: Tensor, _ labels: Tensor, among weight: Tensor) throws -> Tensor {
    let cosine = try cosines(embeddings, weight)
    let less = try Tensor.full([labels.size(0), 1], -margin, dtype: cosine.dtype, on: cosine.device)
    return try (cosine.scatterAdded(1, labels.unsqueezed(1), less) * scale).crossEntropy(labels)
  }
}

/// Margin-based softmax over identities: s cos(angle + m) at the label (ArcFace, Deng et al. 2019). Where angle + m would
/// pass pi the cosine goes on falling along a line, as in the authors' code.
public final class ArcFaceHead: MarginHead {
  public let weights: SampledRows
  private let scale: Double
  private let margin: Double

  init(_ weights: SampledRows, scale: Double, margin: Double) {
    self.weights = weights
    self.scale = scale
    self.margin = margin
  }

  public var members: [(name: String, member: Member)] { [("weight", .parameter(weights.matrix))] }

  public func loss(_ embeddings: Tensor, _ labels: Tensor, among weight: Tensor) throws -> Tensor {
    let cosine = try cosines(embeddings, weight)
    let places = try labels.unsqueezed(1)
    let own = try cosine.gathered(1, places)
    // The clamp keeps the root's derivative finite at angle zero.
    let sine = try (1 - own.square()).clamped(min: 1e-7).sqrt()
    let shifted = try own * cosOf(margin) - sine * sinOf(margin)
    let past = try own - sinOf(margin) * margin
    let wanted = try Tensor.select(own.greater(than: -cosOf(margin)), shifted, past)
    return try (cosine.scatterAdded(1, places, wanted - own) * scale).crossEntropy(labels)
  }
}

/// Margin-based softmax whose margin follows the embedding's norm, its authors' measure of image quality (AdaFace, Kim et
/// al. 2022): an angular margin for poor images, an additive one for good ones.
public final class AdaFaceHead: MarginHead {
  public let weights: SampledRows
  private let mean: Tensor
  private let deviation: Tensor
  private let scale: Double
  private let margin: Double
  private let concentration: Double
  private var isTraining = true

  init(_ weights: SampledRows, scale: Double, margin: Double, concentration: Double) throws {
    self.weights = weights
    self.scale = scale
    self.margin = margin
    self.concentration = concentration
    // The authors' starting values of the running statistics.
    mean = try Tensor.full([1], 20)
    deviation = try Tensor.full([1], 100)
  }

  public var members: [(name: String, member: Member)] {
    [("weight", .parameter(weights.matrix)), ("batch_mean", .buffer(mean)), ("batch_std", .buffer(deviation))]
  }

  public func setTraining(_ on: Bool) { isTraining = on }

  public func loss(_ embeddings: Tensor, _ labels: Tensor, among weight: Tensor) throws -> Tensor {
    let cosine = try cosines(embeddings, weight).clamped(min: -1 + 1e-3, max: 1 - 1e-3)
    let push = try withoutGradient { try quality(embeddings) }
    let places = try labels.unsqueezed(1)
    let own = try cosine.gathered(1, places)
    let angle = try (own.acos() - push * margin).clamped(min: 1e-3, max: .pi - 1e-3)
    let wanted = try angle.cos() - (push * margin + margin)
    return try (cosine.scatterAdded(1, places, wanted - own) * scale).crossEntropy(labels)
  }

  /// Norms against their running statistics, scaled by h and clipped to [-1, 1]; [B, 1].
  private func quality(_ embeddings: Tensor) throws -> Tensor {
    let norms = try embeddings.widened().norm(1, keep: true).clamped(min: 0.001, max: 100)
    if isTraining && norms.size(0) > 1 {
      try mean.multiply(inPlace: 0.99)
      try mean.add(inPlace: norms.mean().reshaped(1), scale: 0.01)
      try deviation.multiply(inPlace: 0.99)
      try deviation.add(inPlace: norms.variance().sqrt().reshaped(1), scale: 0.01)
    }
    return try ((norms - mean) / (deviation + 1e-3) * concentration).clamped(min: -1, max: 1)
  }
}
