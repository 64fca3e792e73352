import FaceDatasets
import Testing

@testable import FaceEvaluation

@Suite struct RankedScoresTests {
  /// Many ties, since scores are few.
  private func random(_ seed: UInt64) throws -> (scores: RankedScores, curve: OperatingCurve) {
    var random = SeededRandom(seed: seed)
    let same = (0..<(1 + random.int(below: 60))).map { _ in Float(random.int(below: 30) + 4) / 40 }
    let different = (0..<(1 + random.int(below: 200))).map { _ in Float(random.int(below: 30)) / 40 }
    return (
      try RankedScores(same: same, different: different),
      try OperatingCurve(
        scores: (same + different).map(Double.init), same: same.map { _ in true } + different.map { _ in false })
    )
  }

  @Test func ratesAreThoseOfTheCurve() throws {
    for seed in 0..<200 {
      let (scores, curve) = try random(UInt64(seed))
      #expect(abs(scores.areaUnderCurve - curve.areaUnderCurve) < 1e-12)
      for rate in [1.0, 0.5, 0.1, 0.05, 0.01, 0.001, 0] {
        let found = scores.rate(atFalseAcceptRate: rate, of: "pairs")
        guard let point = curve.point(atFalseAcceptRate: rate) else {
          #expect(found.trueAcceptRate == nil && found.reason != nil)
          continue
        }
        #expect(found.trueAcceptRate == curve.trueAcceptRate(point), "seed \(seed), rate \(rate)")
        #expect(found.reachedFalseAcceptRate == curve.falseAcceptRate(point), "seed \(seed), rate \(rate)")
        #expect(
          found.threshold.map { curve.point(at: $0).trueAccepts } == point.trueAccepts, "seed \(seed), rate \(rate)")
        if point.trueAccepts > 0 { #expect(found.threshold == point.threshold, "seed \(seed), rate \(rate)") }
      }
    }
  }

  @Test func handMadeRates() throws {
    let scores = try RankedScores(same: [0.2, 0.9, 0.6], different: [0.1, 0.7, 0.05, 0.3])
    #expect(scores.rate(atFalseAcceptRate: 0.25, of: "pairs").trueAcceptRate == 2.0 / 3)
    #expect(scores.rate(atFalseAcceptRate: 0.5, of: "pairs").trueAcceptRate == 1)
    let none = scores.rate(atFalseAcceptRate: 0.1, of: "pairs")
    #expect(none.trueAcceptRate == nil && none.reason?.contains("4 pairs") == true)
    #expect(abs(scores.areaUnderCurve - (4 + 3 + 2) / 12.0) < 1e-12)
  }

  /// What scikit-learn 1.9's `roc_curve` and the script's choice of points give for these scores.
  @Test func nearestRatesAreThoseOfTheScript() throws {
    for (same, different, expected) in RankedScoresTests.answers {
      let found = try RankedScores(same: same, different: different).nearestRates([1e-6, 1e-2, 1e-1, 0.3])
      #expect(found.map(\.trueAcceptRate) == expected)
    }
  }

  private static let answers: [(same: [Float], different: [Float], rates: [Double])] = [
    (
      [0.5625, 0.21875, 0.25, 0.28125, 0.25, 0.5625, 0.59375],
      [
        0.34375, 0.0, 0.03125, 0.1875, 0.25, 0.375, 0.28125, 0.15625, 0.09375, 0.40625, 0.4375, 0.0, 0.0625, 0.28125,
        0.21875,
      ],
      [3.0 / 7, 3.0 / 7, 3.0 / 7, 3.0 / 7]
    ),
    (
      [0.625, 0.4375, 0.375, 0.375, 0.5, 0.46875, 0.25],
      [
        0.4375, 0.46875, 0.59375, 0.46875, 0.15625, 0.1875, 0.375, 0.40625, 0.40625, 0.53125, 0.15625, 0.5625, 0.0,
        0.03125, 0.59375,
      ],
      [1.0 / 7, 1.0 / 7, 1.0 / 7, 2.0 / 7]
    ),
    (
      [0.65625, 0.3125, 0.25, 0.34375, 0.1875, 0.625, 0.5],
      [
        0.34375, 0.125, 0.28125, 0.09375, 0.46875, 0.28125, 0.0, 0.15625, 0.4375, 0.3125, 0.21875, 0.15625, 0.03125,
        0.375, 0.40625,
      ],
      [3.0 / 7, 3.0 / 7, 3.0 / 7, 3.0 / 7]
    ),
    (
      [0.4375, 0.625, 0.625, 0.28125, 0.46875, 0.5, 0.28125],
      [
        0.15625, 0.28125, 0.4375, 0.15625, 0.4375, 0.40625, 0.125, 0.21875, 0.5, 0.5, 0.40625, 0.0, 0.40625, 0.125, 0.5,
      ],
      [2.0 / 7, 2.0 / 7, 4.0 / 7, 5.0 / 7]
    ),
  ]

  @Test func refusesWhatCannotBeJudged() {
    #expect(throws: VerificationError.oneClassOnly(same: 0, different: 1)) {
      try RankedScores(same: [], different: [1])
    }
    #expect(throws: VerificationError.scoreNotFinite(pair: 1, score: "nan")) {
      try RankedScores(same: [1], different: [0, .nan])
    }
  }
}
