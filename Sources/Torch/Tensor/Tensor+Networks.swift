import CTorch

// The pieces of networks. Pictures are [B, C, H, W].
extension Tensor {
  /// Convolution with weight [out, in / groups, k, k] and bias [out].
  public func convolved(
    _ weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1
  ) throws -> Tensor {
    try Tensor.make {
      ct_conv2d(
        handle, weight.handle, bias?.handle, Int64(stride), Int64(padding), Int64(dilation), Int64(groups), $0)
    }
  }

  /// x W^T + b with weight [out, in].
  public func linear(_ weight: Tensor, bias: Tensor? = nil) throws -> Tensor {
    try Tensor.make { ct_linear(handle, weight.handle, bias?.handle, $0) }
  }

  public func prelu(_ weight: Tensor) throws -> Tensor { try Tensor.make { ct_prelu(handle, weight.handle, $0) } }

  /// Zeroes each element with probability `p` and scales the others by 1 / (1 - p), while training.
  public func dropout(_ p: Double, training: Bool) throws -> Tensor {
    try Tensor.make { ct_dropout(handle, p, training, $0) }
  }

  public func maxPooled(kernel: Int, stride: Int, padding: Int = 0) throws -> Tensor {
    try Tensor.make { ct_max_pool2d(handle, Int64(kernel), Int64(stride), Int64(padding), $0) }
  }

  /// Mean over windows; places outside the picture count as zeros.
  public func averagePooled(kernel: Int, stride: Int, padding: Int = 0) throws -> Tensor {
    try Tensor.make { ct_avg_pool2d(handle, Int64(kernel), Int64(stride), Int64(padding), $0) }
  }

  public func averagePooled(toHeight height: Int, width: Int) throws -> Tensor {
    try Tensor.make { ct_adaptive_avg_pool2d(handle, Int64(height), Int64(width), $0) }
  }

  /// Mean cross entropy of logits [B, classes] at labels [B] (64-bit integers).
  public func crossEntropy(_ labels: Tensor, labelSmoothing: Double = 0) throws -> Tensor {
    try Tensor.make { ct_cross_entropy(handle, labels.handle, labelSmoothing, $0) }
  }

  /// Sampling places for affine maps [B, 2, 3] in normalized coordinates (-1 to 1 across the picture, pixel edges
  /// at the ends), as [B, height, width, 2].
  public static func affineGrid(_ maps: Tensor, channels: Int, height: Int, width: Int) throws -> Tensor {
    let sizes = [maps.size(0), channels, height, width].map(Int64.init)
    return try make { ct_affine_grid(maps.handle, sizes, $0) }
  }

  /// Bilinear samples at `grid`; outside the picture its edge repeats, or zeros with `border: false`.
  public func sampled(_ grid: Tensor, border: Bool = true) throws -> Tensor {
    try Tensor.make { ct_grid_sample(handle, grid.handle, border, $0) }
  }

  /// Bilinear resize; `antialias` averages when it shrinks.
  public func resized(height: Int, width: Int, antialias: Bool = true) throws -> Tensor {
    try Tensor.make { ct_interpolate(handle, Int64(height), Int64(width), antialias, $0) }
  }
}

extension Tensor {
  func batchNormalized(
    weight: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, training: Bool, momentum: Double, epsilon: Double
  ) throws -> Tensor {
    try Tensor.make {
      ct_batch_norm(
        handle, weight.handle, bias.handle, mean.handle, variance.handle, training, momentum, epsilon, $0)
    }
  }
}
