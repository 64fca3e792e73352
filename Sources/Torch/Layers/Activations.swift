/// max(x, 0).
public final class ReLU: Layer {
  public init() {}
  public var members: [(name: String, member: Member)] { [] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.relu() }
}

/// x where positive, else slope * x, with a learned slope a channel (He et al. 2015). Starts at 0.25.
public final class PReLU: Layer {
  public let weight: Tensor

  public init(_ channels: Int) throws { weight = try Tensor.full([channels], 0.25).requireGradient() }

  public var members: [(name: String, member: Member)] { [("weight", .parameter(weight))] }
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.prelu(weight) }
}

/// Zeroes elements with probability `p` while training (Srivastava et al. 2014); draws from LibTorch's generator.
public final class Dropout: Layer {
  public let probability: Double
  private var isTraining = true

  public init(_ probability: Double) {
    precondition((0..<1).contains(probability), "a dropout probability is at least 0 and below 1")
    self.probability = probability
  }

  public var members: [(name: String, member: Member)] { [] }
  public func setTraining(_ on: Bool) { isTraining = on }

  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    probability > 0 && isTraining ? try x.dropout(probability, training: true) : x
  }
}
