/// Largest of each window.
public final class MaxPool2d: Layer {
  private let kernel: Int
  private let stride: Int
  private let padding: Int

  public init(kernel: Int, stride: Int, padding: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.maxPooled(kernel: kernel, stride: stride, padding: padding)
  }
}

/// Mean of each window; places outside the picture count as zeros.
public final class AveragePool2d: Layer {
  private let kernel: Int
  private let stride: Int
  private let padding: Int

  public init(kernel: Int, stride: Int, padding: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.averagePooled(kernel: kernel, stride: stride, padding: padding)
  }
}

/// Mean over the whole picture: [B, C, H, W] -> [B, C].
public final class GlobalAveragePool: Layer {
  public init() {}
  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.mean(2, 3) }
}
