import ExplainableChannels

/// Accuracy on folds that had no say in the threshold, as LFW and CFP report it: for each fold, the threshold that is
/// most accurate on the other folds judges this one.
public struct CrossValidation: Codable, Sendable, Equatable {
  /// One fold's result.
  public struct Fold: Codable, Sendable, Equatable {
    /// The fold's number in the pairs, from 0.
    public var fold: Int
    public var pairs: Int
    /// Part of this fold's pairs judged rightly.
    public var accuracy: Double
    /// Chosen on the other folds.
    public var threshold: Double
  }

  public var folds: [Fold]
  /// The mean over folds, each counted once whatever its size.
  public var meanAccuracy: Double
  /// Over the folds, divided by their number (numpy's default), as CFP's authors and later papers report.
  public var standardDeviation: Double
  /// Of the mean: the deviation divided by the number less one, over the root of the number (LFW's convention).
  public var standardError: Double
  public var meanThreshold: Double

  init(_ folds: [Fold]) {
    let accuracy = Moments(folds.map(\.accuracy))
    self.folds = folds
    meanAccuracy = accuracy.mean
    standardDeviation = accuracy.deviation
    standardError = accuracy.standardError ?? .nan
    meanThreshold = Moments(folds.map(\.threshold)).mean
  }

  /// Why there is no cross-validation.
  struct Unavailable: Error { var reason: String }

  /// Complexity: O(n log n + folds * n).
  static func run(scores: [Double], same: [Bool], folds: [Int]) throws(Unavailable) -> CrossValidation {
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    let members = Dictionary(grouping: scores.indices, by: { folds[$0] })
    var results: [Fold] = []
    for (fold, pairs) in members.sorted(by: { $0.key < $1.key }) {
      let others = order.filter { folds[$0] != fold }.map { (score: scores[$0], same: same[$0]) }
      guard others.contains(where: \.same), others.contains(where: { !$0.same }) else {
        throw Unavailable(reason: "the pairs outside fold \(fold) are all of one kind, so they choose no threshold")
      }
      let threshold = OperatingCurve(sorted: others).best.threshold
      let correct = pairs.count { (scores[$0] >= threshold) == same[$0] }
      results.append(
        Fold(fold: fold, pairs: pairs.count, accuracy: Double(correct) / Double(pairs.count), threshold: threshold))
    }
    return CrossValidation(results)
  }

  /// Deals pairs that came in one fold into up to ten, the pairs of each kind in equal, consecutive runs. Pair lists go by
  /// person, so that pairs of one person mostly stay within a fold; those of two people share people with other folds.
  static func split(same: [Bool]) throws(Unavailable) -> [Int] {
    let positives = same.count { $0 }
    let sizes = [true: positives, false: same.count - positives]
    let count = min(10, positives, same.count - positives)
    guard count > 1 else {
      throw Unavailable(reason: "cross-validation needs two pairs of the same person and two of different people")
    }
    var seen = [true: 0, false: 0]
    return same.map { kind in
      defer { seen[kind]! += 1 }
      return seen[kind]! * count / sizes[kind]!
    }
  }
}

/// What cross-validation said of each pair, for asking again when pairs count more than once or not at all.
struct JudgedPairs {
  /// Whether each pair of one person and, behind them, of two was judged rightly.
  private let isRight: [Bool]
  private let sameCount: Int

  /// Nil where a pair's fold has no threshold.
  init?(_ result: CrossValidation, same: [Double], different: [Double], _ people: PairPeople) {
    let thresholds = Dictionary(result.folds.map { ($0.fold, $0.threshold) }) { first, _ in first }
    var isRight: [Bool] = []
    for (score, fold) in zip(same + different, people.sameFolds + people.differentFolds) {
      guard let threshold = thresholds[fold] else { return nil }
      isRight.append((score >= threshold) == (isRight.count < same.count))
    }
    (self.isRight, sameCount) = (isRight, same.count)
  }

  /// Over all folds, pairs of one person weighing in all as much as in the list. Nil where none of one of the two kinds counts.
  func accuracy(_ weights: [Int]) -> Double? {
    func share(_ places: Range<Int>) -> Double? {
      let (all, right) = places.reduce(into: (0, 0)) { sums, place in
        sums.0 += weights[place]
        if isRight[place] { sums.1 += weights[place] }
      }
      return all > 0 ? Double(right) / Double(all) : nil
    }
    guard let same = share(0..<sameCount), let different = share(sameCount..<weights.count) else { return nil }
    let part = Double(sameCount) / Double(weights.count)
    return part * same + (1 - part) * different
  }
}
