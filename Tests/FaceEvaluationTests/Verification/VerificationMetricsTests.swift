import FaceDatasets
import FaceEvaluation
import Foundation
import TestSupport
import Testing

@Suite struct VerificationMetricsTests {
  @Test func theThresholdComesFromTheOtherFolds() throws {
    // Fold 0 is perfect about 0.5; fold 1 about 5. Each fold's threshold fails on the other's pairs.
    let metrics = try VerificationMetrics(
      scores: [1, 0, 6, 4], same: [true, false, true, false], folds: [0, 0, 1, 1])
    let folds = try #require(metrics.crossValidation).folds
    #expect(folds.map(\.threshold) == [5, 0.5] && folds.map(\.accuracy) == [0.5, 0.5])
    #expect(metrics.inSampleBestAccuracy == 0.75 && metrics.foldSource == .given)
    #expect(metrics.crossValidation?.meanThreshold == 2.75 && metrics.crossValidation?.standardDeviation == 0)
  }

  @Test func meanAndDeviations() throws {
    // Thresholds are 0.5 throughout; fold 2 has one of two pairs wrong.
    let metrics = try VerificationMetrics(
      scores: [1, 0, 1, 0, 1, 1], same: [true, false, true, false, true, false], folds: [0, 0, 4, 4, 2, 2])
    let result = try #require(metrics.crossValidation)
    #expect(result.folds.map(\.fold) == [0, 2, 4] && result.folds.map(\.accuracy) == [1, 0.5, 1])
    #expect(abs(result.meanAccuracy - 5.0 / 6) < 1e-15)
    #expect(abs(result.standardDeviation - (1.0 / 18).squareRoot()) < 1e-15)
    #expect(abs(result.standardError - 1.0 / 6) < 1e-15)
  }

  @Test func oneFoldIsSplitIntoTen() throws {
    var random = SeededRandom(seed: 2)
    let same = (0..<200).map { $0 < 120 }
    let scores = same.map { random.gaussian() + ($0 ? 2 : 0) }
    let metrics = try VerificationMetrics(scores: scores, same: same, folds: Array(repeating: 3, count: 200))
    #expect(metrics.foldSource == .split)
    let folds = try #require(metrics.crossValidation).folds
    #expect(folds.count == 10 && folds.allSatisfy { $0.pairs == 20 })
    let mean = try #require(metrics.crossValidation).meanAccuracy
    #expect(mean > 0.75 && mean <= metrics.inSampleBestAccuracy)
    #expect(
      try metrics == VerificationMetrics(scores: scores, same: same, folds: Array(repeating: 0, count: 200)))
  }

  @Test func saysWhyThereIsNoCrossValidation() throws {
    let few = try VerificationMetrics(scores: [1, 0, 0], same: [true, false, false], folds: [0, 0, 0])
    #expect(few.crossValidation == nil && few.crossValidationReason?.contains("two pairs") == true && few.auc == 1)
    let pure = try VerificationMetrics(scores: [1, 1, 0, 0], same: [true, true, false, false], folds: [0, 0, 1, 1])
    #expect(pure.crossValidation == nil && pure.crossValidationReason?.contains("outside fold 0") == true)
  }

  @Test func rareRatesNeedManyPairs() throws {
    var random = SeededRandom(seed: 4)
    let same = (0..<4_000).map { $0 % 2 == 0 }
    let scores = same.map { random.gaussian() + ($0 ? 3 : 0) }
    let metrics = try VerificationMetrics(scores: scores, same: same, folds: same.indices.map { $0 / 400 })
    #expect(metrics.tarAtFAR.map(\.falseAcceptRate) == [1e-1, 1e-2, 1e-3, 1e-4])
    #expect(metrics.tarAtFAR.map { $0.trueAcceptRate == nil } == [false, false, false, true])
    #expect(metrics.tarAtFAR[3].reason?.contains("2000 pairs") == true && metrics.tarAtFAR[0].reason == nil)
    for entry in metrics.tarAtFAR.prefix(3) {
      let accepted = zip(scores, same).filter { $0.0 >= entry.threshold! }
      #expect(Double(accepted.count { !$0.1 }) / 2_000 == entry.reachedFalseAcceptRate!)
      #expect(Double(accepted.count { $0.1 }) / 2_000 == entry.trueAcceptRate!)
      #expect(entry.reachedFalseAcceptRate! <= entry.falseAcceptRate)
    }
    // Two normals three apart: AUC = Phi(3 / sqrt 2), EER = Phi(-1.5).
    #expect(abs(metrics.auc - 0.98305) < 0.004 && abs(metrics.eer - 0.0668) < 0.01)
  }

  @Test func everyNumberIsWrittenAndReadBack() throws {
    let pairs = (0..<8).map { FacePair(first: 0, second: 1, same: $0 < 4, fold: $0 % 2) }
    let metrics = try VerificationMetrics(scores: [4, 3, 8, 2, 3, 1, 0, -1], pairs: pairs)
    let data = try JSONEncoder().encode(metrics)
    #expect(try JSONDecoder().decode(VerificationMetrics.self, from: data) == metrics)
    #expect(metrics.roc.first?.trueAcceptRate == 0 && metrics.roc.last?.falseAcceptRate == 1)
  }

  @Test func refusesListsThatDoNotFit() {
    #expect(throws: VerificationError.countMismatch(scores: 2, same: 2, folds: 1)) {
      try VerificationMetrics(scores: [1, 2], same: [true, false], folds: [0])
    }
    #expect("\(VerificationError.oneClassOnly(same: 3, different: 0))".contains("add the missing kind"))
  }

  @Test func manyPairsAreQuick() throws {
    var random = SeededRandom(seed: 6)
    let same = (0..<200_000).map { $0 % 2 == 0 }
    let scores = same.map { random.gaussian() + ($0 ? 4 : 0) }
    let metrics = try VerificationMetrics(scores: scores, same: same, folds: same.indices.map { $0 % 10 })
    #expect(metrics.crossValidation?.folds.count == 10 && metrics.tarAtFAR[3].trueAcceptRate != nil)
  }
}

@Suite struct CosineSimilarityTests {
  @Test func anglesOfRows() throws {
    let embeddings: [Float] = [1, 0, 0, 2, -3, 0, 1, 1]
    let pairs = [(0, 1), (0, 2), (0, 3), (1, 1)].map { FacePair(first: $0.0, second: $0.1, same: true, fold: 0) }
    let scores = try cosineScores(embeddings: embeddings, dimension: 2, pairs: pairs)
    for (score, wanted) in zip(scores, [0, -1, 0.5.squareRoot(), 1]) { #expect(abs(score - wanted) < 1e-12) }
  }

  @Test func refusesWhatHasNoAngle() {
    let pair = FacePair(first: 0, second: 1, same: true, fold: 0)
    #expect(throws: VerificationError.embeddingShape(values: 3, dimension: 2)) {
      try cosineScores(embeddings: [1, 2, 3], dimension: 2, pairs: [])
    }
    #expect(throws: VerificationError.noSuchEmbedding(pair: 0, row: 1, rows: 1)) {
      try cosineScores(embeddings: [1, 2], dimension: 2, pairs: [pair])
    }
    for zero: [Float] in [[1, 0, 0, 0], [1, 0, .nan, 1]] {
      #expect(throws: VerificationError.self) { try cosineScores(embeddings: zero, dimension: 2, pairs: [pair]) }
    }
  }
}
