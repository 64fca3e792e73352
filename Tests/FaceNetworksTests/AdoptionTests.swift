import FaceNetworks
import Testing
import Torch

@Suite struct AdoptionTests {
  static let bodies: [NetworkSettings.Backbone] = [.iresnet10, .mobilefacenet]

  /// A network whose statistics are those of a training, and the same with a target layer after `stage`.
  private func pair(_ backbone: NetworkSettings.Backbone, stage: Int, channels: Int? = nil) throws
    -> (source: FaceNetwork, other: FaceNetwork)
  {
    let plain = tiny {
      $0.backbone = backbone
      $0.targetStage = 0
    }
    var settings = plain
    settings.targetStage = stage
    settings.targetChannels = channels ?? 2 * plain.channels(ofStage: stage)
    let source = try build(plain, seed: 3)
    for seed in 0..<4 { _ = try source(noise(4, seed: UInt64(seed))) }
    return (source, try build(settings, seed: 4))
  }

  @Test(arguments: bodies, [1, 2, 3, 4])
  func insertsATargetLayerWithoutChangingTheEmbedding(backbone: NetworkSettings.Backbone, stage: Int) throws {
    let (source, other) = try pair(backbone, stage: stage)
    #expect(try other.adopt(source) == .insertedTarget)
    for settled in [false, true] {
      if settled { try other.settleTarget(on: [noise(4, seed: 8), noise(3, seed: 9)]) }
      for net in [source, other] { net.setTraining(false) }
      let output = try other(noise())
      try expectClose(output.embedding, source(noise()).embedding, "settled: \(settled)")
      // All that goes on goes through the target: without it the embedding is another.
      let target = try #require(output.target)
      #expect(try target.min().item() >= 0 && target.max().item() > 0)
    }
  }

  @Test(arguments: bodies)
  func aSettledTargetChangesLittleInTraining(backbone: NetworkSettings.Backbone) throws {
    let (source, other) = try pair(backbone, stage: 3)
    try other.adopt(source)
    let photos = try noise(8, seed: 20)
    try other.settleTarget(on: [photos])
    for net in [source, other] { net.setTraining(true) }
    try expectClose(other(photos).embedding, source(photos).embedding, tolerance: 1e-4)
  }

  @Test func channelsBeyondTheNeededAreNotListenedTo() throws {
    let (source, other) = try pair(.iresnet10, stage: 2, channels: 40)
    #expect(try other.adopt(source) == .insertedTarget)
    for net in [source, other] { net.setTraining(false) }
    let output = try other(noise())
    try expectClose(output.embedding, source(noise()).embedding)
    #expect(try #require(output.target).sliced(1, 32..<40).max().item() > 0)
  }

  @Test func theTargetLearns() throws {
    let (source, other) = try pair(.iresnet10, stage: 3)
    try other.adopt(source)
    other.setTraining(true)
    try other(noise(4)).embedding.square().sum().backward()
    for name in ["target.conv.weight", "target.merge.weight", "target.bn.weight"] {
      let parameter = try #require(other.parameters().first { $0.name == name }).tensor
      #expect(try #require(try parameter.gradient).abs().max().item() > 0, "\(name)")
    }
  }

  @Test func takesAWholeNetworkAndKnowsANewEmbedding() throws {
    let (source, other) = try pair(.iresnet10, stage: 3)
    try other.adopt(source)
    let copy = try build(other.settings, seed: 77)
    #expect(try copy.adopt(other) == .whole)
    for net in [other, copy] { net.setTraining(false) }
    #expect(try copy(noise()).embedding.floats() == other(noise()).embedding.floats())
    let pooled = try build(
      tiny {
        $0.targetStage = 3
        $0.embedding = .pooled
      })
    #expect(try pooled.adopt(source) == .newEmbedding)
  }

  @Test func refusesWhatDoesNotFit() throws {
    let (source, few) = try pair(.iresnet10, stage: 3, channels: 20)
    #expect(failure { try few.adopt(source) }.contains("network.targetChannels 20 must be at least 64"))
    let other = try build(tiny { $0.backbone = .mobilefacenet })
    #expect(failure { try other.adopt(source) }.contains("missing"))
    let wide = try build(tiny { $0.width = 0.25 })
    #expect(failure { try wide.adopt(source) }.contains("has shape"))
  }
}
