import FaceDatasets
import FaceEvaluation
import Testing

@Suite struct OperatingCurveTests {
  @Test func countsAtEveryThreshold() throws {
    let curve = try OperatingCurve(scores: [0.9, 0.8, 0.8, 0.1], same: [true, false, true, false])
    #expect(curve.points.map(\.trueAccepts) == [0, 1, 2, 2] && curve.points.map(\.falseAccepts) == [0, 0, 1, 2])
    #expect(abs(curve.points[1].threshold - 0.85) < 1e-15 && curve.points[3].threshold == 0.1)
    for (threshold, accepts) in [(0.95, 0), (0.9, 1), (0.8, 3), (0.79, 3), (0.1, 4), (-9.0, 4)] {
      let point = curve.point(at: threshold)
      #expect(point.trueAccepts + point.falseAccepts == accepts && point.threshold == threshold)
    }
  }

  @Test func perfectScores() throws {
    let curve = try OperatingCurve(scores: [0.9, 0.7, 0.3, 0.2], same: [true, true, false, false])
    #expect(curve.areaUnderCurve == 1 && curve.equalError.rate == 0 && curve.accuracy(curve.best) == 1)
    #expect(curve.best.threshold == 0.5 && curve.equalError.threshold == 0.5)
    let reversed = try OperatingCurve(scores: [0.9, 0.7, 0.3, 0.2], same: [false, false, true, true])
    #expect(reversed.areaUnderCurve == 0 && reversed.equalError.rate == 1 && reversed.accuracy(reversed.best) == 0.5)
  }

  @Test func handMadeAnswers() throws {
    // Positives 0.8, 0.6, 0.4; negatives 0.7, 0.3, 0.2: of nine comparisons, 0.7 beats 0.6 and 0.4.
    let curve = try OperatingCurve(
      scores: [0.8, 0.7, 0.6, 0.4, 0.3, 0.2], same: [true, false, true, true, false, false])
    #expect(abs(curve.areaUnderCurve - 7.0 / 9) < 1e-15)
    // FAR 1/3 from the second point to the fourth; there FRR falls from 2/3 over 1/3 to 0.
    #expect(abs(curve.equalError.rate - 1.0 / 3) < 1e-15)
    #expect(curve.accuracy(curve.best) == 5.0 / 6 && abs(curve.best.threshold - 0.35) < 1e-15)
  }

  @Test func equalErrorIsInterpolated() throws {
    // All ties: the curve is one straight line from (0, 0) to (1, 1).
    let ties = try OperatingCurve(scores: [1, 1, 1, 1, 1], same: [true, false, false, true, true])
    #expect(ties.areaUnderCurve == 0.5 && ties.equalError.rate == 0.5 && ties.points.count == 2)
    // (0, 0), (0, 1/2), (1, 1): FAR = 1 - TAR where t = 1/2 - t/2, t = 1/3.
    let curve = try OperatingCurve(scores: [2, 1, 1], same: [true, true, false])
    #expect(abs(curve.equalError.rate - 1.0 / 3) < 1e-15 && curve.areaUnderCurve == 0.75)
  }

  @Test func tiesBetweenClassesCountHalf() throws {
    // Positives 3, 2; negatives 2, 1: wins 3>2, 3>1, 2>1 and one tie.
    let curve = try OperatingCurve(scores: [3, 2, 2, 1], same: [true, true, false, false])
    #expect(curve.areaUnderCurve == 3.5 / 4)
  }

  @Test func agreesWithCountingAllComparisons() throws {
    var random = SeededRandom(seed: 5)
    let same = (0..<400).map { _ in random.uniform() < 0.4 }
    let scores = same.map { Double(random.int(below: 30)) + ($0 ? 5 : 0) }
    var wins = 0.0
    for i in 0..<400 where same[i] {
      for j in 0..<400 where !same[j] { wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0 }
    }
    let curve = try OperatingCurve(scores: scores, same: same)
    #expect(abs(curve.areaUnderCurve - wins / Double(curve.positives * curve.negatives)) < 1e-12)
    let best = Set(scores).map { t in same.indices.count { (scores[$0] >= t) == same[$0] } }.max()!
    #expect(curve.accuracy(curve.best) == Double(best) / 400)
  }

  @Test func randomScoresAreAtChance() throws {
    var random = SeededRandom(seed: 9)
    let curve = try OperatingCurve(
      scores: (0..<20_000).map { _ in random.uniform() }, same: (0..<20_000).map { $0 % 2 == 0 })
    #expect(abs(curve.areaUnderCurve - 0.5) < 0.015 && abs(curve.equalError.rate - 0.5) < 0.015)
  }

  @Test func thresholdsAtAFalseAcceptRate() throws {
    let negatives = (0..<1000).map { Double($0) / 1000 }
    let positives = [2, 0.9985, 0.9975, 0.5005]
    let curve = try OperatingCurve(
      scores: negatives + positives, same: negatives.map { _ in false } + positives.map { _ in true })
    let rare = try #require(curve.point(atFalseAcceptRate: 1e-3))
    #expect(rare.falseAccepts == 1 && rare.trueAccepts == 2)
    #expect(rare.threshold > 0.998 && rare.threshold < 0.9985)
    #expect(curve.point(at: rare.threshold).trueAccepts == 2)
    #expect(curve.point(atFalseAcceptRate: 0.1)?.trueAccepts == 3)
    #expect(curve.point(atFalseAcceptRate: 0.1)?.falseAccepts == 2, "no more false accepts than it takes")
    #expect(curve.point(atFalseAcceptRate: 9e-4) == nil && curve.point(atFalseAcceptRate: 0) == nil)
    #expect(curve.point(atFalseAcceptRate: .nan) == nil && curve.point(atFalseAcceptRate: 1)?.trueAccepts == 4)
  }

  @Test func neighboringNumbersAreKeptApart() throws {
    let curve = try OperatingCurve(scores: [1, 1.0.nextUp], same: [false, true])
    #expect(curve.accuracy(curve.point(at: curve.best.threshold)) == 1)
  }

  @Test func cornersDrawTheSameCurve() throws {
    let curve = try OperatingCurve(scores: [6, 5, 4, 3, 2, 1], same: [true, true, false, false, true, false])
    #expect(
      curve.corners.map(\.trueAccepts) == [0, 2, 2, 3, 3] && curve.corners.map(\.falseAccepts) == [0, 0, 2, 2, 3])
  }

  @Test func refusesWhatCannotBeJudged() {
    #expect(throws: VerificationError.oneClassOnly(same: 2, different: 0)) {
      try OperatingCurve(scores: [1, 2], same: [true, true])
    }
    #expect(throws: VerificationError.oneClassOnly(same: 0, different: 0)) { try OperatingCurve(scores: [], same: []) }
    #expect(throws: VerificationError.scoreNotFinite(pair: 1, score: "nan")) {
      try OperatingCurve(scores: [1, .nan], same: [true, false])
    }
    #expect(throws: VerificationError.scoreNotFinite(pair: 0, score: "-inf")) {
      try OperatingCurve(scores: [-.infinity, 0], same: [true, false])
    }
    #expect(throws: VerificationError.countMismatch(scores: 1, same: 2, folds: 1)) {
      try OperatingCurve(scores: [1], same: [true, false])
    }
  }
}
