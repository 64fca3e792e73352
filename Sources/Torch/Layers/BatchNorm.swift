/// Batch normalization (Ioffe & Szegedy 2015) over all dimensions but the second: for [B, C] and [B, C, H, W] alike.
///
/// While training it normalizes by the batch and moves its running statistics by `momentum`; at inference it uses them.
public final class BatchNorm: Layer {
  public let weight: Tensor
  public let bias: Tensor
  public let runningMean: Tensor
  public let runningVariance: Tensor
  /// How many batches moved the running statistics. LibTorch writes those without counting it as a write.
  let batches: Tensor
  private let momentum: Double
  /// Added to the variance.
  public let epsilon: Double
  public private(set) var isTraining = true
  /// While false, batch statistics are used in training but the running ones stay: for passes over unusual inputs.
  public var tracksStatistics = true

  /// `learnsScale: false` keeps the scale at one, as arcface_torch does for the embedding.
  public init(_ channels: Int, momentum: Double = 0.1, epsilon: Double = 1e-5, learnsScale: Bool = true) throws {
    weight = try Tensor.ones([channels]).requireGradient(learnsScale)
    bias = try Tensor.zeros([channels]).requireGradient()
    runningMean = try Tensor.zeros([channels])
    runningVariance = try Tensor.ones([channels])
    batches = try Tensor.zeros([], dtype: .int64)
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public var members: [(name: String, member: Member)] {
    [
      ("weight", .parameter(weight)), ("bias", .parameter(bias)), ("running_mean", .buffer(runningMean)),
      ("running_var", .buffer(runningVariance)), ("num_batches_tracked", .buffer(batches)),
    ]
  }

  public func setTraining(_ on: Bool) { isTraining = on }

  /// x: [B, C] or [B, C, H, W], the same shape out. Throws ``TorchError`` when training on one number a channel, which
  /// has no variance and would leave NaN in the running one.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    if isTraining, x.rank >= 2, x.count <= x.size(1) {
      throw TorchError(message: "batch normalization of \(x.shape) in training: it needs more than one value a channel")
    }
    if isTraining && tracksStatistics { try batches.add(inPlace: 1) }
    return try x.batchNormalized(
      weight: weight, bias: bias, mean: runningMean, variance: runningVariance, training: isTraining,
      momentum: tracksStatistics ? momentum : 0, epsilon: epsilon)
  }

  /// The layer at inference as one scale and one shift a channel: y = scale * x + shift.
  public func folded() throws -> (scale: Tensor, shift: Tensor) {
    let scale = try weight.detached() * (runningVariance + epsilon).reciprocalSquareRoot()
    return (scale, try bias.detached() - runningMean * scale)
  }
}

extension Sequence where Element == BatchNorm {
  /// What `body` gives while none of these moves its running statistics.
  public func withoutTracking<Result>(_ body: () throws -> Result) rethrows -> Result {
    let tracked = map { ($0, $0.tracksStatistics) }
    for (norm, _) in tracked { norm.tracksStatistics = false }
    defer { for (norm, was) in tracked { norm.tracksStatistics = was } }
    return try body()
  }
}

extension Module {
  /// Every batch normalization inside this module, itself included.
  public var batchNorms: [BatchNorm] {
    if let norm = self as? BatchNorm { return [norm] }
    return members.flatMap { _, member -> [BatchNorm] in
      guard case .module(let inner) = member else { return [] }
      return inner.batchNorms
    }
  }
}
