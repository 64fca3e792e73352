/// A protocol's pairs by falling score, for asking many times what a threshold reaches when pairs count more than once or not at all.
struct RankedPairs {
  struct Figures {
    /// By the threshold that is best for these very pairs, those of one person weighing in all as much as in the list.
    var accuracy: Double
    var auc: Double
    var eer: Double
  }

  /// Places in the list of the pairs of one person and, behind them, of those of two, by falling score.
  private let order: [Int]
  /// Whether the next in that order has another score.
  private let isLast: [Bool]
  private let sameCount: Int

  init(same: [Double], different: [Double]) {
    let scores = same + different
    let order = scores.indices.sorted { scores[$0] > scores[$1] }
    sameCount = same.count
    isLast = order.indices.map { $0 + 1 == order.count || scores[order[$0 + 1]] != scores[order[$0]] }
    self.order = order
  }

  /// `weights`: how often each pair counts, in the order of the list. Nil where no pair of one of the two kinds counts.
  /// AUC and EER are what ``OperatingCurve`` says of a list with each pair as often. O(pairs).
  func figures(_ weights: [Int]) -> Figures? {
    let positives = Double(weights[..<sameCount].reduce(0, +))
    let negatives = Double(weights[sameCount...].reduce(0, +))
    guard positives > 0, negatives > 0 else { return nil }
    var (right, wrong) = (0.0, 0.0)
    // At the last threshold that was looked at: one that accepts nothing, first.
    var before = (right: 0.0, wrong: 0.0)
    let share = Double(sameCount) / Double(weights.count)
    var (best, area) = (0.0, 0.0)
    var eer: Double?
    for (place, pair) in order.enumerated() {
      if pair < sameCount { right += Double(weights[pair]) } else { wrong += Double(weights[pair]) }
      guard isLast[place] else { continue }
      best = max(best, share * right / positives - (1 - share) * wrong / negatives)
      area += (wrong - before.wrong) * (right + before.right)
      let excess = wrong / negatives - 1 + right / positives
      if eer == nil, excess >= 0 {
        let last = before.wrong / negatives - 1 + before.right / positives
        eer = (before.wrong + (wrong - before.wrong) * (excess > last ? -last / (excess - last) : 1)) / negatives
      }
      before = (right, wrong)
    }
    return Figures(
      accuracy: best + 1 - share, auc: area / (2 * positives * negatives), eer: eer ?? 1)
  }
}
