import CTorch

/// A convolution, its batch normalization and its activation: three operations while training, one at inference.
///
/// At inference the normalization is folded into the weights, and these lie as the processor's kernels read them. Both are
/// made at the first use and again when a weight has changed. A view of its layers, which keep their names and weights.
public final class FusedConvolution {
  public enum Activation {
    case none, relu
    case prelu(PReLU)
  }

  private let convolution: Conv2d
  private let norm: BatchNorm?
  private let activation: Activation
  private var folded: Folded?

  public init(_ convolution: Conv2d, _ norm: BatchNorm? = nil, _ activation: Activation = .none) {
    self.convolution = convolution
    self.norm = norm
    self.activation = activation
  }

  /// activation(norm(convolution(x)) + rest). x: [B, in, H, W], rest as what comes out, [B, out, H', W'].
  public func callAsFunction(_ x: Tensor, adding rest: Tensor? = nil) throws -> Tensor {
    guard suits(x) else { return try apart(x, rest) }
    let folded = try current(for: x)
    return try Tensor.make {
      ct_convolve_packed(
        x.handle, folded.weight.handle, folded.bias?.handle, rest?.handle, slope?.handle, isReLU,
        Int64(convolution.stride), Int64(convolution.padding), Int64(convolution.groups), $0)
    }
  }

  private var slope: Tensor? {
    guard case .prelu(let layer) = activation else { return nil }
    return layer.weight
  }

  private var isReLU: Bool {
    guard case .relu = activation else { return false }
    return true
  }

  /// One operation has no gradient, and is for single precision on the processor.
  private func suits(_ x: Tensor) -> Bool {
    !(norm?.isTraining ?? false) && !ct_grad_mode() && x.device == .cpu && x.dtype == .float32 && x.rank == 4
      && x.count > 0
      && !ct_autocast_enabled(x.device.raw)
  }

  private func apart(_ x: Tensor, _ rest: Tensor?) throws -> Tensor {
    var y = try convolution(x)
    if let norm { y = try norm(y) }
    if let rest { y = try rest + y }
    switch activation {
    case .none: return y
    case .relu: return try y.relu()
    case .prelu(let layer): return try layer(y)
    }
  }

  private struct Folded {
    let weight: Tensor
    let bias: Tensor?
    /// How often each tensor had been written to when this was made.
    let versions: [Int64]
  }

  private func current(for x: Tensor) throws -> Folded {
    let versions = sources.map { ct_writes($0.handle) }
    if let folded, folded.versions == versions { return folded }
    let new = try withoutGradient { try fold(for: x, versions) }
    folded = new
    return new
  }

  private var sources: [Tensor] {
    [convolution.weight] + (convolution.bias.map { [$0] } ?? [])
      + (norm.map { [$0.weight, $0.bias, $0.runningMean, $0.runningVariance] } ?? [])
  }

  private func fold(for x: Tensor, _ versions: [Int64]) throws -> Folded {
    var weight = try convolution.weight.detached()
    var bias = try convolution.bias?.detached()
    if let norm {
      let (scale, shift) = try norm.folded()
      weight = try weight * scale.reshaped(scale.count, 1, 1, 1)
      bias = try bias.map { try $0 * scale + shift } ?? shift
    }
    let packed = try Tensor.make {
      ct_pack_convolution(
        x.handle, weight.handle, Int64(convolution.stride), Int64(convolution.padding), Int64(convolution.groups), $0)
    }
    return Folded(weight: packed, bias: bias, versions: versions)
  }
}
