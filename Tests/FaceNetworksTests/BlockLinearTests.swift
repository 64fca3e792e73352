import FaceDatasets
import Testing
import Torch

@testable import FaceNetworks

@Suite struct BlockLinearTests {
  @Test(arguments: [1, 2, 6]) func isItsDenseWeight(blocks: Int) throws {
    var random = SeededRandom(seed: 4)
    let layer = try BlockLinear(12, 18, blocks: blocks, using: &random)
    let x = try Tensor.uniform([5, 12], -1...1, using: &random)
    let dense = try layer.denseWeight()
    #expect(dense.shape == [18, 12])
    try expectClose(layer(x), x.linear(dense, bias: nil))
    let zeros = try dense.doubles().count { $0 == 0 }
    #expect(zeros == 18 * 12 - 18 * 12 / blocks)
  }

  @Test func aRunOfNumbersHearsItsOwnChannelsOnly() throws {
    let settings = tiny {
      $0.embedding = .flattened
      $0.targetStage = 3
      $0.embeddingBlocks = 4
    }
    let network = try build(settings)
    network.setTraining(false)
    let head = try #require(network.embeddingHead)
    let target = try Tensor.ones([1, 24, network.targetSide, network.targetSide])
    var changed = try target.doubles()
    // Channels 6 to 11 are the second run.
    let area = network.targetSide * network.targetSide
    for place in (6 * area)..<(12 * area) { changed[place] = 3 }
    let other = try Tensor(changed, target.shape).to(.float32)
    let (a, b) = (try head(target).doubles(), try head(other).doubles())
    for number in 0..<16 { #expect((a[number] != b[number]) == (4..<8).contains(number)) }
  }

  @Test func whatCannotBeCutIsRefused() {
    func refused(_ change: (inout NetworkSettings) -> Void) -> String { failure { try build(tiny(change)) } }
    #expect(refused { $0.embeddingBlocks = 3 }.contains("network.embeddingSize 16"))
    #expect(refused { $0.embeddingBlocks = 2 }.contains("network.embedding"))
    let channels = refused {
      $0.embedding = .pooled
      $0.targetStage = 3
      $0.embeddingBlocks = 16
    }
    #expect(channels.contains("network.targetChannels 24"))
  }
}
