import ExplainableChannels
import FaceDatasets

/// How much a protocol's numbers hang on the people it was measured on: the percentile bootstrap over people.
///
/// As many people as there are get drawn with replacement, all their photos with them. A pair of one person counts as often as they were
/// drawn, one of two people as often as one was drawn times the other (the vertex bootstrap of Snijders and Borgatti, 1999; the pigeonhole
/// bootstrap of Owen, 2007). Pairs drawn one by one would pass for more evidence than they are: those of one person share photos. Seeded.
struct PeopleBootstrap {
  /// With fewer, what is drawn says little of what might have been.
  static let leastPeople = 10

  /// 1,000, and fewer of more than 100,000 pairs.
  let replicates: Int
  let people: Int
  /// Of each pair of one person, whom it shows, and of each of two, both; counted from 0.
  private let same: [Int]
  private let first: [Int]
  private let second: [Int]

  /// Nil with fewer than ten people.
  init?(_ pairs: PairPeople) {
    let everybody = pairs.everybody
    guard everybody.count >= Self.leastPeople else { return nil }
    let numbers = Dictionary(uniqueKeysWithValues: everybody.enumerated().map { ($1, $0) })
    people = everybody.count
    same = pairs.same.map { numbers[$0]! }
    first = pairs.first.map { numbers[$0]! }
    second = pairs.second.map { numbers[$0]! }
    replicates = max(200, min(1_000, 100_000_000 / (same.count + first.count)))
  }

  /// The values of what takes how often each pair counts, those of one person and then those of two; those that cannot be had are left out.
  func values<Value>(_ number: ([Int]) -> Value?) -> [Value] {
    var weights = [Int](repeating: 0, count: same.count + first.count)
    return (0..<replicates).compactMap { replicate in
      var random = SeededRandom(seed: 0, stream: "verification bootstrap", replicate)
      var drawn = [Int](repeating: 0, count: people)
      for _ in 0..<people { drawn[Int(random.uniform() * Double(people))] += 1 }
      for (place, person) in same.enumerated() { weights[place] = drawn[person] }
      for place in first.indices { weights[same.count + place] = drawn[first[place]] * drawn[second[place]] }
      return number(weights)
    }
  }
}

/// A network's scores of a protocol's pairs, for asking again what they come to when pairs count more than once or not at all.
private struct WeighedScores {
  struct Figures {
    /// Cross-validated.
    var accuracy: Double?
    var ranked: RankedPairs.Figures
  }

  private let ranked: RankedPairs
  private let judged: JudgedPairs?

  /// Nil where nobody knows whom the pairs show.
  init?(_ result: VerificationResult) {
    guard let people = result.people,
      people.isOf(same: result.sameScores.count, different: result.differentScores.count)
    else { return nil }
    ranked = RankedPairs(same: result.sameScores, different: result.differentScores)
    judged = result.metrics.crossValidation.flatMap {
      JudgedPairs($0, same: result.sameScores, different: result.differentScores, people)
    }
  }

  func figures(_ weights: [Int]) -> Figures? {
    ranked.figures(weights).map { Figures(accuracy: judged?.accuracy(weights), ranked: $0) }
  }
}

/// Verification's numbers with 95 % intervals over the people they were measured on (see docs/metrics.md).
public struct VerificationIntervals: Codable, Sendable, Equatable {
  public let people: Int
  public let replicates: Int
  /// Cross-validated, with the thresholds of the folds held fixed; nil without cross-validation.
  public let accuracy: Estimate?
  public let inSampleBestAccuracy: Estimate
  public let auc: Estimate
  public let eer: Estimate

  /// Nil where nobody knows whom the pairs show, or with fewer than ten people.
  init?(_ result: VerificationResult) {
    guard let scores = WeighedScores(result), let bootstrap = result.people.flatMap({ PeopleBootstrap($0) }) else {
      return nil
    }
    let figures = bootstrap.values(scores.figures)
    let metrics = result.metrics
    people = bootstrap.people
    replicates = bootstrap.replicates
    accuracy = metrics.crossValidation.map { Estimate($0.meanAccuracy, over: figures.compactMap(\.accuracy)) }
    inSampleBestAccuracy = Estimate(metrics.inSampleBestAccuracy, over: figures.map(\.ranked.accuracy))
    auc = Estimate(metrics.auc, over: figures.map(\.ranked.auc))
    eer = Estimate(metrics.eer, over: figures.map(\.ranked.eer))
  }
}

/// How far networks' numbers are from those of others on the same pairs, theirs taken off, with 95 % intervals over the people in them: above 0
/// is better, but for ``eer``, where it is worse.
public struct VerificationLead: Codable, Sendable, Equatable {
  /// The protocol, and the view.
  public let name: String
  public let view: String
  public let flip: Bool
  public let people: Int
  /// Cross-validated; nil without cross-validation.
  public let accuracy: Estimate?
  public let inSampleBestAccuracy: Estimate
  public let auc: Estimate
  public let eer: Estimate

  /// The mean difference of networks and as many others, such as those of the same seeds. Nil where they were not measured on the same
  /// pairs, nobody knows whom these show, or they are fewer than ten people.
  public init?(_ results: [VerificationResult], over others: [VerificationResult]) {
    guard let first = results.first, results.count == others.count, let people = first.people,
      (results + others).allSatisfy({
        ($0.name, $0.view, $0.flip) == (first.name, first.view, first.flip) && $0.people == people
      }),
      let bootstrap = PeopleBootstrap(people)
    else { return nil }
    let pairs = zip(results, others).compactMap { ours, theirs -> (ours: WeighedScores, theirs: WeighedScores)? in
      guard let ours = WeighedScores(ours), let theirs = WeighedScores(theirs) else { return nil }
      return (ours, theirs)
    }
    guard pairs.count == results.count else { return nil }
    let drawn = bootstrap.values { weights -> [(ours: WeighedScores.Figures, theirs: WeighedScores.Figures)]? in
      let figures = pairs.compactMap { pair -> (ours: WeighedScores.Figures, theirs: WeighedScores.Figures)? in
        guard let ours = pair.ours.figures(weights), let theirs = pair.theirs.figures(weights) else { return nil }
        return (ours, theirs)
      }
      return figures.count == pairs.count ? figures : nil
    }
    let metrics = zip(results, others).map { (ours: $0.metrics, theirs: $1.metrics) }
    func mean<Item>(_ items: [(ours: Item, theirs: Item)], _ value: (Item) -> Double?) -> Double? {
      let differences = items.compactMap { item in
        value(item.ours).flatMap { ours in value(item.theirs).map { ours - $0 } }
      }
      return differences.count == items.count ? differences.reduce(0, +) / Double(differences.count) : nil
    }
    func estimate(_ value: (VerificationMetrics) -> Double?, _ figure: (WeighedScores.Figures) -> Double?) -> Estimate?
    {
      mean(metrics, value).map { Estimate($0, over: drawn.compactMap { mean($0, figure) }) }
    }
    guard let best = estimate(\.inSampleBestAccuracy, \.ranked.accuracy), let auc = estimate(\.auc, \.ranked.auc),
      let eer = estimate(\.eer, \.ranked.eer)
    else { return nil }
    (name, view, flip) = (first.name, first.view, first.flip)
    self.people = bootstrap.people
    accuracy = estimate({ $0.crossValidation?.meanAccuracy }, \.accuracy)
    (inSampleBestAccuracy, self.auc, self.eer) = (best, auc, eer)
  }

  /// "moved, flip": the view, and whether mirror images were averaged in.
  public var viewName: String { view + (flip ? ", flip" : "") }
}

extension VerificationResult {
  /// How far its numbers are from another network's on the same pairs.
  public func lead(over other: VerificationResult) -> VerificationLead? { VerificationLead([self], over: [other]) }

  /// With its intervals over people, or why there are none.
  func withIntervals() -> VerificationResult {
    var result = self
    result.intervals = VerificationIntervals(self)
    if result.intervals == nil, let people = people?.everybody.count {
      result.intervalsReason = "\(people) people are too few"
    }
    return result
  }
}
