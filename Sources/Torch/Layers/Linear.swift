/// Fully connected layer: x W^T + b. Weight [out, in], bias [out].
public final class Linear: Layer {
  public let weight: Tensor
  public let bias: Tensor?

  public init(
    _ input: Int, _ output: Int, bias: Bool = true, start: Initialization = .heUniform,
    using random: inout some RandomNumberGenerator
  ) throws {
    weight = try start.weight([output, input], using: &random).requireGradient()
    let bound = 1 / Double(input).squareRoot()
    self.bias = bias ? try Tensor.uniform([output], -bound...bound, using: &random).requireGradient() : nil
  }

  public var members: [(name: String, member: Member)] {
    [("weight", .parameter(weight))] + (bias.map { [("bias", .parameter($0))] } ?? [])
  }

  /// x: [..., in] -> [..., out].
  public func callAsFunction(_ x: Tensor) throws -> Tensor { try x.linear(weight, bias: bias) }
}
