import Testing
import Torch

@testable import FaceNetworks

@Suite struct BackboneTests {
  /// Names with our prefix, and shapes, of arcface_torch's state dict.
  private func published(_ name: String, dividedBy divisor: Int = 1) throws -> [String: [Int]] {
    let shapes = try #require(try Fixtures.stateNames()[name])
    // Of the sizes only channels reach 64: kernels, groups and colors are smaller.
    let thin = shapes.mapValues { $0.map { size in size >= 64 ? size / divisor : size } }
    return Dictionary(uniqueKeysWithValues: thin.map { ("backbone." + $0.key, $0.value) })
  }

  private func ours(_ settings: NetworkSettings) throws -> [String: [Int]] {
    Dictionary(uniqueKeysWithValues: try build(settings, size: 112).state().map { ($0.name, $0.tensor.shape) })
  }

  @Test func hasTheLayersOfArcFaceTorch() throws {
    #expect(try ours(network(.mobilefacenet)) == published("mobilefacenet"))
  }

  // Drawing the weights at full width would take most of the tests' time.
  @Test(arguments: [NetworkSettings.Backbone.iresnet18, .iresnet34, .iresnet50, .mobilefacenet])
  func hasTheLayersOfArcFaceTorchAtAnEighthOfTheWidth(backbone: NetworkSettings.Backbone) throws {
    let settings = network(backbone) {
      $0.width = 0.125
      $0.embeddingSize = 64
    }
    #expect(try ours(settings) == published(backbone.rawValue, dividedBy: 8))
  }

  // Gradients may differ by more than rounding: where sums are rounded otherwise, by another memory layout or processor, a
  // number falls on the other side of a PReLU's bend. PyTorch's own two layouts differ by 0.4 %.
  @Test(arguments: [NetworkSettings.Backbone.iresnet10, .mobilefacenet], [false, true])
  func computesWhatPyTorchDoes(backbone: NetworkSettings.Backbone, channelsLast: Bool) throws {
    let fixture = try ThinNetwork(backbone)
    let net = fixture.network
    var images = try fixture.tensor("input")
    if channelsLast {
      try net.move(to: .cpu)
      images = try images.channelsLast()
    }
    net.setTraining(false)
    let output = try net(images)
    #expect(output.target == nil && output.features == nil)
    try expectClose(output.embedding, fixture.tensor("output_eval"), "eval", tolerance: 1e-4)

    net.setTraining(true)
    let trained = try net(images).embedding
    try expectClose(trained, fixture.tensor("output_train"), "train", tolerance: 1e-4)
    for (name, buffer) in net.buffers() where name.contains("running") {
      try expectClose(buffer, fixture.tensor("after." + name.dropFirst("backbone.".count)), name, tolerance: 1e-4)
    }
    try (trained * fixture.tensor("output_weights")).sum().backward()
    var compared = 0
    for (name, parameter) in net.parameters() {
      guard let wanted = try fixture.file.tensor("grad." + name.dropFirst("backbone.".count)) else { continue }
      try expectClose(#require(try parameter.gradient), wanted, name, tolerance: 1e-2)
      compared += 1
    }
    #expect(compared == fixture.file.names.filter { $0.hasPrefix("grad.") }.count && compared > 30)
  }

  @Test(arguments: [NetworkSettings.Backbone.iresnet10, .mobilefacenet], [2, 4, 8, 16])
  func keepsToTheOutputStride(backbone: NetworkSettings.Backbone, stride: Int) throws {
    for stage in 1...4 {
      let settings = network(backbone) {
        $0.width = 0.0625
        $0.embeddingSize = 8
        $0.embedding = .flattened
        $0.targetChannels = 8
        $0.targetStage = stage
        $0.outputStride = stride
      }
      let net = try build(settings)
      let side = 32 / min(stride, 1 << stage)
      #expect(net.targetSide == side)
      #expect(try net(noise()).target?.shape == [2, 8, side, side])
    }
    let plain = network(backbone) {
      $0.width = 0.0625
      $0.embeddingSize = 8
      $0.outputStride = stride
    }
    #expect(try build(plain)(noise()).embedding.shape == [2, 8])
  }

  @Test func scalesWidthsToMultiplesOfEight() throws {
    #expect(scaled(64, by: 1) == 64 && scaled(64, by: 0.25) == 16 && scaled(64, by: 0.05) == 8)
    #expect(scaled(128, by: 0.3) == 40 && scaled(256, by: 2) == 512)
  }

  @Test func keepsTheEmbeddingsScaleFixedAsArcFaceTorchDoes() throws {
    let net = try build(tiny())
    let scale = try #require(net.parameters().first { $0.name == "backbone.features.weight" }).tensor
    #expect(!scale.requiresGradient)
    #expect(try scale.floats().allSatisfy { $0 == 1 })
  }
}

/// A thin network with PyTorch's weights, and what PyTorch computed with them.
private struct ThinNetwork {
  let file: Safetensors
  let network: FaceNetwork

  init(_ backbone: NetworkSettings.Backbone) throws {
    file = try Safetensors(contentsOf: Fixtures.path(backbone.rawValue + ".safetensors"))
    var settings = NetworkSettings()
    settings.backbone = backbone
    settings.width = backbone == .iresnet10 ? 0.25 : 0.125
    settings.embeddingSize = 32
    network = try build(settings)
    var state: [String: Tensor] = [:]
    for name in file.names where name.hasPrefix("state.") {
      state["backbone." + name.dropFirst("state.".count)] = try tensor(name)
    }
    try network.load(state)
  }

  func tensor(_ name: String) throws -> Tensor { try #require(try file.tensor(name), "the fixture has no \(name)") }
}
