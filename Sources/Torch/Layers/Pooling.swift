/// The largest, or the mean, of each window; for the mean, places outside the picture count as zeros.
public final class Pool2d: Layer {
  public enum Kind: Sendable { case largest, mean }

  private let kind: Kind
  private let kernel: Int
  private let stride: Int
  private let padding: Int

  public init(_ kind: Kind, kernel: Int, stride: Int, padding: Int = 0) {
    self.kind = kind
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    switch kind {
    case .largest: try x.maxPooled(kernel: kernel, stride: stride, padding: padding)
    case .mean: try x.averagePooled(kernel: kernel, stride: stride, padding: padding)
    }
  }
}

/// Mean over the whole picture: [B, C, H, W] -> [B, C].
public final class GlobalAveragePool: Layer {
  public init() {}
  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.mean(2, 3) }
}
