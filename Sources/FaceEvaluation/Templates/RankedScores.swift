import FaceNetworks

/// Scores of two kinds, many of them, sorted: what rates need, in a fraction of the memory that an ``OperatingCurve`` takes.
/// Its rates are those of the curve.
struct RankedScores {
  /// Scores of one person's pairs, falling.
  let same: [Float]
  /// Scores of two people's pairs, falling.
  let different: [Float]

  /// Throws `VerificationError` when a kind is missing or a score is not finite. Complexity: O(n log n).
  init(same: [Float], different: [Float]) throws {
    guard !same.isEmpty, !different.isEmpty else {
      throw VerificationError.oneClassOnly(same: same.count, different: different.count)
    }
    for scores in [same, different] {
      if let place = scores.firstIndex(where: { !$0.isFinite }) {
        throw VerificationError.scoreNotFinite(pair: place, score: "\(scores[place])")
      }
    }
    self.same = same.sorted(by: >)
    self.different = different.sorted(by: >)
  }

  /// The most true accepts that any threshold reaches with at most this rate of false ones, and the highest such threshold, as
  /// ``OperatingCurve/point(atFalseAcceptRate:)``. Complexity: O(log n).
  func rate(atFalseAcceptRate rate: Double, of what: String) -> VerificationMetrics.TARAtFAR {
    let allowed = MeasuredDecisions.allowedFalseAccepts(at: rate, of: different.count)
    guard allowed >= 1 else {
      let reason =
        rate > 0
        ? "a rate of \(rate) is less than one of the \(different.count) \(what)" : "a rate of \(rate) is not above 0"
      return .init(falseAcceptRate: rate, reason: reason)
    }
    // At most `allowed` are accepted when the next one is not.
    let next = allowed >= Double(different.count) ? -Float.infinity : different[Int(allowed)]
    let accepted = RankedScores.count(same, above: next)
    let lowest = accepted > 0 ? same[accepted - 1] : max(same[0], different[0]).nextUp
    let wrong = RankedScores.count(different, above: lowest.nextDown)
    let below = [same, different].compactMap { scores -> Float? in
      let place = RankedScores.count(scores, above: lowest.nextDown)
      return place < scores.count ? scores[place] : nil
    }
    let threshold = below.max().map { OperatingCurve.middle(Double($0), Double(lowest)) } ?? Double(lowest)
    return .init(
      falseAcceptRate: rate, trueAcceptRate: Double(accepted) / Double(same.count), threshold: threshold,
      reachedFalseAcceptRate: Double(wrong) / Double(different.count))
  }

  /// How many of the falling scores are above `bound`.
  private static func count(_ scores: [Float], above bound: Float) -> Int {
    var range = 0..<scores.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = scores[middle] > bound ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }

  /// Calls `body` with the accepted pairs of both kinds at each distinct score as threshold, from the highest on.
  func forEachStep(_ body: (_ falseAccepts: Int, _ trueAccepts: Int) -> Void) {
    var (wrong, right) = (0, 0)
    while wrong < different.count || right < same.count {
      let score = max(
        wrong < different.count ? different[wrong] : -.infinity, right < same.count ? same[right] : -.infinity)
      while wrong < different.count, different[wrong] == score { wrong += 1 }
      while right < same.count, same[right] == score { right += 1 }
      body(wrong, right)
    }
  }

  /// The area under the ROC curve, as ``OperatingCurve/areaUnderCurve``. Complexity: O(n).
  var areaUnderCurve: Double {
    var (doubled, lastWrong, lastRight) = (0.0, 0, 0)
    forEachStep { wrong, right in
      doubled += Double(wrong - lastWrong) * Double(right + lastRight)
      (lastWrong, lastRight) = (wrong, right)
    }
    return doubled / (2 * Double(same.count) * Double(different.count))
  }

  /// The true accept rates that arcface_torch's `eval_ijbc.py` prints: at the corner of scikit-learn's ROC curve whose false
  /// accept rate is nearest to each of `rates`, above or below. Complexity: O(n).
  func nearestRates(_ rates: [Double]) -> [NearestRate] {
    var best = rates.map { NearestRate(falseAcceptRate: $0, trueAcceptRate: 0, reachedFalseAcceptRate: 0) }
    func offer(_ wrong: Int, _ right: Int) {
      let (far, tar) = (Double(wrong) / Double(different.count), Double(right) / Double(same.count))
      for place in best.indices {
        let distance = abs(best[place].reachedFalseAcceptRate - rates[place])
        guard abs(far - rates[place]) <= distance else { continue }
        best[place].trueAcceptRate = tar
        best[place].reachedFalseAcceptRate = far
      }
    }
    forEachCorner(offer)
    return best
  }

  /// scikit-learn's `roc_curve` drops the points at which neither count changes its pace.
  private func forEachCorner(_ body: (_ falseAccepts: Int, _ trueAccepts: Int) -> Void) {
    var (before, here): ((Int, Int)?, (Int, Int)?)
    forEachStep { wrong, right in
      if let here {
        let isCorner = before.map { $0.0 + wrong != 2 * here.0 || $0.1 + right != 2 * here.1 } ?? true
        if isCorner { body(here.0, here.1) }
      }
      (before, here) = (here, (wrong, right))
    }
    if let here { body(here.0, here.1) }
  }
}

/// A true accept rate at the false accept rate nearest to the one asked for.
public struct NearestRate: Codable, Sendable, Equatable {
  public var falseAcceptRate: Double
  public var trueAcceptRate: Double
  public var reachedFalseAcceptRate: Double
}
