import CTorch

/// A convolution, the batch normalizations before and behind it and its activation: an operation each while training, one at
/// inference.
///
/// At inference the normalizations are folded into the weights, and these lie as the processor's kernels read them. 3x3 kernels
/// that skip no place, on maps of 8x8 places or more with channels in sixteens, are multiplied tile by tile (Winograd's minimal
/// filtering, Lavin and Gray, CVPR 2016), with four times as many weights. Both are made at the first use and again when a weight or
/// the size of maps has changed. What the one before shifts is missing where the convolution reads zeros around its input; that is
/// taken off along the border. A linear layer over a flattened map is a convolution whose kernel is as large. A view of
/// its layers, which keep their names and weights.
public final class FusedConvolution {
  public enum Activation {
    case none, relu
    case prelu(PReLU)
  }

  private let before: BatchNorm?
  private let layer: any Layer
  private let kernel: Kernel
  private let norm: BatchNorm?
  private let activation: Activation
  /// What is folded together.
  private let sources: [Tensor]
  private var folded: Folded?

  /// Traps when there is a normalization before a convolution of several groups.
  public init(
    after before: BatchNorm? = nil, _ convolution: Conv2d, _ norm: BatchNorm? = nil, _ activation: Activation = .none
  ) {
    precondition(before == nil || convolution.groups == 1, "a normalization before \(convolution.groups) groups")
    self.before = before
    layer = convolution
    kernel = Kernel(
      weight: convolution.weight, bias: convolution.bias, stride: convolution.stride, padding: convolution.padding,
      groups: convolution.groups)
    self.norm = norm
    self.activation = activation
    sources = Self.sources(kernel, before, norm)
  }

  /// norm(linear(before(x) flattened)), for ``atInference(_:adding:)`` alone. x: [B, channels, side, side].
  public init(after before: BatchNorm, _ linear: Linear, over side: Int, _ norm: BatchNorm) {
    self.before = before
    layer = linear
    kernel = Kernel(weight: linear.weight, bias: linear.bias, side: side)
    self.norm = norm
    activation = .none
    sources = Self.sources(kernel, before, norm)
  }

  /// activation(norm(convolution(before(x))) + rest). x: [B, in, H, W], rest as what comes out, [B, out, H', W'].
  public func callAsFunction(_ x: Tensor, adding rest: Tensor? = nil) throws -> Tensor {
    try atInference(x, adding: rest) ?? apart(x, rest)
  }

  /// The same as one operation, [B, out, 1, 1] of a linear layer; nil where a gradient, a batch's statistics, another device or
  /// precision is asked for.
  public func atInference(_ x: Tensor, adding rest: Tensor? = nil) throws -> Tensor? {
    guard suits(x) else { return nil }
    let folded = try current(for: x)
    return try Tensor.make {
      ct_convolve_packed(
        x.handle, folded.weight.handle, folded.bias?.handle, folded.frame?.handle, rest?.handle,
        slope?.handle, isReLU, Int64(kernel.stride), Int64(kernel.padding), Int64(kernel.groups), $0)
    }
  }

  /// What both kinds of layers are at inference.
  private struct Kernel {
    let weight: Tensor
    let bias: Tensor?
    var stride = 1
    var padding = 0
    var groups = 1
    /// A linear layer's: the map's.
    var side: Int?

    /// [out, in / groups, k, k]
    var values: Tensor {
      get throws {
        let weight = try weight.detached()
        guard let side else { return weight }
        return try weight.reshaped(weight.size(0), weight.size(1) / (side * side), side, side)
      }
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
    !(before?.isTraining ?? false) && !(norm?.isTraining ?? false) && !ct_grad_mode() && x.device == .cpu
      && x.dtype == .float32 && x.rank == 4 && x.count > 0
      && (kernel.side.map { x.shape.suffix(2) == [$0, $0] } ?? true) && !ct_autocast_enabled(x.device.raw)
  }

  private func apart(_ x: Tensor, _ rest: Tensor?) throws -> Tensor {
    var y = try layer(before.map { try $0(x) } ?? x)
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
    /// [1, out, H', W'], what the shift of the normalization before lacks along the border; nil where nothing does.
    let frame: Tensor?
    /// Height and width of the input that all this is for.
    let size: [Int]
    /// How often each tensor had been written to when this was made.
    let versions: [Int64]
  }

  private func current(for x: Tensor) throws -> Folded {
    let versions = sources.map { ct_writes($0.handle) }
    if let folded, folded.versions == versions, folded.size == x.shape.suffix(2) { return folded }
    let new = try withoutGradient { try fold(for: x, versions) }
    folded = new
    return new
  }

  private static func sources(_ kernel: Kernel, _ norms: BatchNorm?...) -> [Tensor] {
    [kernel.weight] + (kernel.bias.map { [$0] } ?? [])
      + norms.compactMap { $0 }.flatMap { [$0.weight, $0.bias, $0.runningMean, $0.runningVariance, $0.batches] }
  }

  private func fold(for x: Tensor, _ versions: [Int64]) throws -> Folded {
    var weight = try kernel.values
    var bias = try kernel.bias?.detached()
    if let norm {
      let (scale, shift) = try norm.folded()
      weight = try weight * scale.reshaped(scale.count, 1, 1, 1)
      bias = try bias.map { try $0 * scale + shift } ?? shift
    }
    var frame: Tensor?
    if let before {
      let (scale, shift) = try before.folded()
      let values = try shift.reshaped(1, shift.count, 1, 1)
      let everywhere = try (weight * values).sum(1, 2, 3)
      if kernel.padding > 0 {
        let image = try Tensor.ones([1, shift.count] + x.shape.suffix(2)) * values
        let reached = try image.channelsLast().convolved(
          weight, bias: nil, stride: kernel.stride, padding: kernel.padding, groups: 1)
        frame = try (reached - everywhere.reshaped(1, everywhere.count, 1, 1)).channelsLast()
      }
      bias = try bias.map { try $0 + everywhere } ?? everywhere
      weight = try weight * scale.reshaped(1, scale.count, 1, 1)
    }
    let packed = try Tensor.make {
      ct_pack_convolution(
        x.handle, weight.handle, Int64(kernel.stride), Int64(kernel.padding), Int64(kernel.groups), $0)
    }
    return Folded(weight: packed, bias: bias, frame: frame, size: Array(x.shape.suffix(2)), versions: versions)
  }
}
