import Torch

/// A linear layer without bias whose inputs and outputs are cut into runs of equal length; each run of outputs is read from its
/// own run of inputs alone. With one run it is an ordinary linear layer.
final class BlockLinear: Layer {
  /// [outputs, inputs / blocks].
  let weight: Tensor
  let blocks: Int

  /// Traps when the numbers cannot be cut into the blocks.
  init(_ input: Int, _ output: Int, blocks: Int, using random: inout some RandomNumberGenerator) throws {
    precondition(input % blocks == 0 && output % blocks == 0, "\(input) -> \(output) numbers in \(blocks) blocks")
    weight = try Linear(input / blocks, output, bias: false, using: &random).weight
    self.blocks = blocks
  }

  var members: [(name: String, member: Member)] { [("weight", .parameter(weight))] }

  /// x: [B, in] -> [B, out].
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    guard blocks > 1 else { return try x.linear(weight, bias: nil) }
    // No grouped convolution: on a GPU it would have fewer digits than a product of matrices has.
    let (inputs, outputs) = (weight.size(1), weight.size(0) / blocks)
    let runs = try x.reshaped(x.size(0), blocks, inputs).transposed(0, 1)
    let products = try runs.matmul(weight.reshaped(blocks, outputs, inputs).transposed(1, 2))
    return try products.transposed(0, 1).reshaped(x.size(0), blocks * outputs)
  }

  /// The weight with the zeros between the blocks, [out, in].
  func denseWeight() throws -> Tensor {
    guard blocks > 1 else { return weight }
    let (height, width) = (weight.size(0) / blocks, weight.size(1))
    let rows = try (0..<blocks).map { block in
      let own = try weight[(block * height)..<((block + 1) * height)]
      let (before, after) = (block * width, (blocks - 1 - block) * width)
      return try Tensor.concatenated(
        [.zeros([height, before]).to(own.device), own, .zeros([height, after]).to(own.device)], 1)
    }
    return try Tensor.concatenated(rows, 0)
  }
}
