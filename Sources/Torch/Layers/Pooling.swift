/// Mean over the whole picture: [B, C, H, W] -> [B, C].
public final class GlobalAveragePool: Layer {
  public init() {}
  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.mean(2, 3) }
}
