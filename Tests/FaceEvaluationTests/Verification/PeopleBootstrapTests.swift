import ExplainableChannels
import FaceDatasets
import Foundation
import TerminalOutput
import Testing

@testable import FaceEvaluation

@Suite struct PeopleBootstrapTests {
  /// What ranked pairs say with weights is what a curve says of a list with each pair as often.
  @Test func weightsAreRepetitions() throws {
    var random = SeededRandom(seed: 3, stream: "pairs", 0)
    for round in 0..<40 {
      // Few distinct scores, so that there are ties.
      let count = 2 + round
      func draw(_ shift: Double) -> [Double] {
        (0..<count).map { _ in (shift + random.uniform() * 12).rounded() / 10 }
      }
      let (same, different) = (draw(3), draw(0))
      let weights = (0..<2 * count).map { _ in Int(random.uniform() * 4) }
      let figures = RankedPairs(same: same, different: different).figures(weights)
      let repeated = zip((same + different).enumerated(), weights).flatMap { pair, weight in
        [(score: Double, same: Bool)](repeating: (pair.element, pair.offset < count), count: weight)
      }
      guard let curve = try? OperatingCurve(scores: repeated.map(\.score), same: repeated.map(\.same)) else {
        #expect(figures == nil)
        continue
      }
      let found = try #require(figures)
      #expect(abs(found.auc - curve.areaUnderCurve) < 1e-12)
      // Half of the list is of one person.
      let best = curve.points.map { (curve.trueAcceptRate($0) + 1 - curve.falseAcceptRate($0)) / 2 }.max()
      #expect(try abs(found.accuracy - #require(best)) < 1e-12)
      #expect(abs(found.eer - curve.equalError.rate) < 1e-12)
    }
    #expect(RankedPairs(same: [1], different: [0]).figures([0, 1]) == nil)
  }

  /// Where a person's pair is told or is not, AUC is the share of the people who are, and its spread the binomial's.
  @Test func intervalsAreAsWideAsPeopleSay() throws {
    for (people, told) in [(100, 80), (400, 320)] {
      let result = try sample(people: people) { $0 < told ? 1 : -1 }
      let intervals = try #require(result.intervals)
      let share = Double(told) / Double(people)
      let deviation = (share * (1 - share) / Double(people)).squareRoot()
      #expect(intervals.people == people && intervals.replicates == 1_000)
      #expect(abs(intervals.auc.mean - share) < 1e-12)
      let (low, high) = (try #require(intervals.auc.low), try #require(intervals.auc.high))
      #expect(abs((high - low) / (2 * 1.96 * deviation) - 1) < 0.12, "\(low) to \(high)")
      #expect(low < share && share < high)
      let accuracy = try #require(intervals.accuracy)
      #expect(accuracy.mean == result.metrics.crossValidation?.meanAccuracy)
      #expect(try #require(accuracy.low) < accuracy.mean && accuracy.mean < (try #require(accuracy.high)))
    }
  }

  /// Of pairs of two people: where everybody meets everybody and two who are both of a kind are taken for one, the share of these is
  /// that of the kind squared, and its deviation twice the kind's share times that share's own. Where each is in one pair alone, a pair's own chance counts as
  /// three (docs/metrics.md).
  @Test func pairsOfTwoHangOnBoth() throws {
    func deviation(_ result: VerificationResult) throws -> Double {
      let auc = try #require(result.intervals?.auc)
      return try (#require(auc.high) - #require(auc.low)) / (2 * 1.96)
    }
    let (count, kind) = (80, 40)
    func alike(_ pair: FacePair) -> Double { pair.first / 2 < kind && pair.second / 2 < kind ? 1 : -1 }
    let own = (0..<count).map { FacePair(first: 2 * $0, second: 2 * $0 + 1, same: true, fold: 0) }
    let meetings = (0..<count).flatMap { a in
      (0..<a).map { FacePair(first: 2 * $0, second: 2 * a, same: false, fold: 0) }
    }
    let everybody = try sample(own + meetings) { $0.same ? 0 : alike($0) }
    let share = Double(kind) / Double(count)
    let expected = 2 * share * (share * (1 - share) / Double(count)).squareRoot()
    let wide = try deviation(everybody)
    #expect(abs(wide / expected - 1) < 0.15, "\(wide), \(expected)")
    let apart = (0..<(count / 2)).map { FacePair(first: 4 * $0, second: 4 * $0 + 2, same: false, fold: 0) }
    let disjoint = try sample(own + apart) { $0.same ? 0 : $0.first / 4 < count / 4 ? 1 : -1 }
    let single = (0.25 / Double(count / 2)).squareRoot()
    let lone = try deviation(disjoint)
    #expect(abs(lone / (single * 3.0.squareRoot()) - 1) < 0.15, "\(lone), \(single)")
  }

  /// Twice the photos of the same people are no more people.
  @Test func morePairsOfThemAreNoMoreEvidence() throws {
    func width(_ repeats: Int) throws -> Double {
      let auc = try #require(try sample(people: 60, repeats: repeats) { $0 % 5 == 0 ? -1 : 1 }.intervals).auc
      return try #require(auc.high) - #require(auc.low)
    }
    #expect(try abs(width(4) / width(1) - 1) < 1e-9)
  }

  @Test func leadsArePaired() throws {
    let weak = try sample(people: 100) { $0 < 70 ? 1 : -1 }
    let strong = try sample(people: 100) { $0 < 80 ? 1 : -1 }
    let lead = try #require(strong.lead(over: weak))
    #expect(abs(lead.auc.mean - 0.1) < 1e-12)
    // Ten people make it: the deviation is that of a share of a tenth, less than that of two unpaired shares.
    #expect(lead.people == 100 && lead.accuracy != nil && lead.viewName == "as cropped")
    let (low, high) = (try #require(lead.auc.low), try #require(lead.auc.high))
    #expect(abs((high - low) / (2 * 1.96 * 0.03) - 1) < 0.15 && low > 0, "\(low) to \(high)")
    let none = try #require(weak.lead(over: weak))
    for estimate in [none.accuracy, none.auc, none.eer, none.inSampleBestAccuracy] {
      #expect(estimate == Estimate(mean: 0, low: 0, high: 0))
    }
    let mean = try #require(VerificationLead([strong, weak], over: [weak, weak]))
    #expect(abs(mean.auc.mean - 0.05) < 1e-12)
    #expect(abs(try #require(mean.auc.high) - high / 2) < 1e-12)
  }

  /// Over seeds it is the mean lead that has an interval, of accuracy, AUC and EER.
  @Test func comparisonsHaveLeads() throws {
    let info = try tinyScan(target: false).model.info
    func evaluation(_ told: Int) throws -> Evaluation {
      let result = try sample(people: 100) { $0 < told ? 1 : -1 }
      return Evaluation(model: "m", info: info, data: "d", verification: [result], channels: nil, damaged: [])
    }
    let (weak, strong) = (try evaluation(70), try evaluation(80))
    let comparison = SeedComparison([("a", [weak, weak]), ("b", [strong, weak])], seeds: [0, 1], baseline: "a")
    for row in comparison.rows {
      let result = row.results[1]
      #expect(row.results[0].lead == nil)
      guard ["accuracy", "accuracy, cross-validated", "AUC", "EER"].contains(row.measure) else {
        #expect(result.lead == nil, "\(row.name)")
        continue
      }
      let lead = try #require(result.lead)
      #expect(try abs(lead.mean - #require(result.againstBaseline?.overall)) < 1e-12, "\(row.name)")
      #expect(row.text(result).hasPrefix(try row.text(#require(result.againstBaseline)) + " ("))
    }
    let auc = try #require(comparison.rows.first { $0.measure == "AUC" }?.results[1].lead)
    #expect(
      auc
        == VerificationLead(
          [strong, weak].map { $0.verification[0] }, over: [weak, weak].map { $0.verification[0] })?.auc)
    let missing = SeedComparison([("a", [weak]), ("b", [strong, weak])], seeds: [0, 1], baseline: "a")
    #expect(missing.rows.allSatisfy { $0.results[1].lead == nil }, "a seed that one lacks")
  }

  @Test func leadsAreOfTheSamePairsAlone() throws {
    let result = try sample(people: 20) { $0 < 15 ? 1 : -1 }
    var other = result
    other.people = try PairPeople(pairs(people: 20, repeats: 1), folds: folds(result)) { $0 / 2 + 1 }
    #expect(result.lead(over: other) == nil, "other people")
    other.people = nil
    #expect(other.lead(over: result) == nil && result.lead(over: other) == nil)
    #expect(VerificationLead([], over: []) == nil && VerificationLead([result], over: [result, result]) == nil)
    // A file that was changed by hand.
    let text = try String(decoding: encodeJSON(result.people), as: UTF8.self)
    for key in ["same", "second", "sameFolds", "differentFolds"] {
      let cut = text.replacing(try Regex("\"\(key)\"\\s*:\\s*\\[[^\\]]*\\]"), with: "\"\(key)\": [0]")
      other.people = try decodeJSON(PairPeople.self, from: Data(cut.utf8))
      #expect(other.people != result.people && other.lead(over: other) == nil, "\(key)")
    }
  }

  @Test func peopleMustBeKnownAndSeveral() throws {
    let pairs = [
      FacePair(first: 0, second: 1, same: true, fold: 0), FacePair(first: 0, second: 2, same: false, fold: 1),
    ]
    let labels = [7, 7, 3]
    let people = try PairPeople(pairs, folds: [4, 5]) { labels[$0] }
    #expect(people.everybody == [7, 3] && people.sameFolds == [4] && people.differentFolds == [5])
    for label in [{ $0 == 2 ? PartlyLabeled.noLabel : labels[$0] }, { _ in 1 }, { $0 }] as [(Int) -> Int] {
      #expect(throws: PairPeople.Unknown.self) { _ = try PairPeople(pairs, folds: [0, 0], label: label) }
    }
    #expect(PeopleBootstrap(people) == nil, "two people say nothing of others")
    #expect(try sample(people: 9) { $0 < 5 ? 1 : -1 }.intervalsReason == "9 people are too few")
    #expect(try sample(people: 10) { $0 < 5 ? 1 : -1 }.intervals != nil)
  }

  /// Photo `2 k` and `2 k + 1` are person k's.
  private func pairs(people: Int, repeats: Int) -> [FacePair] {
    (0..<people).flatMap { person in
      (0..<repeats).flatMap { _ in
        [
          FacePair(first: 2 * person, second: 2 * person + 1, same: true, fold: 0),
          FacePair(first: 2 * person, second: 2 * ((person + 1) % people), same: false, fold: 0),
        ]
      }
    }
  }

  /// Pairs of two people score 0, one's own as said.
  private func sample(people: Int, repeats: Int = 1, score: (Int) -> Double) throws -> VerificationResult {
    try sample(pairs(people: people, repeats: repeats)) { $0.same ? score($0.first / 2) : 0 }
  }

  private func sample(_ pairs: [FacePair], _ score: (FacePair) -> Double) throws -> VerificationResult {
    let scores = pairs.map(score)
    let metrics = try VerificationMetrics(scores: scores, pairs: pairs)
    let labeled = zip(scores, pairs)
    var result = VerificationResult(
      name: "pairs", view: "as cropped", flip: false, metrics: metrics,
      sameScores: labeled.filter { $0.1.same }.map(\.0),
      differentScores: labeled.filter { !$0.1.same }.map(\.0), pairsLeftOut: 0, damaged: [])
    result.people = try PairPeople(pairs, folds: metrics.folds(pairs)) { $0 / 2 }
    return result.withIntervals()
  }

  private func folds(_ result: VerificationResult) -> [Int] {
    result.metrics.folds(pairs(people: 20, repeats: 1))
  }
}
