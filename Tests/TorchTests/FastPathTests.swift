import Testing

@testable import Torch

/// Operations whose fast paths are our own, against compositions of LibTorch's.
@Suite struct FastPathTests {
  private func normal(_ shape: [Int], seed: UInt64) throws -> Tensor {
    var random = TestRandom(seed: seed)
    return try .normal(shape, using: &random)
  }

  /// Output and gradients of both, for an output weighted at random.
  private func expectSame(
    _ shapes: [[Int]], channelsLast: Bool, _ fast: ([Tensor]) throws -> Tensor, _ slow: ([Tensor]) throws -> Tensor
  ) throws {
    func run(_ function: ([Tensor]) throws -> Tensor) throws -> [Tensor] {
      let inputs = try shapes.enumerated().map { place, shape -> Tensor in
        let values = try normal(shape, seed: UInt64(place + 1))
        let laidOut = channelsLast && shape.count == 4 && place == 0 ? try values.channelsLast() : values
        return try laidOut.requireGradient()
      }
      let output = try function(inputs)
      try (output * normal(output.shape, seed: 9)).sum().backward()
      return try [output.detached()] + inputs.map { try #require(try $0.gradient) }
    }
    for (a, b) in zip(try run(fast), try run(slow)) { try expectClose(a, b) }
  }

  @Test(arguments: [[2, 16, 5, 7], [3, 24, 4, 4], [1, 5, 3, 3], [4, 37, 9, 2], [6, 32]])
  func prelu(shape: [Int]) throws {
    let broadcast = shape.count == 4 ? [1, shape[1], 1, 1] : [1, shape[1]]
    try expectSame(
      [shape, [shape[1]]], channelsLast: true, { try $0[0].prelu($0[1]) },
      { try $0[0].relu() - (-$0[0]).relu() * $0[1].reshaped(broadcast) })
  }

  @Test func preluIsDifferentiableTwice() throws {
    let x = try normal([2, 8, 3, 3], seed: 1).channelsLast().requireGradient()
    let slope = try Tensor.full([8], 0.25).requireGradient()
    let first = try #require(try x.prelu(slope).gradients(of: [x], createGraph: true)[0])
    // d/dslope of the sum of dy/dx counts the negative places of each channel.
    let second = try #require(try first.gradients(of: [slope])[0])
    try expectClose(second, x.detached().less(than: 0).to(.float32).sum(0, 2, 3))
  }

  /// oneDNN's own way wrote past its workspace for these.
  @Test(arguments: [8, 12, 15, 16], [1, 2])
  func narrowPointwiseConvolutionWithStride(channels: Int, batch: Int) throws {
    try expectSame(
      [[batch, channels, 9, 9], [24, channels, 1, 1]], channelsLast: true, { try $0[0].convolved($0[1], stride: 2) },
      { inputs in
        let kept = try Tensor([0, 2, 4, 6, 8], [5])
        let x = try inputs[0].indexed(2, kept).indexed(3, kept)
        let columns = try x.flattened(from: 2)
        return try inputs[1].reshaped(24, channels).matmul(columns).reshaped(batch, 24, 5, 5)
      })
  }
}
