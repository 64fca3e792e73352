/// Layers one after the other, named "0", "1", ... like PyTorch's.
public final class Sequential: Layer {
  public let layers: [any Layer]

  public init(_ layers: [any Layer]) { self.layers = layers }

  public var members: [(name: String, member: Member)] {
    layers.enumerated().map { (String($0), .module($1)) }
  }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try layers.reduce(x) { try $1($0) }
  }
}

/// [B, C, H, W] -> [B, C * H * W], in the order of PyTorch's flatten.
public final class Flatten: Layer {
  public init() {}
  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.flattened(from: 1) }
}
