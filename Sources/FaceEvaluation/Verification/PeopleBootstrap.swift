import ExplainableChannels
import FaceDatasets

/// How much a protocol's numbers hang on the people it was measured on: the percentile bootstrap over people.
///
/// As many people as there are get drawn with replacement, all their photos with them. A pair of one person counts as often as they were
/// drawn, one of two people as often as one was drawn times the other (the subsets bootstrap of Bolle, Ratha and Pankanti, 2004, for
/// pairs). Pairs drawn one by one would pass for more evidence than they are: those of one person share photos. Seeded.
struct PeopleBootstrap {
  /// 1,000, and fewer of more than 100,000 pairs.
  let replicates: Int
  let people: Int
  /// Of each pair of one person, whom it shows, and of each of two, both; counted from 0.
  private let same: [Int]
  private let different: [(Int, Int)]

  /// Nil with fewer than two people.
  init?(_ pairs: PairPeople) {
    let everybody = pairs.everybody
    guard everybody.count > 1 else { return nil }
    let numbers = Dictionary(uniqueKeysWithValues: everybody.enumerated().map { ($1, $0) })
    people = everybody.count
    same = pairs.same.map { numbers[$0]! }
    different = pairs.different.map { (numbers[$0[0]]!, numbers[$0[1]]!) }
    replicates = max(200, min(1_000, 100_000_000 / (same.count + different.count)))
  }

  /// The values of what takes how often each pair counts, those of one person and then those of two; those that cannot be had are left out.
  func values<Value>(_ number: ([Int]) -> Value?) -> [Value] {
    var weights = [Int](repeating: 0, count: same.count + different.count)
    return (0..<replicates).compactMap { replicate in
      var random = SeededRandom(seed: 0, stream: "verification bootstrap", replicate)
      var drawn = [Int](repeating: 0, count: people)
      for _ in 0..<people { drawn[Int(random.uniform() * Double(people))] += 1 }
      for (place, person) in same.enumerated() { weights[place] = drawn[person] }
      for (place, pair) in different.enumerated() { weights[same.count + place] = drawn[pair.0] * drawn[pair.1] }
      return number(weights)
    }
  }
}

/// Verification's numbers with 95 % intervals over the people it was measured on (see docs/metrics.md).
public struct VerificationIntervals: Codable, Sendable, Equatable {
  public let people: Int
  public let replicates: Int
  /// Cross-validated, with the thresholds of the folds held fixed; nil without cross-validation.
  public let accuracy: Estimate?
  public let inSampleBestAccuracy: Estimate
  public let auc: Estimate
  public let eer: Estimate

  /// Nil with fewer than two people. `metrics` are of these scores, which are in the order of `people`.
  init?(_ metrics: VerificationMetrics, same: [Double], different: [Double], judged: JudgedPairs?, _ people: PairPeople)
  {
    guard let bootstrap = PeopleBootstrap(people) else { return nil }
    let pairs = RankedPairs(same: same, different: different)
    let values = bootstrap.values { (figures: pairs.figures($0), accuracy: judged?.meanAccuracy($0)) }
    let figures = values.compactMap(\.figures)
    self.people = bootstrap.people
    replicates = bootstrap.replicates
    accuracy = judged.map { Estimate($0.meanAccuracy, over: values.compactMap(\.accuracy)) }
    inSampleBestAccuracy = Estimate(metrics.inSampleBestAccuracy, over: figures.map(\.accuracy))
    auc = Estimate(metrics.auc, over: figures.map(\.auc))
    eer = Estimate(metrics.eer, over: figures.map(\.eer))
  }
}

/// By how much networks verify better than others on the same pairs, with 95 % intervals over the people in them.
public struct VerificationLead: Codable, Sendable, Equatable {
  /// The protocol, and the view.
  public let name: String
  public let view: String
  public let inSampleBestAccuracy: Estimate
  public let auc: Estimate
  public let eer: Estimate

  /// The mean lead of networks over as many others, such as those of the same seeds. Nil where they were not measured on the same
  /// pairs, or nobody knows whom these show.
  public init?(_ results: [VerificationResult], over others: [VerificationResult]) {
    guard let first = results.first, results.count == others.count, let people = first.people,
      (results + others).allSatisfy({
        ($0.name, $0.view, $0.flip) == (first.name, first.view, first.flip) && $0.people == people
      }),
      let bootstrap = PeopleBootstrap(people)
    else { return nil }
    let pairs = zip(results, others).map { ($0.rankedPairs, $1.rankedPairs) }
    let differences = bootstrap.values { weights -> RankedPairs.Figures? in
      VerificationLead.mean(
        pairs.compactMap { ours, theirs in
          guard let ours = ours.figures(weights), let theirs = theirs.figures(weights) else { return nil }
          return RankedPairs.Figures(
            accuracy: ours.accuracy - theirs.accuracy, auc: ours.auc - theirs.auc, eer: ours.eer - theirs.eer)
        })
    }
    let metrics = zip(results, others).map { ($0.metrics, $1.metrics) }
    func estimate(_ value: (VerificationMetrics) -> Double, _ figure: (RankedPairs.Figures) -> Double) -> Estimate {
      let leads = metrics.map { value($0) - value($1) }
      return Estimate(leads.reduce(0, +) / Double(leads.count), over: differences.map(figure))
    }
    (name, view) = (first.name, first.view)
    inSampleBestAccuracy = estimate(\.inSampleBestAccuracy, \.accuracy)
    auc = estimate(\.auc, \.auc)
    eer = estimate(\.eer, \.eer)
  }

  private static func mean(_ figures: [RankedPairs.Figures]) -> RankedPairs.Figures? {
    guard !figures.isEmpty else { return nil }
    func mean(_ value: (RankedPairs.Figures) -> Double) -> Double {
      figures.reduce(0) { $0 + value($1) } / Double(figures.count)
    }
    return RankedPairs.Figures(accuracy: mean(\.accuracy), auc: mean(\.auc), eer: mean(\.eer))
  }
}

extension VerificationResult {
  var rankedPairs: RankedPairs { RankedPairs(same: sameScores, different: differentScores) }

  /// Its lead over another network's on the same pairs.
  public func lead(over other: VerificationResult) -> VerificationLead? { VerificationLead([self], over: [other]) }
}
