import FaceDatasets
import Foundation
import Testing

@testable import FaceEvaluation

@Suite struct LogisticFitTests {
  /// Scores drawn from a known curve give it back.
  @Test func itFindsTheCurveThatScoresCameFrom() throws {
    var random = SeededRandom(seed: 5)
    var scores: [Double] = []
    var same: [Bool] = []
    for _ in 0..<20_000 {
      let score = random.uniform(-1...1)
      scores.append(score)
      same.append(random.uniform(0...1) < 1 / (1 + exp(-(8 * score - 2))))
    }
    let fit = try LogisticFit(scores: scores, same: same)
    // Three in eight are of one person here; the curve is for one in two.
    let positives = Double(same.count { $0 })
    let shift = log((Double(same.count) - positives) / positives)
    #expect(abs(fit.slope - 8) < 0.4 && abs(fit.intercept + 2 - shift) < 0.2, "\(fit)")
    #expect(abs(fit.probability(0.25) - 1 / (1 + exp(-shift))) < 0.02)
  }

  /// A list with nine times as many pairs of different people says the same of a score.
  @Test func howManyPairsAreOfOnePersonDoesNotMatter() throws {
    var random = SeededRandom(seed: 6)
    let alike = (0..<400).map { _ in random.uniform(0.2...1) }
    let different = (0..<400).map { _ in random.uniform(-0.4...0.6) }
    let many = (0..<9).flatMap { _ in different }
    let even = try LogisticFit(scores: alike + different, same: alike.map { _ in true } + different.map { _ in false })
    let uneven = try LogisticFit(scores: alike + many, same: alike.map { _ in true } + many.map { _ in false })
    for score in stride(from: -0.4, through: 1, by: 0.1) {
      #expect(abs(even.probability(score) - uneven.probability(score)) < 0.01)
    }
  }

  @Test func scoresApartMakeNoStep() throws {
    let fit = try LogisticFit(scores: [0, 0.1, 0.2, 0.8, 0.9, 1], same: [false, false, false, true, true, true])
    #expect(fit.slope > 1 && fit.slope < 100 && fit.probability(1) < 0.999 && fit.probability(0.5) > 0.4)
  }

  @Test func wrongWayRoundItFalls() throws {
    let fit = try LogisticFit(scores: [0.1, 0.2, 0.9, 1, 0.15, 0.95], same: [true, true, false, false, false, true])
    #expect(fit.slope < 0)
  }

  @Test func oneKindOfPairsIsRefused() {
    #expect(throws: VerificationError.self) { try LogisticFit(scores: [1, 2], same: [true, true]) }
  }
}

@Suite struct CalibrationReportTests {
  private func pairs(_ count: Int, slope: Double, seed: UInt64) -> (scores: [Double], same: [Bool]) {
    var random = SeededRandom(seed: seed)
    let scores = (0..<count).map { _ in random.uniform(-1...1) }
    return (scores, scores.map { random.uniform(0...1) < 1 / (1 + exp(-slope * ($0 - 0.2))) })
  }

  @Test func wellMeasuredScoresAreCalibrated() throws {
    let (scores, same) = pairs(4000, slope: 10, seed: 1)
    let report = try CalibrationReport(
      [("all", scores, same, scores.indices.map { $0 % 10 })], data: "made up", flip: false)
    #expect(report.pairs == 4000 && report.bins.reduce(0) { $0 + $1.pairs } == 4000)
    #expect(abs(report.threshold - 0.2) < 0.1 && report.accuracy > 0.8)
    #expect(report.calibrationError < 0.03 && report.logLoss < 0.5)
    #expect(report.calibration.probability(0.2) > 0.4 && report.calibration.probability(0.9) > 0.99)
    for bin in report.bins where bin.pairs > 200 { #expect(abs(bin.meanProbability - bin.shareSame) < 0.1) }
  }

  /// What is said of the curve is said of pairs half of which are of one person, as the curve itself is.
  @Test func unevenListsAreCalibratedForEvenOnes() throws {
    let (scores, same) = pairs(6000, slope: 10, seed: 8)
    // One pair of one person in three is kept.
    let kept = scores.indices.filter { !same[$0] || $0 % 3 == 0 }
    let all = try CalibrationReport(
      [("all", scores, same, scores.indices.map { $0 % 10 })], data: "made up", flip: false)
    let fewer = try CalibrationReport(
      [("fewer", kept.map { scores[$0] }, kept.map { same[$0] }, kept.map { $0 % 10 })], data: "made up", flip: false)
    #expect(abs(all.threshold - fewer.threshold) < 0.02, "\(all.threshold) \(fewer.threshold)")
    #expect(abs(all.accuracy - fewer.accuracy) < 0.02, "\(all.accuracy) \(fewer.accuracy)")
    #expect(abs(all.logLoss - fewer.logLoss) < 0.03, "\(all.logLoss) \(fewer.logLoss)")
    #expect(fewer.calibrationError < 0.03)
  }

  /// A curve measured on pairs that it was fitted to would hide this.
  @Test func foldsThatDisagreeShow() throws {
    let (scores, same) = pairs(2000, slope: 10, seed: 2)
    let folds = scores.indices.map { $0 % 2 }
    let shifted = zip(scores, folds).map { $0 + ($1 == 0 ? 0.5 : 0) }
    let report = try CalibrationReport([("all", shifted, same, folds)], data: "made up", flip: false)
    #expect(report.calibrationError > 0.1)
  }

  @Test func protocolsAreJudgedAtOneThreshold() throws {
    let (a, b) = (pairs(500, slope: 30, seed: 3), pairs(700, slope: 3, seed: 4))
    let report = try CalibrationReport(
      [("easy", a.scores, a.same, a.same.map { _ in 0 }), ("hard", b.scores, b.same, b.same.map { _ in 0 })],
      data: "made up", flip: true)
    #expect(report.protocols.map(\.name) == ["easy", "hard"] && report.protocols.map(\.pairs) == [500, 700])
    #expect(report.protocols[0].accuracy > report.protocols[1].accuracy)
    #expect(report.flip && report.calibration.flip)
    #expect(abs(report.calibration.probability(report.threshold) - 0.5) < 1e-12)
  }

  /// No false accept among fifty pairs says nothing of one in a million.
  @Test func ratesThatThePairsCannotTellAreNotAnswered() throws {
    let scores: [Double] = (0..<50).map { Double($0) / 1000 } + (0..<50).map { 0.5 + Double($0) / 1000 }
    let report = try CalibrationReport(
      [("all", scores, scores.map { $0 > 0.2 }, scores.map { _ in 0 })], data: "made up", flip: false)
    #expect(report.decisions[0].falseAccepts == 0 && report.decisions[0].differentPairs == 50)
    #expect(report.calibration.threshold(atFalseAcceptRate: 1e-6) == nil)
    #expect(report.calibration.threshold(atFalseAcceptRate: 0.01) == nil)
    #expect(report.calibration.threshold(atFalseAcceptRate: 0.02) != nil)
  }

  @Test func decisionsAreCountedAtTheThresholdAndAtCommonRates() throws {
    // 200 pairs of different people, 0 to 0.199; 100 of one person, 0.15 to 0.249.
    let different = (0..<200).map { Double($0) / 1000 }
    let alike = (0..<100).map { 0.1505 + Double($0) / 1000 }
    let scores = different + alike
    let same = scores.indices.map { $0 >= 200 }
    func report(_ rate: Double?) throws -> CalibrationReport {
      try CalibrationReport(
        [("all", scores, same, scores.map { _ in 0 })], data: "made up", flip: false, falseAcceptRate: rate)
    }
    let half = try report(nil)
    let first = half.decisions[0]
    #expect(first.threshold == half.threshold && first.differentPairs == 200 && first.samePairs == 100)
    #expect(first.falseAccepts == scores.indices.count { !same[$0] && scores[$0] >= half.threshold })
    #expect(first.trueAccepts == scores.indices.count { same[$0] && scores[$0] >= half.threshold })
    // One in a hundred would be two pairs: too few to note.
    #expect(half.decisions.dropFirst().map(\.falseAccepts) == [20, 10])
    #expect(half.calibration.threshold(atFalseAcceptRate: 0.1) == half.decisions[1])
    #expect(half.calibration.threshold(atFalseAcceptRate: 0.07) == half.decisions[2])
    #expect(half.calibration.threshold(atFalseAcceptRate: 0.01) == nil)
    #expect(half.calibration.decisions(at: half.threshold) == first && half.calibration.decisions(at: 0.3) == nil)

    let strict = try report(0.02)
    #expect(strict.decisions[0].falseAccepts == 4 && abs(strict.threshold - 0.19525) < 1e-9, "\(strict.threshold)")
    #expect(strict.decisions[0].trueAccepts == 55 && strict.slope == half.slope)
    #expect(strict.source.hasPrefix("false accept rate of at most 0.02 on made up, 300 pairs"))
    #expect(throws: VerificationError.tooFewForRate(rate: 0.004, different: 200)) { try report(0.004) }
  }

  /// Twelve pairs that hardly tell anything may put one half where no cosine is.
  @Test func thresholdsThatNoScoreReachesAreRefused() throws {
    let same = (0..<12).map { $0 % 3 == 0 }
    let found = try #require(
      (0..<500).lazy.map { (seed: UInt64) -> [Double] in
        var random = SeededRandom(seed: seed)
        return same.map { _ in random.uniform(0...0.9) }
      }.first { scores in
        let fit = try? LogisticFit(scores: scores, same: same)
        return fit?.crossing.map { $0 > 1 } ?? false
      })
    func report(_ rate: Double?) throws -> CalibrationReport {
      try CalibrationReport(
        [(name: "few", scores: found, same: same, folds: (0..<12).map { $0 / 6 })], data: "few", flip: false,
        falseAcceptRate: rate)
    }
    let error = #expect(throws: VerificationError.self) { try report(nil) }
    #expect(error?.description.contains("which no cosine is") == true, "\(String(describing: error))")
    #expect((-1...1).contains(try report(0.2).threshold))
  }

  @Test func scoresTheWrongWayRoundAreRefused() throws {
    let (scores, same) = pairs(500, slope: -10, seed: 6)
    #expect(throws: VerificationError.scoresMeanNothing) {
      try CalibrationReport([("all", scores, same, scores.map { _ in 0 })], data: "made up", flip: false)
    }
  }

  /// Both kinds are there, but not without one of the folds.
  @Test func aFoldWithAllPairsOfOneKindIsNamed() {
    let set = ("apart", [0.1, 0.2, 0.8, 0.9], [false, false, true, true], [3, 3, 4, 4])
    #expect { try CalibrationReport([set], data: "", flip: false) } throws: {
      "\($0)".contains("all pairs of one kind are in fold 3; give more pairs of both kinds")
    }
  }

  @Test func tooFewPairsAreRefused() {
    #expect { try CalibrationReport([("few", [0.1, 0.9], [false, true], [0, 0])], data: "", flip: false) } throws: {
      "\($0)".contains("give more pairs")
    }
  }
}
