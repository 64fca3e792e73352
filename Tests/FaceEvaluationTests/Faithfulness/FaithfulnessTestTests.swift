import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation
import Testing
import Torch

@testable import FaceEvaluation

@Suite struct FaithfulnessTestTests {
  private func set() -> VerificationSet {
    let pairs = (0..<24).map { place in
      let same = place % 2 == 0
      return FacePair(
        first: place % 5 * 5, second: same ? place % 5 * 5 + 1 + place / 12 : (place + 1) % 5 * 5 + 3,
        same: same, fold: 0)
    }
    return VerificationSet(name: "pictures", dataset: Pictures.faces, pairs: pairs)
  }

  private func settings(_ explainers: [ExplainerKind]) -> FaithfulnessSettings {
    var settings = FaithfulnessSettings()
    settings.explainers = explainers
    (settings.pairs, settings.triplets, settings.steps) = (8, 8, 3)
    (settings.sanityPairs, settings.sanityTriplets, settings.timedPairs) = (2, 2, 1)
    return settings
  }

  @Test func everyExplainerIsMeasuredOnTheSamePairs() throws {
    let kinds: [ExplainerKind] = [.gradcam, .signedGradcam, .gradient, .random]
    let test = FaithfulnessTest(try tinyScan(), settings(kinds))
    let report = try test.run(name: "tiny", sets: [set()], playsGame: true)
    #expect(report.explainers.map(\.kind) == kinds)
    #expect(report.protocols[0].pairs == 8 && report.triplets?.count == 8)
    for result in report.explainers {
      let removal = result.removal[0]
      #expect(removal.deletion.count == 4 && removal.deletionArea.count == 8)
      // Whole and empty photos are the same whatever the explanation.
      #expect(abs(removal.deletion[0] - report.protocols[0].accuracy) < 1e-9)
      #expect(removal.deletion[0] == removal.insertion[3] && removal.deletion[3] == removal.insertion[0])
      #expect(result.game[0].all.count == 8 && result.game[0].byPart.count == 8)
      #expect(result.sanity.map(\.redrawn) == [.all, .last] && result.sanity[0].game[0].all.count == 2)
      #expect(result.seconds!.mean > 0 && result.seconds!.count == 1)
    }
    // A map that does not look at the network does not change with it.
    #expect(report.explainers[3].sanity[0].rankCorrelation.mean == 1)
    #expect(abs(report.explainers[2].sanity[0].rankCorrelation.mean) < 0.5)
    let text = try JSONEncoder().encode(report)
    #expect(
      try JSONDecoder().decode(FaithfulnessReport.self, from: text).explainers[1].game == report.explainers[1].game)
  }

  /// Pixels are taken from photos that have no mirror image beside them, whatever the convention says of whole ones.
  @Test func thresholdsAreOfPhotosAlone() throws {
    func summary(_ convention: VerificationSet.Convention) throws -> RemovalProtocol {
      var pictures = set()
      pictures.convention = convention
      return try PairSource(pictures, tinyScan(), settings([.random])).summary
    }
    let (standard, insightFace) = (try summary(.standard), try summary(.insightFace))
    #expect(insightFace == standard)
    #expect(try standard.threshold == tinyScan().verify(set()).metrics.eerThreshold)
  }

  /// Where one kind is scarce there are no more of the other.
  @Test func halfOfThePairsAreOfOnePerson() throws {
    var scarce = set()
    scarce.pairs.removeAll { $0.same && $0.first > 0 }
    let same = scarce.pairs.count(where: \.same)
    #expect(same > 0 && same < 4 && scarce.pairs.count == same + 12)
    let source = try PairSource(scarce, tinyScan(), settings([.random]))
    #expect(source.pairs.count == 2 * same && source.pairs.count(where: \.same) == same)
    #expect(source.pairs[0].same != source.pairs[1].same)
  }

  @Test func aSeedGivesTheSameNumbers() throws {
    func run(_ seed: UInt64) throws -> ExplainerResult {
      var settings = settings([.signedGradcam])
      settings.seed = seed
      return try FaithfulnessTest(tinyScan(), settings).run(name: "tiny", sets: [set()], playsGame: true).explainers[0]
    }
    let (first, again, other) = (try run(1), try run(1), try run(2))
    #expect(first.removal == again.removal && first.game == again.game && first.sanity == again.sanity)
    #expect(first.sanity != other.sanity)
  }

  @Test func redrawnWeightsAreNewAndSeeded() throws {
    let model = try tinyScan().model
    let photos = try Tensor.uniformPhotos(8, side: 32)
    let before = Dictionary(uniqueKeysWithValues: try model.network.state().map { ($0.name, try $0.tensor.floats()) })
    for kind in RedrawnWeights.allCases {
      let redrawn = try kind.of(model, seed: 3, photos: photos)
      let same = try redrawn.network.state().filter { try $0.tensor.floats() == before[$0.name] }.map(\.name)
      #expect(same.contains("backbone.conv1.weight") == (kind == .last))
      #expect(same.contains("backbone.bn1.running_mean") == (kind == .last))
      #expect(!same.contains("target.conv.weight") && !same.contains("embedding.linear.weight"))
      let (a, b) = (
        try redrawn.network(photos).embedding, try kind.of(model, seed: 3, photos: photos).network(photos).embedding
      )
      #expect(try (a - b).abs().max().item() == 0)
      // Activations have the size that batch normalization gives.
      #expect(try a.variance().item() > 0.01)
    }
    // The model itself is as it was.
    #expect(try model.network.state().allSatisfy { try $0.tensor.floats() == before[$0.name] })
  }

  /// Behind a target layer that is drawn anew normalizations see other numbers, whether or not their weights are kept.
  @Test func whatFollowsARedrawnLayerIsMeasuredAnew() throws {
    var info = try tinyScan().model.info
    info.network.embedding = .backbone
    var random = SeededRandom(seed: 8)
    let network = try FaceNetwork(info.network, inputSize: info.input.size, using: &random)
    let model = FaceModel(info: info, network: network, recipe: "")
    let before = Dictionary(uniqueKeysWithValues: try network.state().map { ($0.name, try $0.tensor.floats()) })
    let redrawn = try RedrawnWeights.last.of(model, seed: 3, photos: .uniformPhotos(8, side: 32))
    let same = try redrawn.network.state().filter { try $0.tensor.floats() == before[$0.name] }.map(\.name)
    let after = network.layersAfterInsertedTarget
    #expect(after.first == "backbone.layer\(info.network.targetStage + 1).0")
    for name in before.keys where name.hasPrefix("backbone.layer") && name.hasSuffix("running_mean") {
      #expect(same.contains(name) != after.contains { name.hasPrefix($0 + ".") }, "\(name)")
    }
    for layer in after {
      #expect(same.contains("\(layer).conv1.weight"))
      #expect(same.allSatisfy { $0 != "\(layer).bn1.running_mean" })
    }
  }

  @Test func sharesAndCorrelationsAreTheTextbooks() {
    let share = Share(hits: 50, of: 100)
    #expect(abs(share.interval!.lowerBound - 0.4038) < 1e-4 && abs(share.interval!.upperBound - 0.5962) < 1e-4)
    #expect(Share(hits: 0, of: 10).interval!.lowerBound == 0 && Share(hits: 0, of: 0).interval == nil)
    #expect(abs(rankCorrelation([1, 2, 3, 4], [40, 30, 20, 10]) + 1) < 1e-12)
    // scipy.stats.spearmanr([1, 2, 2, 4], [1, 3, 2, 4])
    #expect(abs(rankCorrelation([1, 2, 2, 4], [1, 3, 2, 4]) - 0.9486832980505138) < 1e-12)
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == 0)
    let mean = MeanEstimate([1, 2, 3])
    #expect(mean.mean == 2 && abs(mean.margin! - 4.3027 / 3.0.squareRoot()) < 1e-12)
  }

  /// scipy.stats.t.ppf(0.975, n).
  @Test(arguments: [(1, 12.7062), (2, 4.3027), (3, 3.1824), (4, 2.7764), (10, 2.2281), (38, 2.0244), (1000, 1.9623)])
  func fewValuesHaveWideIntervals(freedom: Double, quantile: Double) {
    #expect(abs(MeanEstimate.quantile(freedom: freedom) / quantile - 1) < 0.002)
  }

  /// Two degrees of freedom of three values, however they round, and beside a kind that does not vary.
  @Test(arguments: [[0.8, 0.7, 0.75], [0.1, 0.3, 0.2], [0.61, 0.57, 0.42]]) func roundingIsNoDegreeOfFreedom(
    values: [Double]
  ) {
    let mean = values.reduce(0, +) / 3
    let error = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6).squareRoot()
    #expect(abs(MeanEstimate(values).margin! / error - 4.3027) < 1e-6)
    let still = MeanEstimate(values + [1, 1, 1], kinds: [true, true, true, false, false, false])
    #expect(abs(still.margin! / error - 4.3027 / 2) < 1e-6)
  }

  @Test func theDistanceBetweenKindsIsNoUncertainty() {
    let kinds = [true, true, true, false, false, false]
    let apart = MeanEstimate([1, 2, 3, 11, 12, 13], kinds: kinds)
    // Each kind's standard error is 1 / sqrt(3), and counts half.
    #expect(apart.mean == 7 && abs(apart.margin! - 2.7764 / 6.0.squareRoot()) < 1e-3)
    #expect(apart.margin! < MeanEstimate([1, 2, 3, 11, 12, 13]).margin! / 4)
    #expect(MeanEstimate([1, 2, 3], kinds: [true, true, true]).margin == MeanEstimate([1, 2, 3]).margin)
    #expect(MeanEstimate([1, 2, 3], kinds: [true, true, false]).margin == nil)
    #expect(MeanEstimate([], kinds: []).margin == nil)
  }

  @Test func aNetworkWithoutATargetLayerIsRefused() throws {
    let test = FaithfulnessTest(try tinyScan(target: false), settings([.gradcam]))
    #expect(throws: SaliencyError.noTargetLayer(explainer: "Grad-CAM")) {
      _ = try test.run(name: "tiny", sets: [set()], playsGame: false)
    }
  }
}

extension Tensor {
  fileprivate static func uniformPhotos(_ count: Int, side: Int) throws -> Tensor {
    var random = SeededRandom(seed: 8)
    return try .uniform([count, 3, side, side], -1...1, using: &random)
  }
}
