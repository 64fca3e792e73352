import Testing

@testable import Torch

@Suite struct FusedConvolutionTests {
  struct Shape: Sendable, CustomTestStringConvertible {
    var input = 16
    var output = 24
    var kernel = 3
    var stride = 1
    var groups = 1
    var bias = false
    var batch = 2
    var testDescription: String {
      "\(input) -> \(output), \(kernel)x\(kernel) / \(stride), \(groups) groups, bias \(bias)"
    }

    static let all = [
      Shape(), Shape(stride: 2), Shape(kernel: 1), Shape(kernel: 1, stride: 2), Shape(batch: 1),
      // Fewer channels than oneDNN's blocks, where it once wrote past its memory.
      Shape(input: 4, output: 8, kernel: 1, stride: 2), Shape(input: 3, output: 5),
      Shape(input: 24, groups: 24, bias: true), Shape(input: 24, groups: 12), Shape(input: 24, kernel: 9, groups: 24),
      // Whole vectors of output channels; few and odd input channels.
      Shape(output: 16), Shape(output: 32, stride: 2, bias: true), Shape(input: 3, output: 48),
      Shape(output: 48, batch: 1), Shape(input: 32, output: 32, bias: true), Shape(input: 32, output: 48, batch: 3),
      Shape(input: 5, output: 32, kernel: 1, stride: 2), Shape(output: 64, kernel: 5), Shape(output: 32, kernel: 7),
      Shape(output: 16, groups: 16), Shape(input: 32, output: 32, stride: 2, groups: 32, bias: true),
      Shape(input: 48, output: 48, kernel: 7, groups: 48), Shape(input: 32, output: 32, groups: 16),
      Shape(input: 48, output: 48, stride: 2, groups: 24, batch: 1),
    ]
  }

  private func layers(_ shape: Shape) throws -> (Conv2d, BatchNorm, PReLU) {
    var random = TestRandom(seed: 1)
    let conv = try Conv2d(
      shape.input, shape.output, kernel: shape.kernel, stride: shape.stride, padding: shape.kernel == 3 ? 1 : 0,
      groups: shape.groups, bias: shape.bias, using: &random)
    let norm = try BatchNorm(shape.output)
    let prelu = try PReLU(shape.output)
    try withoutGradient {
      try norm.weight.copy(from: .uniform([shape.output], 0.5...2, using: &random))
      try norm.bias.copy(from: .uniform([shape.output], -1...1, using: &random))
      try norm.runningMean.copy(from: .uniform([shape.output], -1...1, using: &random))
      try norm.runningVariance.copy(from: .uniform([shape.output], 0.5...2, using: &random))
      try prelu.weight.copy(from: .uniform([shape.output], -0.5...0.5, using: &random))
    }
    norm.setTraining(false)
    return (conv, norm, prelu)
  }

  private func input(_ shape: Shape, side: Int = 9) throws -> Tensor {
    var random = TestRandom(seed: 2)
    return try .uniform([shape.batch, shape.input, side, side], -1...1, using: &random)
  }

  @Test(arguments: Shape.all)
  func isWhatItsLayersAre(shape: Shape) throws {
    let (conv, norm, prelu) = try layers(shape)
    try withoutGradient {
      for x in [try input(shape), try input(shape).channelsLast(), try input(shape, side: 12)] {
        let plain = try norm(conv(x))
        let rest = try plain * 0.3 + 0.1
        try expectClose(FusedConvolution(conv, norm)(x), plain, "alone")
        try expectClose(FusedConvolution(conv, norm, .relu)(x), plain.relu(), "relu")
        try expectClose(FusedConvolution(conv, norm, .prelu(prelu))(x), prelu(plain), "prelu")
        try expectClose(FusedConvolution(conv, norm)(x, adding: rest), plain + rest, "sum")
        try expectClose(FusedConvolution(conv, norm, .relu)(x, adding: rest), (plain + rest).relu(), "sum, relu")
        try expectClose(FusedConvolution(conv)(x), conv(x), "no normalization")
      }
    }
  }

  /// Tiles of 4x4 places and what is left of them at the right and below, whole vectors of channels, many tiles and few: each number
  /// against a convolution in double precision.
  @Test(arguments: [(32, 16), (16, 32), (64, 48), (128, 128)], [(8, 8), (9, 14), (15, 10), (11, 13), (40, 16)])
  func tilesAreAsExact(channels: (input: Int, output: Int), size: (height: Int, width: Int)) throws {
    var random = TestRandom(seed: 7)
    let conv = try Conv2d(channels.input, channels.output, kernel: 3, padding: 1, bias: true, using: &random)
    let fused = FusedConvolution(conv)
    let x = try Tensor.uniform([3, channels.input, size.height, size.width], -1...1, using: &random)
    try withoutGradient {
      let wanted = try x.to(.float64).convolved(
        conv.weight.to(.float64), bias: #require(conv.bias).to(.float64), stride: 1, padding: 1, groups: 1)
      let scale = try wanted.square().mean().item().squareRoot()
      for x in [x, try x.channelsLast()] {
        let found = try fused(x)
        #expect(found.shape == wanted.shape)
        let errors = try (found.to(.float64) - wanted) / scale
        #expect(try errors.abs().max().item() < 2e-5)
        #expect(try errors.square().mean().item().squareRoot() < 2e-6)
      }
    }
  }

  /// A photo's numbers do not depend on what lies beside it in a batch.
  @Test(arguments: [(16, 32), (32, 32), (64, 128)])
  func otherPhotosDoNotMatter(channels: (input: Int, output: Int)) throws {
    var random = TestRandom(seed: 8)
    let fused = FusedConvolution(
      try Conv2d(channels.input, channels.output, kernel: 3, padding: 1, using: &random), nil, .relu)
    let x = try Tensor.uniform([7, channels.input, 28, 28], -1...1, using: &random).channelsLast()
    try withoutGradient {
      let together = try fused(x)
      for i in 0..<7 {
        try expectClose(fused(x[i..<(i + 1)]), together[i..<(i + 1)], "photo \(i)", tolerance: 2e-6)
      }
    }
  }

  /// What is added, the normalization before and the activation where maps are not square: each photo's own.
  @Test func tilesEndAsTheirLayersDo() throws {
    var random = TestRandom(seed: 9)
    let (conv, norm, prelu) = try layers(Shape(input: 32, output: 48))
    let before = try BatchNorm(32)
    try withoutGradient {
      try before.bias.copy(from: .uniform([32], -3...3, using: &random))
      before.setTraining(false)
      let x = try Tensor.uniform([3, 32, 11, 18], -1...1, using: &random)
      let plain = try norm(conv(before(x)))
      let rest = try Tensor.uniform(plain.shape, -2...2, using: &random)
      try expectClose(FusedConvolution(after: before, conv, norm)(x), plain)
      for rest in [rest, try rest.channelsLast()] {
        try expectClose(FusedConvolution(after: before, conv, norm, .relu)(x, adding: rest), (plain + rest).relu())
        try expectClose(
          FusedConvolution(after: before, conv, norm, .prelu(prelu))(x, adding: rest), prelu(plain + rest))
      }
      let silent = try FusedConvolution(after: before, conv, norm, .relu)(x, adding: rest * 0 - 1000)
      #expect(try silent.floats().allSatisfy { $0 == 0 && $0.sign == .plus })
      #expect(throws: TorchError.self) {
        try FusedConvolution(after: before, conv, norm)(x, adding: Tensor.ones([3, 48, 18, 11]))
      }
    }
  }

  /// Of a process of its own, because LibTorch's number of threads belongs to all.
  @Test func threadsShareTiles() async {
    await #expect(processExitsWith: .success) {
      var random = TestRandom(seed: 10)
      let conv = try Conv2d(64, 128, kernel: 3, padding: 1, bias: true, using: &random)
      let x = try Tensor.uniform([7, 64, 28, 28], -1...1, using: &random).channelsLast()
      func run(_ threads: Int) throws -> Tensor {
        Runtime.threads = threads
        return try withoutGradient { try FusedConvolution(conv, nil, .relu)(x) }
      }
      let alone = try run(1)
      try expectClose(run(2), alone, tolerance: 2e-6)
      try expectClose(run(5), alone, tolerance: 2e-6)
    }
  }

  /// The shift before is missing in the padding, more of it in the corners; maps may be smaller than the kernel's reach.
  @Test(arguments: Shape.all.filter { $0.groups == 1 })
  func foldsWhatComesBefore(shape: Shape) throws {
    var random = TestRandom(seed: 3)
    let (conv, norm, prelu) = try layers(shape)
    let before = try BatchNorm(shape.input)
    try withoutGradient {
      try before.weight.copy(from: .uniform([shape.input], -2...2, using: &random))
      try before.bias.copy(from: .uniform([shape.input], -3...3, using: &random))
      try before.runningMean.copy(from: .uniform([shape.input], -1...1, using: &random))
      try before.runningVariance.copy(from: .uniform([shape.input], 0.5...2, using: &random))
    }
    before.setTraining(false)
    let fused = FusedConvolution(after: before, conv, norm, .prelu(prelu))
    let summed = FusedConvolution(after: before, conv, norm, .relu)
    try withoutGradient {
      for side in [9, 12, 9, max(shape.kernel, 2)] {
        for x in [try input(shape, side: side), try input(shape, side: side).channelsLast()] {
          let plain = try norm(conv(before(x)))
          let rest = try plain * 0.3 + 0.1
          try expectClose(fused(x), prelu(plain), "side \(side)")
          try expectClose(summed(x, adding: rest), (plain + rest).relu(), "side \(side), sum")
        }
      }
      let x = try input(shape)
      for tensor in [before.weight, before.bias, before.runningMean, before.runningVariance] {
        try tensor.copy(from: tensor * 1.5 + 0.1)
        try expectClose(fused(x), prelu(norm(conv(before(x)))), "changed")
      }
    }
    before.setTraining(true)
    let x = try input(shape)
    try expectClose(fused(x), prelu(norm(conv(before(x)))), "training")
  }

  @Test(arguments: [1, 3]) func foldsALinearLayerOverAMap(batch: Int) throws {
    var random = TestRandom(seed: 4)
    let (before, after) = (try BatchNorm(6), try BatchNorm(10, learnsScale: false))
    let linear = try Linear(6 * 5 * 5, 10, using: &random)
    try withoutGradient {
      for norm in [before, after] {
        let count = norm.weight.count
        try norm.bias.copy(from: .uniform([count], -1...1, using: &random))
        try norm.runningMean.copy(from: .uniform([count], -1...1, using: &random))
        try norm.runningVariance.copy(from: .uniform([count], 0.5...2, using: &random))
        norm.setTraining(false)
      }
    }
    let fused = FusedConvolution(after: before, linear, over: 5, after)
    let x = try Tensor.uniform([batch, 6, 5, 5], -1...1, using: &random)
    #expect(try fused.atInference(x) == nil, "a gradient may be asked for")
    try withoutGradient {
      for x in [x, try x.channelsLast()] {
        for _ in 0..<2 {
          let wanted = try after(linear(before(x).contiguous().flattened(from: 1)))
          try expectClose(#require(try fused.atInference(x)).flattened(from: 1), wanted)
          try linear.weight.copy(from: linear.weight * 1.5 + 0.1)
        }
      }
      #expect(try fused.atInference(Tensor.ones([1, 6, 4, 4])) == nil)
      after.setTraining(true)
      #expect(try fused.atInference(x) == nil)
    }
  }

  @Test func smallOnesLeaveTheNumberOfThreadsAsItWas() throws {
    let (conv, norm, _) = try layers(Shape())
    let before = Runtime.threads
    let fused = FusedConvolution(conv, norm)
    _ = try withoutGradient { try fused(input(Shape())) }
    #expect(throws: TorchError.self) { try withoutGradient { try fused(input(Shape(input: 8))) } }
    #expect(Runtime.threads == before)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (conv, norm, _) = try layers(Shape(output: 32))
    let fused = FusedConvolution(conv, norm)
    try withoutGradient {
      let x = try input(Shape())
      #expect(throws: TorchError.self) { try fused(input(Shape(input: 8))) }
      #expect(throws: TorchError.self) { try fused(x, adding: Tensor.ones([2, 32, 3, 3])) }
      let (large, norm, _) = try layers(Shape(output: 32, kernel: 7))
      #expect(throws: TorchError.self) { try FusedConvolution(large, norm)(input(Shape(), side: 4)) }
    }
  }

  @Test(arguments: [24, 32])
  func leavesWhatIsAddedAsItWas(channels: Int) throws {
    let (conv, norm, _) = try layers(Shape(output: channels))
    let x = try input(Shape())
    let rest = try Tensor.ones([2, channels, 9, 9]).channelsLast()
    _ = try withoutGradient { try FusedConvolution(conv, norm, .relu)(x, adding: rest) }
    #expect(try rest.floats().allSatisfy { $0 == 1 })
  }

  @Test(arguments: [24, 32])
  func seesThatWeightsHaveChanged(channels: Int) throws {
    let (conv, norm, prelu) = try layers(Shape(output: channels))
    let fused = FusedConvolution(conv, norm, .prelu(prelu))
    let x = try input(Shape())
    try withoutGradient {
      for tensor in [conv.weight, norm.weight, norm.bias, norm.runningMean, norm.runningVariance, prelu.weight] {
        let before = try fused(x)
        try tensor.copy(from: tensor * 1.5 + 0.1)
        try expectClose(fused(x), prelu(norm(conv(x))), "changed")
        #expect(try (fused(x) - before).abs().max().item() > 1e-3)
      }
    }
  }

  @Test(arguments: ["SGD", "AdamW"])
  func seesThatItHasLearned(optimizer: String) throws {
    let (conv, norm, prelu) = try layers(Shape(input: 24, output: 16))
    let before = try BatchNorm(24)
    before.setTraining(false)
    let fused = FusedConvolution(after: before, conv, norm, .prelu(prelu))
    let x = try input(Shape(input: 24))
    let parameters = [before.weight, before.bias, conv.weight, norm.weight, norm.bias, prelu.weight].enumerated().map {
      (name: "\($0)", tensor: $1)
    }
    let steps: any Optimizer =
      try optimizer == "SGD" ? SGD(parameters, momentum: 0.9, weightDecay: 0) : AdamW(parameters, weightDecay: 0)
    for step in 1...3 {
      let old = try withoutGradient { try fused(x) }
      try prelu(norm(conv(before(x)))).square().mean().backward()
      try steps.step(learningRate: 0.1)
      try withoutGradient {
        try expectClose(fused(x), prelu(norm(conv(before(x)))), "step \(step)")
        #expect(try (fused(x) - old).abs().max().item() > 1e-3)
      }
    }
  }

  @Test func seesThatStatisticsHaveMoved() throws {
    let (conv, norm, prelu) = try layers(Shape(input: 24, output: 16))
    let before = try BatchNorm(24)
    let fused = FusedConvolution(after: before, conv, norm, .prelu(prelu))
    let x = try input(Shape(input: 24))
    try withoutGradient {
      for moved in [before, norm, before] {
        for norm in [before, norm] { norm.setTraining(false) }
        let old = try fused(x)
        moved.setTraining(true)
        _ = try fused(x * 3 + 1)
        moved.setTraining(false)
        try expectClose(fused(x), prelu(norm(conv(before(x)))))
        #expect(try (fused(x) - old).abs().max().item() > 1e-3)
      }
    }
  }

  @Test func learnsAsItsLayersDo() throws {
    let (conv, norm, prelu) = try layers(Shape())
    let fused = FusedConvolution(conv, norm, .prelu(prelu))
    let x = try input(Shape())
    let parameters = [conv.weight, norm.weight, norm.bias, prelu.weight]
    for training in [true, false] {
      norm.setTraining(training)
      let wanted = try prelu(norm(conv(x))).square().sum().gradients(of: parameters)
      let found = try fused(x).square().sum().gradients(of: parameters)
      for (a, b) in zip(found, wanted) { try expectClose(#require(a), #require(b), "training \(training)") }
    }
  }
}
