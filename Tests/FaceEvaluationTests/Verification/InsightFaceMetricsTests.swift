import FaceDatasets
import FaceEvaluation
import Foundation
import Testing
import Torch

@Suite struct InsightFaceMetricsTests {
  /// What arcface_torch's eval/verification.py gave; see scripts/fixtures/make_insightface_fixtures.py.
  private struct Wanted: Decodable {
    let same: [Int]
    let accuracies: [Double]
    let thresholds: [Double]
    let accuracy: Double
    let accuracyDeviation: Double
    let tar: Double
    let tarDeviation: Double
    let far: Double
    let norm: Double
  }

  @Test(arguments: ["even", "uneven", "easy", "hard", "tiny"])
  func equalsArcFaceTorch(name: String) throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let path = here.appendingPathComponent("../../TorchTests/Fixtures/insightface/verification.safetensors")
    let file = try Safetensors(contentsOf: path.standardizedFileURL.path)
    let text = try #require(file.metadata["settings"])
    let wanted = try #require(try JSONDecoder().decode([String: Wanted].self, from: Data(text.utf8))[name])
    let embeddings = try #require(try file.tensor("\(name).embeddings")).floats()
    let mirrored = try #require(try file.tensor("\(name).mirrored")).floats()
    let pairs = wanted.same.enumerated().map {
      FacePair(first: 2 * $0, second: 2 * $0 + 1, same: $1 == 1, fold: 0)
    }
    let found = try InsightFaceMetrics(embeddings: embeddings, mirrored: mirrored, dimension: 8, pairs: pairs)
    func expectEqual(_ a: Double, _ b: Double, _ what: String) {
      #expect(abs(a - b) <= 1e-6, "\(what): \(a) for \(b)")
    }
    expectEqual(found.accuracy, wanted.accuracy, "accuracy")
    expectEqual(found.accuracyDeviation, wanted.accuracyDeviation, "its deviation")
    expectEqual(found.trueAcceptRate, wanted.tar, "TAR")
    expectEqual(found.trueAcceptRateDeviation, wanted.tarDeviation, "its deviation")
    expectEqual(found.falseAcceptRate, wanted.far, "FAR")
    expectEqual(try #require(found.embeddingNorm), wanted.norm, "norm")
    for (fold, (accuracy, threshold)) in zip(wanted.accuracies, wanted.thresholds).enumerated() {
      expectEqual(found.folds[fold].accuracy, accuracy, "accuracy of fold \(fold)")
      expectEqual(found.folds[fold].threshold, threshold, "threshold of fold \(fold)")
    }
  }

  @Test func cutsFoldsAsScikitLearnDoes() {
    #expect(
      VerificationBin.folds(23, 10).reduce(into: [Int](repeating: 0, count: 10)) { $0[$1] += 1 }
        == [3, 3, 3, 2, 2, 2, 2, 2, 2, 2])
    #expect(VerificationBin.folds(10, 10) == Array(0..<10))
  }

  @Test func refusesPairsThatDecideNothing() {
    let same = (0..<20).map { $0 < 10 }
    #expect(throws: VerificationError.foldOfOneKind(fold: 0, same: 2, different: 0)) {
      try InsightFaceMetrics(distances: Array(repeating: 1, count: 20), same: same)
    }
    #expect(throws: VerificationError.tooFewForFolds(pairs: 2, folds: 10)) {
      try InsightFaceMetrics(distances: [1, 2], same: [true, false])
    }
    #expect(throws: VerificationError.self) {
      try InsightFaceMetrics(distances: [.nan] + Array(repeating: 1, count: 19), same: same.map { !$0 })
    }
  }

  @Test func distancesBeyondTheGridAndEqualOnesAreCounted() throws {
    // Alternating pairs, apart by far: perfect; all at one distance: half.
    let same = (0..<40).map { $0 % 2 == 0 }
    let apart = try InsightFaceMetrics(distances: same.map { $0 ? 0 : 9 }, same: same)
    #expect(apart.accuracy == 1 && apart.folds.allSatisfy { $0.threshold == 0.01 })
    // No threshold of the grid accepts a pair of two people, so the rate is not reached and nothing is accepted.
    #expect(apart.trueAcceptRate == 0 && apart.folds.allSatisfy { $0.rateThreshold == 0 })
    let level = try InsightFaceMetrics(distances: same.map { _ in 1 }, same: same)
    #expect(level.accuracy == 0.5 && level.threshold == 0)
  }
}
