import Testing
import Torch

@testable import FaceNetworks

@Suite struct FaceNetworkTests {
  @Test(arguments: 1...4, NetworkSettings.Embedding.allCases)
  func insertsATargetLayer(stage: Int, embedding: NetworkSettings.Embedding) throws {
    let channels = 8 << (stage - 1)
    let net = try build(
      tiny {
        $0.targetStage = stage
        $0.embedding = embedding
        $0.targetChannels = embedding == .backbone ? channels : 24
      })
    net.setTraining(false)
    let output = try net(noise())
    let side = 32 >> stage
    let target = try #require(output.target)
    #expect(net.targetSide == side && net.featureChannels == channels && net.targetChannels == target.size(1))
    #expect(target.shape == [2, net.targetChannels, side, side])
    #expect(try target.min().item() >= 0 && target.max().item() > 0, "after ReLU")
    #expect(output.features?.shape == [2, channels, side, side])
    #expect(output.embedding.shape == [2, 16])
    try expectClose(net.features(noise()), #require(output.features))
    try expectClose(net.embedding(features: #require(output.features)), output.embedding)
    #expect((net.embeddingHead != nil) == (embedding != .backbone))
    #expect(try output.embedding.isFinite().to(.float32).min().item() == 1)
    if let head = net.embeddingHead { try expectClose(head(target), output.embedding) }
    // Every parameter takes part. Gradients of the first convolution cross the target layer.
    net.setTraining(true)
    try net(noise(4)).embedding.square().sum().backward()
    for (name, parameter) in net.parameters() where parameter.requiresGradient {
      #expect(try parameter.gradient != nil, "\(name)")
    }
  }

  @Test(arguments: [NetworkSettings.Embedding.pooled, .flattened])
  func readsTheTargetLinearly(embedding: NetworkSettings.Embedding) throws {
    let net = try build(
      tiny {
        $0.targetStage = 2
        $0.embedding = embedding
      })
    net.setTraining(false)
    let head = try #require(net.embeddingHead)
    #expect(head.isPooled == (embedding == .pooled))
    let (a, b) = (try #require(try net(noise(seed: 3)).target), try #require(try net(noise(seed: 4)).target))
    // Affine: the shift of the normalization is counted once.
    try expectClose(head(a + b) + head(a * 0), head(a) + head(b))
    let inputs = embedding == .pooled ? 24 : 24 * 64
    #expect(net.parameters().contains { $0.name == "embedding.linear.weight" && $0.tensor.shape == [16, inputs] })
    // Stages that nobody reads are not built.
    #expect(!net.state().contains { $0.name.hasPrefix("backbone.layer3") || $0.name.hasPrefix("backbone.fc") })
  }

  @Test func explainsALayerInPlace() throws {
    let plain = try build(tiny())
    let net = try build(tiny { $0.targetLayer = "layer2.0" })
    #expect(net.state().map(\.name) == plain.state().map(\.name), "nothing is added")
    net.setTraining(false)
    plain.setTraining(false)
    let output = try net(noise())
    try expectClose(output.embedding, plain(noise()).embedding)
    #expect(net.targetSide == 8 && net.targetChannels == 16 && net.featureChannels == 8)
    #expect(output.target?.shape == [2, 16, 8, 8] && output.features?.shape == [2, 8, 16, 16])
    #expect(try #require(output.target).min().item() == 0)
    try expectClose(net.features(noise()), #require(output.features))
    try expectClose(net.embedding(features: #require(output.features)), output.embedding)
  }

  @Test func explainsTheStem() throws {
    let net = try build(tiny { $0.targetLayer = "prelu" })
    #expect(net.targetSide == 32 && net.featureChannels == 3)
    net.setTraining(false)
    try expectClose(net.features(noise()), noise())
    #expect(try net(noise()).features?.shape == [2, 3, 32, 32])
  }

  @Test func explainsALayerOfMobileFaceNet() throws {
    let settings = network(.mobilefacenet) {
      $0.width = 0.0625
      $0.embeddingSize = 16
      $0.targetLayer = "layers.5"
    }
    let net = try build(settings)
    #expect(net.targetSide == 4 && net.targetChannels == 16)
    #expect(try net(noise()).target?.shape == [2, 16, 4, 4])
    #expect(net.module(named: "backbone.layers.5") != nil)
  }

  @Test func hasNoTargetWithoutOne() throws {
    let net = try build(tiny())
    #expect(net.targetSide == 0 && net.targetChannels == 0 && net.featureChannels == 0)
    #expect(failure { try net.features(noise()) }.contains("no target layer"))
    #expect(failure { try net.embedding(features: noise()) }.contains("no target layer"))
  }

  @Test func holdsStatisticsStillWhenTold() throws {
    let net = try build(
      tiny {
        $0.targetStage = 3
        $0.embedding = .pooled
      })
    func statistics() throws -> [[Float]] { try net.buffers().map { try $0.tensor.floats() } }
    let before = try statistics()
    _ = try net.withoutTracking { try net(noise(4)) }
    #expect(try statistics() == before)
    _ = try net(noise(4))
    for ((name, _), (old, new)) in zip(net.buffers(), zip(before, try statistics())) { #expect(old != new, "\(name)") }
  }

  @Test func startsTheSameFromOneSeed() throws {
    let (a, b, c) = (try build(tiny()), try build(tiny()), try build(tiny(), seed: 5))
    func weights(_ net: FaceNetwork) throws -> [[Float]] { try net.parameters().map { try $0.tensor.floats() } }
    #expect(try weights(a) == weights(b))
    #expect(try weights(a) != weights(c))
  }

  @Test func dropsOutOnlyWhileTraining() throws {
    let net = try build(tiny { $0.dropout = 0.5 })
    net.setTraining(false)
    #expect(try net(noise()).embedding.floats() == net(noise()).embedding.floats())
    net.setTraining(true)
    #expect(try net(noise()).embedding.floats() != net(noise()).embedding.floats())
  }
}

@Suite struct NetworkSettingsTests {
  /// A setting, and a word of the refusal that helps.
  static let refusals: [(String, @Sendable (inout NetworkSettings) -> Void)] = [
    ("network.width", { $0.width = 0 }), ("network.width", { $0.width = .nan }), ("network.width", { $0.width = 9 }),
    ("network.outputStride", { $0.outputStride = 3 }), ("network.outputStride", { $0.outputStride = 32 }),
    ("network.embeddingSize", { $0.embeddingSize = 0 }), ("network.dropout", { $0.dropout = 1 }),
    ("network.dropout", { $0.dropout = .nan }), ("network.targetStage", { $0.targetStage = 5 }),
    ("network.targetStage", { $0.targetStage = -1 }), ("network.targetChannels", { $0.targetChannels = 0 }),
    ("set network.targetStage", { $0.embedding = .pooled }),
    (
      "exclude each other",
      {
        $0.targetStage = 2
        $0.targetLayer = "layer2.0"
      }
    ),
    ("its layers: prelu, layer1.0", { $0.targetLayer = "layer9" }),
  ]

  @Test(arguments: 0..<refusals.count)
  func refusesWithAHelpfulText(place: Int) {
    let (text, change) = NetworkSettingsTests.refusals[place]
    let message = failure { try build(tiny(change)) }
    #expect(message.contains(text), "\(message)")
  }

  @Test(arguments: [0, -16, 40, 7])
  func refusesAnInputSize(size: Int) {
    #expect(failure { try build(tiny(), size: size) }.contains("input size \(size)"))
  }

  @Test func refusesAnEmbeddingLargerThanMemory() {
    let settings = tiny {
      $0.embedding = .flattened
      $0.targetStage = 1
      $0.targetChannels = 8192
      $0.embeddingSize = 8192
    }
    #expect(failure { try build(settings, size: 1024) }.contains("network.embeddingSize"))
    #expect(failure { try build(settings, size: 1 << 40) }.contains("input size"))
  }
}
