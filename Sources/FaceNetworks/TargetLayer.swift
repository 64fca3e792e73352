import Torch

/// The inserted target layer: convolution (3x3, or 1x1 where the receptive field is limited), batch normalization, ReLU;
/// and a 1x1 convolution back to the channels that the rest of the backbone takes, where those are other ones.
final class TargetLayer: Layer {
  let conv: Conv2d
  let bn: BatchNorm
  private let fused: FusedConvolution
  /// From the target's channels to those of the stage; not part of the layer's own output.
  let merge: Conv2d?

  init(
    _ input: Int, _ output: Int, kernel: Int, merges: Bool, using random: inout some RandomNumberGenerator
  ) throws {
    conv = try Conv2d(input, output, kernel: kernel, padding: kernel / 2, using: &random)
    bn = try BatchNorm(output)
    fused = FusedConvolution(conv, bn, .relu)
    merge = merges ? try Conv2d(output, input, kernel: 1, using: &random) : nil
  }

  var weight: Tensor { conv.weight }
  var members: [(name: String, member: Member)] {
    [("conv", .module(conv)), ("bn", .module(bn))] + (merge.map { [("merge", .module($0))] } ?? [])
  }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try fused(x) }
}

extension TargetLayer {
  /// Sets the weights so that the merged output is the input: a channel for each input channel's positive part and one for
  /// its negative part, whose difference it is. Channels beyond these keep their weights and are not listened to yet.
  ///
  /// Throws ``NetworkError`` when there are fewer than two channels for each of the input's.
  func passThrough() throws {
    let (output, input) = (conv.weight.size(0), conv.weight.size(1))
    guard let merge, output >= 2 * input else {
      throw NetworkError(
        message:
          "network.targetChannels \(output) must be at least \(2 * input), the positive and the negative part of "
          + "each of the stage's \(input) channels, so that the embedding stays as it is")
    }
    let identity = try Tensor.range(input, dtype: .int64).oneHot(input).to(.float32)
    let signed = try Tensor.concatenated([identity, identity * -1], 0)
    let rest = output - 2 * input
    try withoutGradient {
      // The middle of each kernel alone.
      let middle = conv.weight.size(3) / 2
      let own = try conv.weight.sliced(0, 0..<(2 * input))
      try own.fill(0)
      try own.selected(3, middle).selected(2, middle).copy(from: signed)
      let unheard = try Tensor.zeros([input, rest])
      let heard = try Tensor.concatenated([identity, identity * -1, unheard], 1)
      try merge.weight.copy(from: heard.reshaped(input, output, 1, 1))
      try settle(mean: .zeros([output]), variance: .full([output], 1 - bn.epsilon))
    }
  }

  /// Makes the batch normalization do nothing to maps of that mean and variance a channel, [C], in training as at
  /// inference.
  func settle(mean: Tensor, variance: Tensor) throws {
    try withoutGradient {
      try bn.runningMean.copy(from: mean)
      try bn.runningVariance.copy(from: variance)
      try bn.weight.copy(from: (variance + bn.epsilon).sqrt())
      try bn.bias.copy(from: mean)
    }
  }

  /// The convolution's output, before normalization.
  func convolved(_ x: Tensor) throws -> Tensor { try conv(x) }
}
