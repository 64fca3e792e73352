/// 2-D convolution, square kernels. Weight [out, in / groups, k, k], bias [out].
public final class Conv2d: Layer {
  public let weight: Tensor
  public let bias: Tensor?
  public let stride: Int
  public let padding: Int
  public let groups: Int

  /// Traps when the channels cannot be split into the groups.
  public init(
    _ input: Int, _ output: Int, kernel: Int, stride: Int = 1, padding: Int = 0, groups: Int = 1, bias: Bool = false,
    start: Initialization = .heUniform, using random: inout some RandomNumberGenerator
  ) throws {
    precondition(input % groups == 0 && output % groups == 0, "\(input) -> \(output) channels in \(groups) groups")
    weight = try start.weight([output, input / groups, kernel, kernel], using: &random).requireGradient()
    let bound = 1 / Double(input / groups * kernel * kernel).squareRoot()
    self.bias = bias ? try Tensor.uniform([output], -bound...bound, using: &random).requireGradient() : nil
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }

  public var members: [(name: String, member: Member)] {
    [("weight", .parameter(weight))] + (bias.map { [("bias", .parameter($0))] } ?? [])
  }

  /// x: [B, in, H, W] -> [B, out, H', W'].
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.convolved(weight, bias: bias, stride: stride, padding: padding, groups: groups)
  }
}
