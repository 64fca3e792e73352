import Foundation
import Testing
import Torch

@testable import FaceNetworks

@Suite struct ReceptiveFieldTests {
  /// A network that reads its embedding from the target layer after `stage`.
  private func local(
    _ backbone: NetworkSettings.Backbone, stage: Int, field: Int, stride: Int = 4
  ) -> NetworkSettings {
    tiny {
      $0.backbone = backbone
      $0.embedding = .pooled
      $0.targetStage = stage
      $0.outputStride = stride
      $0.receptiveField = field
    }
  }

  /// Sides of the square of input pixels that the gradient of a cell in the map's middle reaches.
  private func seen(_ network: FaceNetwork, size: Int) throws -> (width: Int, height: Int) {
    network.setTraining(false)
    let images = try noise(1, size: size).requireGradient()
    let middle = network.targetSide / 2
    // A smooth path: where ReLU is silent nothing is seen.
    let features = try network.features(images)
    let target = try #require(network.inserted).convolved(features)
    let cell = try target.selected(3, middle).selected(2, middle).square().sum()
    let gradient = try #require(try cell.gradients(of: [images])[0])
    let strength = try gradient.abs().sum(1).squeezed(0)
    func extent(_ dimension: Int) throws -> Int {
      let lit = try strength.sum(dimension).doubles().enumerated().filter { $1 > 0 }.map(\.offset)
      return try #require(lit.last) - #require(lit.first) + 1
    }
    return (try extent(0), try extent(1))
  }

  @Test(
    arguments: [NetworkSettings.Backbone.iresnet10, .iresnet18, .mobilefacenet],
    [(2, 7, 4), (2, 15, 2), (3, 15, 4), (3, 23, 4), (3, 31, 4), (3, 3, 4)])
  func aCellSeesWhatItSays(backbone: NetworkSettings.Backbone, _ place: (stage: Int, field: Int, stride: Int)) throws {
    let network = try build(local(backbone, stage: place.stage, field: place.field, stride: place.stride), size: 64)
    let side = try #require(network.targetField).side
    #expect(side <= place.field)
    let seen = try seen(network, size: 64)
    #expect(seen == (side, side))
  }

  @Test func withoutALimitItIsThatOfTheBackbone() throws {
    let network = try build(local(.iresnet10, stage: 3, field: 0), size: 64)
    #expect(network.targetField?.side == 39)
    #expect(try seen(network, size: 64) == (39, 39))
    let limited = try build(local(.iresnet10, stage: 3, field: 39), size: 64)
    #expect(limited.state().map(\.tensor.shape) == network.state().map(\.tensor.shape))
  }

  @Test func aCellLooksMostlyAtItsMiddle() throws {
    // Kernels over cells 1 (three times), 2 (twice) and 4 pixels apart (three times): all ways from the target to the input.
    var ways = [0: 1.0]
    for apart in [1, 1, 1, 2, 2, 4, 4, 4] {
      ways = ways.reduce(into: [:]) { sums, way in
        for step in [-apart, 0, apart] { sums[way.key + step, default: 0] += way.value / 3 }
      }
    }
    let variance = ways.reduce(0) { $0 + $1.value * Double($1.key * $1.key) }
    let field = try #require(try build(local(.iresnet10, stage: 3, field: 0), size: 64).targetField)
    #expect(abs(field.variance - variance) < 1e-9 && abs(field.deviation - 8.87) < 0.01)
    let narrow = try #require(try build(local(.iresnet10, stage: 3, field: 15), size: 64).targetField)
    #expect(narrow.deviation < field.deviation)
  }

  @Test func theLimitIsUsedUp() throws {
    // Stem 3, stage 1 to 7, stage 2 to 15, then 23, 31, 39.
    let fields = [3: 3, 4: 3, 7: 7, 14: 11, 15: 15, 22: 15, 23: 23, 38: 31, 100: 39]
    for (limit, wanted) in fields {
      let field = try build(local(.iresnet10, stage: 3, field: limit), size: 64).targetField
      #expect(field?.side == wanted, "limit \(limit)")
    }
  }

  @Test func namesStayAndWhatFollowsTheTargetLayerToo() throws {
    let settings = tiny {
      $0.targetStage = 2
      $0.receptiveField = 7
    }
    let limited = try build(settings).state()
    let whole = try build(tiny { $0.targetStage = 2 }).state()
    #expect(limited.map(\.name) == whole.map(\.name))
    let shapes = Dictionary(uniqueKeysWithValues: limited.map { ($0.name, $0.tensor.shape) })
    func kernel(_ name: String) -> [Int]? { shapes[name].map { Array($0.suffix(2)) } }
    #expect(kernel("backbone.layer1.0.conv2.weight") == [3, 3])
    #expect(kernel("backbone.layer2.0.conv1.weight") == [1, 1] && kernel("backbone.layer2.0.conv2.weight") == [1, 1])
    #expect(kernel("target.conv.weight") == [1, 1])
    #expect(kernel("backbone.layer3.0.conv1.weight") == [3, 3])
  }

  @Test func anInsertedLayerOfOneCellPassesThrough() throws {
    let plain = try build(tiny())
    var settings = tiny {
      $0.targetStage = 2
      $0.targetChannels = 32
      $0.receptiveField = 15
    }
    let local = try build(settings, seed: 5)
    #expect(local.targetWeight?.shape.suffix(2) == [1, 1])
    #expect(try local.adopt(plain) == .insertedTarget)
    for network in [plain, local] { network.setTraining(false) }
    try expectClose(local(noise()).embedding, plain(noise()).embedding, tolerance: 1e-4)
    // Stages with other kernels can take nothing from a network that sees more.
    settings.receptiveField = 3
    #expect(failure { try build(settings).adopt(plain) }.contains("layer1.0.conv1.weight"))
  }

  @Test func badLimitsAreRefused() throws {
    #expect(failure { try build(tiny { $0.receptiveField = 9 }) }.contains("network.targetStage"))
    let tooSmall = tiny {
      $0.targetStage = 2
      $0.receptiveField = 2
    }
    #expect(failure { try build(tooSmall) }.contains("network.receptiveField 2"))
  }

  @Test func filesFromBeforeTheSettingsAreRead() throws {
    var settings = local(.iresnet10, stage: 3, field: 15)
    settings.embeddingBlocks = 4
    let new = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(NetworkSettings.self, from: new) == settings)
    var object = try #require(try JSONSerialization.jsonObject(with: new) as? [String: Any])
    for key in ["receptiveField", "embeddingBlocks"] { #expect(object.removeValue(forKey: key) != nil) }
    let old = try JSONDecoder().decode(NetworkSettings.self, from: JSONSerialization.data(withJSONObject: object))
    (settings.receptiveField, settings.embeddingBlocks) = (0, 1)
    #expect(old == settings)
  }
}
