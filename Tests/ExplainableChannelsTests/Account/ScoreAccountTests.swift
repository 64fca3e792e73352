import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Testing
import Torch

/// A network to be accounted for, and whether it is affine behind its target layer.
struct AccountedNetwork: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let settings: NetworkSettings
  let isAffine: Bool

  static func make(_ name: String, isAffine: Bool, _ change: (inout NetworkSettings) -> Void) -> AccountedNetwork {
    var settings = NetworkSettings()
    settings.width = 0.125
    settings.embeddingSize = 40
    settings.outputStride = 8
    settings.targetChannels = 24
    change(&settings)
    return AccountedNetwork(testDescription: name, settings: settings, isAffine: isAffine)
  }

  static let backbones: [NetworkSettings.Backbone] = [.iresnet10, .iresnet18, .iresnet50, .mobilefacenet]

  private static let otherBackbones: [AccountedNetwork] = NetworkSettings.Backbone.allCases
    .filter { !backbones.contains($0) }
    .map { backbone in
      make("\(backbone), pooled", isAffine: true) {
        $0.backbone = backbone
        $0.embedding = .pooled
        $0.targetStage = 3
      }
    }

  /// Backbones of each kind with every way to the embedding, and the others with one.
  static let all: [AccountedNetwork] =
    otherBackbones
    + backbones.flatMap { backbone in
      [NetworkSettings.Embedding.pooled, .flattened].map { embedding in
        make("\(backbone), \(embedding)", isAffine: true) {
          $0.backbone = backbone
          $0.embedding = embedding
          $0.targetStage = 3
          $0.dropout = 0.3
        }
      } + [
        make("\(backbone), inserted before its last stages", isAffine: false) {
          $0.backbone = backbone
          $0.targetStage = 2
          $0.targetChannels = 16
        },
        make("\(backbone), in place", isAffine: false) {
          $0.backbone = backbone
          $0.targetLayer = backbone == .mobilefacenet ? "layers.4" : "layer3.0"
        },
        make("\(backbone), no target layer", isAffine: false) { $0.backbone = backbone },
      ]
    } + [
      make("merged into its stage's channels", isAffine: false) {
        $0.backbone = .iresnet10
        $0.targetStage = 2
      },
      make("masked maps", isAffine: true) {
        $0.backbone = .iresnet10
        $0.embedding = .pooled
        $0.targetStage = 3
        $0.maskTarget = true
      },
      make("blocks of channels and a small field", isAffine: true) {
        $0.backbone = .iresnet10
        $0.embedding = .pooled
        $0.targetStage = 3
        $0.receptiveField = 15
        $0.embeddingBlocks = 8
      },
      make("fewer channels than embedding numbers and the other way round", isAffine: true) {
        $0.backbone = .iresnet10
        $0.embedding = .pooled
        $0.targetStage = 3
        $0.targetChannels = 56
      },
    ]

  /// The network with running statistics of noise, so that no normalization is a mere copy.
  func model(seed: UInt64 = 3) throws -> FaceModel {
    var random = SeededRandom(seed: seed)
    var input = InputSettings()
    input.size = 32
    let network = try FaceNetwork(settings, inputSize: 32, using: &random)
    network.setTraining(true)
    try withoutGradient {
      for _ in 0..<6 { _ = try network(AccountedNetwork.crowd) }
      for (name, tensor) in network.parameters() where name.hasSuffix("bias") || name.hasSuffix("norm.weight") {
        try tensor.add(inPlace: Tensor.normal(tensor.shape, deviation: 0.2, using: &random))
      }
    }
    network.setTraining(false)
    let info = ModelInfo(name: "tiny", network: settings, input: input, channelLoss: "plain")
    return FaceModel(info: info, network: network, recipe: "")
  }

  /// Drawn once for all networks.
  private static let crowd = try! noise(6, seed: 100)

  static func noise(_ count: Int, seed: UInt64) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    return try .uniform([count, 3, 32, 32], -1...1, using: &random)
  }
}

@Suite struct ScoreAccountTests {
  /// The network's own cosine, the way `facet evaluate` takes it.
  private func cosine(_ model: FaceModel, _ images: Tensor, flip: Bool) throws -> Double {
    try withoutGradient {
      var embedding = try model.network(images).embedding
      if flip {
        embedding = try embedding.normalized(1) + model.network(images.flipped(3)).embedding.normalized(1)
      }
      let unit = try embedding.to(.float64).normalized(1)
      return try (unit[0] * unit[1]).sum().item()
    }
  }

  @Test(arguments: AccountedNetwork.all, [false, true])
  func linesAddUpToTheScore(network: AccountedNetwork, flip: Bool) throws {
    let model = try network.model()
    let images = try AccountedNetwork.noise(2, seed: 7)
    let accountant = try FaceAccountant(model, steps: 16)
    let faces = try accountant.examine(images, flip: flip)
    let account = try accountant.account(faces[0], faces[1])
    #expect(abs(account.score - (try cosine(model, images, flip: flip))) < 1e-5)
    #expect(accountant.isExact == network.isAffine && account.isExact == network.isAffine)
    let channels = account.channels
    #expect(channels.count == faces[0].channels && channels.contains { abs($0) > 1e-6 })
    let sum = channels.reduce(0, +) + account.constant
    if network.isAffine { #expect(abs(sum - account.score) < 1e-5, "\(sum) for \(account.score)") }
    #expect(abs(sum + account.remainder - account.score) < 1e-12)
    // Places of both photos and the constant say the same.
    let places = (account.first.places() + account.second.places()).reduce(0, +)
    #expect(abs(places - channels.reduce(0, +)) < 1e-9)
    #expect(account.first.views.count == (flip ? 2 : 1))
  }

  /// A straight path through piecewise linear layers: more steps leave less over.
  @Test func stepsShrinkTheRemainder() throws {
    let network = AccountedNetwork.all.first { $0.testDescription.hasPrefix("iresnet18, inserted") }!
    let model = try network.model()
    let images = try AccountedNetwork.noise(2, seed: 8)
    let remainders = try [1, 64].map { steps in
      let accountant = try FaceAccountant(model, steps: steps)
      let faces = try accountant.examine(images)
      return abs(try accountant.account(faces[0], faces[1]).remainder)
    }
    #expect(remainders[1] < 2e-3 && remainders[1] < remainders[0], "\(remainders)")
  }

  /// IResNet's own tail is affine in its last map.
  @Test func theLastMapOfIResNetLeavesNothingOver() throws {
    let network = AccountedNetwork.all.first { $0.testDescription == "iresnet18, no target layer" }!
    let accountant = try FaceAccountant(network.model(), steps: 1)
    let faces = try accountant.examine(AccountedNetwork.noise(2, seed: 9))
    #expect(abs(try accountant.account(faces[0], faces[1]).remainder) < 1e-5)
  }

  @Test(arguments: [false, true]) func pairsOfChannelsAddUpToChannelsAndScore(flip: Bool) throws {
    for network in AccountedNetwork.all where network.isAffine && network.settings.backbone == .iresnet10 {
      let accountant = try FaceAccountant(network.model())
      let faces = try accountant.examine(AccountedNetwork.noise(2, seed: 10), flip: flip)
      let account = try accountant.account(faces[0], faces[1])
      let pairs = try #require(try accountant.channelPairs(faces[0], faces[1]))
      let count = faces[0].channels
      #expect(pairs.count == count + 1)
      #expect(abs(pairs.joined().reduce(0, +) - account.score) < 1e-5)
      for channel in 0..<count {
        let half = pairs[channel].reduce(0, +) / 2 + pairs.reduce(0) { $0 + $1[channel] } / 2
        #expect(abs(half - account.channels[channel]) < 1e-5)
      }
    }
  }

  /// Like with like: the block of a part's channels in both photos.
  @Test func samePartsAreTheirBlocksOfChannelPairs() throws {
    for network in AccountedNetwork.all where network.isAffine && network.settings.backbone == .iresnet10 {
      let accountant = try FaceAccountant(network.model())
      let faces = try accountant.examine(AccountedNetwork.noise(2, seed: 14))
      let pairs = try #require(try accountant.channelPairs(faces[0], faces[1]))
      let match = try accountant.match(faces[0], faces[1])
      #expect(match.parts.count > 1)
      for part in match.parts {
        let block = part.channels.reduce(0.0) { sum, row in part.channels.reduce(sum) { $0 + pairs[row][$1] } }
        #expect(abs(try #require(part.samePart) - block) < 1e-9, "\(part.name)")
      }
      // With itself and its mirror image each part is the square of a length.
      let twice = try accountant.examine(AccountedNetwork.noise(1, seed: 14), flip: true)
      for part in try accountant.match(twice[0], twice[0]).parts { #expect(try #require(part.samePart) >= 0) }
    }
  }

  @Test func networksThatAreNotAffineHaveNoSameParts() throws {
    let network = try #require(AccountedNetwork.all.first { !$0.isAffine })
    let accountant = try FaceAccountant(network.model(), steps: 2)
    let faces = try accountant.examine(AccountedNetwork.noise(2, seed: 15))
    #expect(try accountant.match(faces[0], faces[1]).parts.allSatisfy { $0.samePart == nil })
  }

  @Test func nothingCrossesBlocks() throws {
    let network = AccountedNetwork.all.first { $0.settings.embeddingBlocks > 1 }!
    let accountant = try FaceAccountant(network.model())
    let faces = try accountant.examine(AccountedNetwork.noise(2, seed: 13))
    let pairs = try #require(try accountant.channelPairs(faces[0], faces[1]))
    let width = faces[0].channels / network.settings.embeddingBlocks
    for (row, column) in (0..<faces[0].channels).flatMap({ row in (0..<faces[0].channels).map { (row, $0) } }) {
      if row / width != column / width { #expect(pairs[row][column] == 0) }
    }
    #expect(pairs[0].contains { abs($0) > 1e-6 })
  }

  @Test func theOrderOfThePhotosDoesNotMatter() throws {
    let accountant = try FaceAccountant(AccountedNetwork.all[0].model())
    let faces = try accountant.examine(AccountedNetwork.noise(2, seed: 11), flip: true)
    let (ab, ba) = (try accountant.account(faces[0], faces[1]), try accountant.account(faces[1], faces[0]))
    #expect(ab.score == ba.score)
    #expect(zip(ab.channels, ba.channels).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(ab.first.places() == ba.second.places())
  }

  /// What lies in the left half of a photo lies in the left half of its places, whichever view saw it.
  @Test func mirroredMapsArePutBack() throws {
    let accountant = try FaceAccountant(AccountedNetwork.all[0].model())
    let image = try AccountedNetwork.noise(1, seed: 12)
    let pair = try Tensor.concatenated([image, image.flipped(3)], 0)
    let faces = try accountant.examine(pair, flip: true)
    let account = try accountant.account(faces[0], faces[1])
    #expect(abs(account.score - 1) < 1e-6, "a face and its mirror image are the same with flips")
    let (first, second) = (account.first.places(), account.second.places())
    let (height, width) = (account.first.height, account.first.width)
    for place in 0..<(height * width) {
      let mirrored = place / width * width + width - 1 - place % width
      #expect(abs(first[place] - second[mirrored]) < 1e-6)
    }
  }
}

@Suite struct AffineEmbeddingTests {
  /// The average face of a network that has only ever seen one batch is that batch's mean.
  @Test func theAverageFaceIsReadFromTheWeights() throws {
    for channels in [24, 40] {
      let network = AccountedNetwork.make("", isAffine: true) {
        $0.backbone = .iresnet10
        $0.embedding = .pooled
        $0.targetStage = 3
        $0.targetChannels = channels
      }
      var random = SeededRandom(seed: 1)
      let net = try FaceNetwork(network.settings, inputSize: 32, using: &random)
      let images = try AccountedNetwork.noise(16, seed: 4)
      var means: [Double] = []
      // Running means take a tenth of each batch's: after 200 passes less than 1e-9 of the start is left.
      net.setTraining(true)
      try withoutGradient {
        for _ in 0..<200 {
          means = try #require(try net(images).target).to(.float64).mean(2, 3).mean(0).doubles()
        }
      }
      net.setTraining(false)
      let affine = try #require(try net.embeddingHead?.affine())
      #expect(affine.inputs == channels && affine.dimension == 40 && affine.isPooled)
      for (found, wanted) in zip(affine.mean, means) { #expect(abs(found - wanted) < 1e-3 * max(1, abs(wanted))) }
      let bias = try #require(net.parameters().first { $0.name == "embedding.norm.bias" }).tensor.doubles()
      #expect(zip(affine.constant, bias).allSatisfy { abs($0 - $1) < 1e-4 }, "it embeds to the shift alone")
    }
  }

  /// With more channels than numbers many average faces fit the weights: the one nearest to the measured one is taken, which is
  /// that itself where it fits.
  @Test func ofManyAverageFacesTheMeasuredOneIsTaken() throws {
    var settings = NetworkSettings()
    settings.backbone = .iresnet10
    settings.width = 0.25
    settings.embedding = .pooled
    settings.embeddingSize = 8
    settings.targetStage = 3
    settings.targetChannels = 24
    var random = SeededRandom(seed: 3)
    let net = try FaceNetwork(settings, inputSize: 32, using: &random)
    let head = try #require(net.embeddingHead)
    let measured = (0..<24).map { 0.1 + 0.02 * Double($0) }
    let weight = try #require(net.parameters().first { $0.name == "embedding.linear.weight" }).tensor
    let state = Dictionary(uniqueKeysWithValues: net.state().map { ($0.name, $0.tensor) })
    try withoutGradient {
      let carried = try weight.to(.float64).matmul(Tensor(measured, [24, 1])).squeezed(1).to(.float32)
      try #require(state["embedding.norm.running_mean"]).copy(from: carried)
    }
    let found = try head.affine(near: measured)
    #expect(zip(found.mean, measured).allSatisfy { abs($0 - $1) < 1e-5 })
    let shortest = try head.affine()
    #expect(zip(shortest.mean, measured).contains { abs($0 - $1) > 0.05 })
    // One that does not fit is moved no more than it takes; all embed the same faces alike.
    let off = try head.affine(near: measured.map { $0 + 0.3 })
    let x = (0..<24).map { Double($0 % 5) }
    for other in [shortest, off] {
      #expect(zip(try other.embedding(x), try found.embedding(x)).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(zip(other.constant, found.constant).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    func length(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } }
    let wished = measured.map { $0 + 0.3 }
    #expect(length(off.mean, wished) < length(found.mean, wished))
    #expect(length(off.mean, wished) < length(shortest.mean, wished))
    // Averages of another number of channels are no use.
    #expect(try head.affine(near: [1]).mean == shortest.mean)
  }

  @Test(arguments: [AffineEmbedding.Reference.averageFace, .zero])
  func itIsTheHead(reference: AffineEmbedding.Reference) throws {
    for network in AccountedNetwork.all where network.isAffine {
      let net = try network.model().network
      let affine = try #require(try net.embeddingHead?.affine(reference: reference))
      let output = try withoutGradient { try net(AccountedNetwork.noise(1, seed: 5)) }
      let target = try #require(output.target).to(.float64)
      let x = try affine.isPooled ? target.mean(2, 3).doubles() : target.doubles()
      let wanted = try output.embedding.doubles()
      #expect(zip(try affine.embedding(x), wanted).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) })
      // Slopes are its derivative: M^T w.
      let direction = wanted.map { $0 / 7 }
      let moved = zip(x, affine.mean).map { 3 * $0 - 2 * $1 }
      let gained = zip(try affine.embedding(moved), affine.constant).map { $0 - $1 }
      let sum = zip(try affine.slopes(along: direction), zip(x, affine.mean)).reduce(0) {
        $0 + $1.0 * ($1.1.0 - $1.1.1) * 3
      }
      let product = zip(gained, direction).reduce(0) { $0 + $1.0 * $1.1 }
      #expect(abs(product - sum) < 1e-6 * max(1, abs(sum)))
      if reference == .zero { #expect(affine.mean.allSatisfy { $0 == 0 }) }
    }
  }
}
