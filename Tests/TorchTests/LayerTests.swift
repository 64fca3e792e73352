import Testing

@testable import Torch

@Suite struct LayerTests {
  private struct Window: Decodable {
    var kernel: Int
    var stride: Int
    var padding: Int
    var groups: Int?
    var bias: Bool?
  }

  private var random: some RandomNumberGenerator { TestRandom(seed: 1) }

  @Test(arguments: [
    "conv_plain", "conv_padding_bias", "conv_stride2", "conv_pointwise", "conv_grouped", "conv_depthwise",
  ])
  func convolves(test: String) throws {
    let fixture = try Fixture("conv2d")
    let window = try fixture.settings(test, as: Window.self)
    var random = random
    let weight = try fixture.tensor(test, "weight")
    let layer = try Conv2d(
      weight.size(1) * window.groups!, weight.size(0), kernel: window.kernel, stride: window.stride,
      padding: window.padding, groups: window.groups!, bias: window.bias!, using: &random)
    try fixture.load(test, into: layer)
    try fixture.expectAgreement(test, layer)
    // Channels-last memory is how networks run.
    try layer.move(to: .cpu)
    #expect(layer.weight.isChannelsLast)
    try fixture.expectAgreement(test, layer)
    try expectClose(
      layer(fixture.tensor(test, "input").channelsLast()), fixture.tensor(test, "output"), "channels-last")
  }

  private struct Normalization: Decodable {
    var eps: Double
    var momentum: Double
    var training: Bool
  }

  @Test(arguments: ["batchnorm1d_train", "batchnorm1d_eval", "batchnorm2d_train", "batchnorm2d_eval"])
  func normalizesBatches(test: String) throws {
    let fixture = try Fixture("batchnorm")
    let settings = try fixture.settings(test, as: Normalization.self)
    let channels = try fixture.tensor(test, "input").size(1)
    let layer = try BatchNorm(channels, momentum: settings.momentum, epsilon: settings.eps)
    layer.setTraining(settings.training)
    try fixture.load(test, into: layer)
    try fixture.expectAgreement(test, layer)
    let suffix = settings.training ? "_after" : ""
    for (name, buffer) in layer.buffers() { try expectClose(buffer, fixture.tensor(test, name + suffix), name) }
  }

  @Test func keepsRunningStatisticsWhenToldTo() throws {
    let fixture = try Fixture("batchnorm")
    let test = "batchnorm2d_train"
    let layer = try BatchNorm(3)
    try fixture.load(test, into: layer)
    layer.tracksStatistics = false
    try fixture.expectAgreement(test, layer)
    for (name, buffer) in layer.buffers() { #expect(try buffer.doubles() == fixture.tensor(test, name).doubles()) }
  }

  @Test(arguments: ["batchnorm1d_eval", "batchnorm2d_eval"])
  func foldsToScaleAndShift(test: String) throws {
    let fixture = try Fixture("batchnorm")
    let input = try fixture.tensor(test, "input")
    let layer = try BatchNorm(input.size(1))
    try fixture.load(test, into: layer)
    let (scale, shift) = try layer.folded()
    let shape = [1, input.size(1)] + Array(repeating: 1, count: input.rank - 2)
    let output = try input * scale.reshaped(shape) + shift.reshaped(shape)
    try expectClose(output, fixture.tensor(test, "output"))
    #expect(!scale.requiresGradient && !shift.requiresGradient)
  }

  @Test func refusesToNormalizeABatchOfOneNumber() throws {
    let layer = try BatchNorm(3)
    #expect(throws: TorchError.self) { try layer(.ones([1, 3])) }
    // The running statistics are as before.
    #expect(try layer.runningVariance.floats() == [1, 1, 1])
    layer.setTraining(false)
    #expect(try layer(.ones([1, 3])).shape == [1, 3])
  }

  @Test(arguments: ["linear", "linear_no_bias"])
  func mapsLinearly(test: String) throws {
    let fixture = try Fixture("dense")
    let weight = try fixture.tensor(test, "weight")
    var random = random
    let layer = try Linear(weight.size(1), weight.size(0), bias: test == "linear", using: &random)
    try fixture.load(test, into: layer)
    try fixture.expectAgreement(test, layer)
  }

  @Test(arguments: ["prelu", "prelu_shared"])
  func bendsBelowZero(test: String) throws {
    let fixture = try Fixture("dense")
    let layer = try PReLU(fixture.tensor(test, "weight").count)
    #expect(try layer.weight.floats().allSatisfy { $0 == 0.25 })
    try fixture.load(test, into: layer)
    try fixture.expectAgreement(test, layer)
  }

  /// Autocast takes it in bfloat16 and back, as any other operation.
  @Test func bendsBelowZeroUnderAutocast() throws {
    let layer = try PReLU(4)
    let x = try Tensor((0..<24).map { Float($0) - 12 }, [6, 4]).requireGradient()
    let y = try withAutocast(.bfloat16, on: .cpu) { try layer(x) }
    try y.to(.float32).sum().backward()
    let gradient = try #require(try x.gradient).floats()
    #expect(gradient == (0..<24).map { $0 > 12 ? 1 : 0.25 })
  }

  @Test(arguments: ["avgpool", "avgpool_overlapping", "maxpool", "maxpool_overlapping"])
  func pools(test: String) throws {
    let fixture = try Fixture("pooling")
    let window = try fixture.settings(test, as: Window.self)
    try fixture.expectAgreement(
      test,
      Pooling(
        kernel: window.kernel, stride: window.stride, padding: window.padding, takesLargest: test.hasPrefix("max")))
  }

  @Test(arguments: [[1, 1], [3, 2]])
  func poolsToASize(size: [Int]) throws {
    let fixture = try Fixture("pooling")
    let test = "adaptive_avgpool_\(size[0])x\(size[1])"
    let input = try fixture.leaf(test, "input")
    let output = try input.averagePooled(toHeight: size[0], width: size[1])
    try expectClose(output, fixture.tensor(test, "output"))
    let gradient = try (output * fixture.tensor(test, "output_weights")).gradients(of: [input])[0]
    try expectClose(#require(gradient), fixture.tensor(test, "grad_input"))
    guard size == [1, 1] else { return }
    try expectClose(GlobalAveragePool()(input), fixture.tensor(test, "output").flattened(from: 1))
  }

  @Test func keepsTheMeanUnderDropout() throws {
    let layer = Dropout(0.3)
    let ones = try Tensor.ones([200, 500])
    let dropped = try layer(ones)
    // 100,000 draws: five deviations of the mean are 0.0104, of the share of zeros 0.0073.
    #expect(try abs(dropped.mean().item() - 1) < 0.0104)
    let zeros = try dropped.equal(to: 0).to(.float32).mean().item()
    #expect(abs(zeros - 0.3) < 0.0073)
    let kept = try dropped.max().item()
    #expect(abs(kept - 1 / 0.7) < 1e-6)
    layer.setTraining(false)
    #expect(try layer(ones).floats() == ones.floats())
  }

  @Test func runsInOrderAndNamesByPlace() throws {
    var random = random
    let layers = Sequential([try Linear(4, 3, using: &random), ReLU(), try Linear(3, 2, bias: false, using: &random)])
    #expect(layers.state().map(\.name) == ["0.weight", "0.bias", "2.weight"])
    #expect(layers.parameterCount == 12 + 3 + 6)
    let x = try Tensor.normal([5, 4], using: &random)
    let first = try #require(layers.module(named: "0") as? Linear)
    let last = try #require(layers.module(named: "2") as? Linear)
    try expectClose(layers(x), last(first(x).relu()))
    #expect(layers.module(named: "3") == nil)
    #expect(try Flatten()(.zeros([2, 3, 4, 5])).shape == [2, 60])
  }

  @Test func loadsAllOrNothing() throws {
    var random = random
    let layer = try Linear(2, 2, using: &random)
    let before = try layer.weight.floats()
    let weight = try Tensor.ones([2, 2])
    func refusal(_ state: [String: Tensor]) -> String {
      do {
        try layer.load(state)
        return "loaded"
      } catch { return "\(error)" }
    }
    #expect(refusal(["weight": weight]).contains("missing (bias)"))
    #expect(try refusal(["weight": weight, "bias": .ones([2]), "other": weight]).contains("unexpected (other)"))
    let shape = try refusal(["weight": weight, "bias": .ones([3])])
    #expect(shape.contains("bias") && shape.contains("[3]") && shape.contains("[2]"))
    #expect(try layer.weight.floats() == before)
    try layer.load(["weight": weight, "bias": .ones([2])])
    #expect(try layer.weight.floats() == [1, 1, 1, 1] && layer.weight.requiresGradient)
  }

  @Test func startsWeightsWithTheStatedSpread() throws {
    var random = random
    // Fan-in 16 * 9, fan-out 64 * 9; 9216 numbers, so a deviation is known to 0.8 %.
    let wanted: [(Initialization, Double)] = [
      (.normal(deviation: 0.1), 0.01), (.heNormal, 2 / 576.0), (.heUniform, 1 / (3 * 144.0)),
      (.xavierUniform, 2 / 720.0),
    ]
    for (start, variance) in wanted {
      let weight = try start.weight([64, 16, 3, 3], using: &random)
      #expect(try abs(weight.variance().item() / variance - 1) < 0.08, "\(start)")
    }
  }
}

/// Pooling as a layer, for its fixtures.
private final class Pooling: Layer {
  private let kernel, stride, padding: Int
  private let takesLargest: Bool

  init(kernel: Int, stride: Int, padding: Int, takesLargest: Bool) {
    (self.kernel, self.stride, self.padding, self.takesLargest) = (kernel, stride, padding, takesLargest)
  }

  var members: [(name: String, member: Member)] { [] }
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    takesLargest
      ? try x.maxPooled(kernel: kernel, stride: stride, padding: padding)
      : try x.averagePooled(kernel: kernel, stride: stride, padding: padding)
  }
}
