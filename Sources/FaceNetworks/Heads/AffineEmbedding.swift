import Torch

/// The way from target activations to the embedding at inference, written about an average face:
///
///     e(x) = M (x - mean) + constant
///
/// `M` is the linear layer with the batch normalization behind it folded in. That normalization's running mean is what the
/// linear layer gave for the training faces on average, `W mean`, so the average face's activations can be read back from the
/// weights; where the layer has more inputs than the embedding numbers many fit, and of these the one nearest to what was
/// measured is taken, or the shortest. `constant` is that face's own embedding. The identity holds exactly whatever `mean` is:
/// what is not found of it stays in `constant`.
public struct AffineEmbedding: Sendable {
  /// D, numbers of an embedding.
  public let dimension: Int
  /// K: channels where the embedding reads their mean over places, else channels times places.
  public let inputs: Int
  /// Whether x are the channels' means over places.
  public let isPooled: Bool
  /// The average face's x, [K].
  public let mean: [Double]
  /// Its embedding, [D].
  public let constant: [Double]
  /// The linear layer [D, K], float32.
  private let weight: Tensor
  /// Of the folded normalization, [D, 1], float64.
  private let scale: Tensor

  /// Whether `mean` is the average face, or all zeros.
  public enum Reference: String, Sendable, Codable, CaseIterable {
    case averageFace, zero
  }

  /// near: average inputs as they were measured, [K]; nil for unknown ones.
  init(weight: Tensor, norm: BatchNorm, isPooled: Bool, reference: Reference, near: [Double]?) throws {
    self.isPooled = isPooled
    self.weight = try weight.detached().to(.cpu).contiguous()
    (dimension, inputs) = (weight.size(0), weight.size(1))
    let variance = try norm.runningVariance.to(.cpu).to(.float64)
    let gain = try norm.weight.detached().to(.cpu).to(.float64) / (variance + norm.epsilon).sqrt()
    scale = try gain.unsqueezed(1)
    let runningMean = try norm.runningMean.to(.cpu).to(.float64).unsqueezed(1)
    let x: Tensor
    if reference == .zero {
      x = try Tensor.zeros([inputs, 1], dtype: .float64)
    } else if inputs > dimension, let near, near.count == inputs {
      let measured = try Tensor(near, [inputs, 1])
      let missing = try runningMean - Self.rows(self.weight) { try $0.matmul(measured) }
      x = try measured + Self.leastSquares(self.weight, missing)
    } else {
      x = try Self.leastSquares(self.weight, runningMean)
    }
    mean = try x.doubles()
    // The normalization's shift, and what the average face lacks to the running mean.
    let rest = try Self.rows(self.weight) { try $0.matmul(x) } - runningMean
    constant = try (norm.bias.detached().to(.cpu).to(.float64).unsqueezed(1) + rest * scale).doubles()
  }

  /// The embedding of x [K] in double precision, [D].
  public func embedding(_ x: [Double]) throws -> [Double] {
    try embedding(deviations: zip(x, mean).map { $0 - $1 })
  }

  /// The embedding of deviations x - mean [K] in double precision, with the constant times `share`, [D].
  public func embedding(deviations: [Double], constant share: Double = 1) throws -> [Double] {
    let x = try Tensor(deviations, [inputs, 1])
    let moved = try Self.rows(weight) { try $0.matmul(x) } * scale
    return zip(try moved.doubles(), constant).map { $0 + share * $1 }
  }

  /// How much of an embedding each channel can move: the sum of squares of its columns of M, [C].
  public func channelWeights(_ channels: Int) throws -> [Double] {
    var sum = try Tensor.zeros([channels], dtype: .float64)
    for range in Self.blocks(weight) {
      let block = try weight[range].to(.float64) * scale[range]
      sum = try sum + block.square().reshaped([-1, channels, inputs / channels]).sum(0, 2)
    }
    return try sum.doubles()
  }

  /// How the inner product of an embedding with `direction` [D] grows with each input: M^T direction, [K].
  public func slopes(along direction: [Double]) throws -> [Double] {
    let scaled = try Tensor(direction, [dimension, 1]) * scale
    var sum = try Tensor.zeros([1, inputs], dtype: .float64)
    for range in Self.blocks(weight) {
      sum = try sum + scaled[range].transposed(0, 1).matmul(weight[range].to(.float64))
    }
    return try sum.doubles()
  }

  /// What each channel adds to the embedding for deviations x - mean [K], as rows [C, D], float64.
  public func channelVectors(_ deviations: [Double], channels: Int) throws -> Tensor {
    let places = inputs / channels
    let x = try Tensor(deviations, [1, channels, places])
    return try Self.rows(weight) { block in
      try (block.reshaped([-1, channels, places]) * x).sum(2)
    }
    .transposed(0, 1) * scale.transposed(0, 1)
  }

  /// Applies `body` to blocks of the weight's rows in double precision and joins what it gives along the first dimension: a
  /// large layer is never held twice.
  private static func rows(_ weight: Tensor, _ body: (Tensor) throws -> Tensor) throws -> Tensor {
    try Tensor.concatenated(blocks(weight).map { try body(weight[$0].to(.float64)) }, 0)
  }

  private static func blocks(_ weight: Tensor) -> [Range<Int>] {
    let step = max(1, (1 << 22) / max(1, weight.size(1)))
    return stride(from: 0, to: weight.size(0), by: step).map { $0..<min($0 + step, weight.size(0)) }
  }

  /// The shortest x [K, 1] that brings W x nearest to `wanted` [D, 1].
  private static func leastSquares(_ weight: Tensor, _ wanted: Tensor) throws -> Tensor {
    let isTall = weight.size(0) >= weight.size(1)
    func transposedTimes(_ y: Tensor) throws -> Tensor {
      try blocks(weight).map { try weight[$0].to(.float64).transposed(0, 1).matmul(y[$0]) }
        .reduce(Tensor.zeros([weight.size(1), y.size(1)], dtype: .float64)) { try $0 + $1 }
    }
    if isTall {
      let square = try transposedTimes(weight.to(.float64))
      return try square.symmetricSolution(transposedTimes(wanted))
    }
    let square = try rows(weight) { block in
      try Tensor.concatenated(
        blocks(weight).map { try block.matmul(weight[$0].to(.float64).transposed(0, 1)) }, 1)
    }
    return try transposedTimes(square.symmetricSolution(wanted))
  }
}

extension EmbeddingHead {
  /// The head at inference as one affine map about an average face read from its weights. Dropout does nothing at inference,
  /// and in training it keeps the mean, so the running mean is that of the faces.
  ///
  /// - Parameter near: The inputs' averages where they were measured, [K]: of the average faces that fit the weights the one
  ///   nearest to them is taken.
  public func affine(
    reference: AffineEmbedding.Reference = .averageFace, near: [Double]? = nil
  ) throws -> AffineEmbedding {
    try withoutGradient {
      try AffineEmbedding(
        weight: linear.denseWeight(), norm: norm, isPooled: isPooled, reference: reference, near: near)
    }
  }
}
