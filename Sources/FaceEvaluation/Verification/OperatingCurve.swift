import FaceNetworks

/// How many pairs are accepted, rightly and wrongly, at every threshold. A pair is accepted (called the same person)
/// when its score is at least the threshold.
///
/// Built in O(n log n); every question after that takes one walk over the distinct scores.
public struct OperatingCurve: Sendable, Equatable {
  /// What a threshold does.
  public struct Point: Sendable, Equatable {
    /// In the middle between the scores it separates. At the ends, just above the highest score (nothing is
    /// accepted) and the lowest score itself (everything is).
    public var threshold: Double
    public var falseAccepts: Int
    public var trueAccepts: Int
  }

  /// From the highest threshold to the lowest: one that accepts nothing, then one for each distinct score.
  public let points: [Point]
  /// The distinct scores, falling; `points[i]` accepts the first `i` of them.
  private let scores: [Double]
  /// How many pairs are of the same person; at least 1.
  public let positives: Int
  /// How many pairs are of different people; at least 1.
  public let negatives: Int

  /// - Parameters:
  ///   - scores: One a pair, higher for more alike.
  ///   - same: Whether each pair shows one person.
  /// - Throws: `VerificationError` for lists of different lengths, a score that is not finite, or only one class.
  public init(scores: [Double], same: [Bool]) throws {
    guard scores.count == same.count else {
      throw VerificationError.countMismatch(scores: scores.count, same: same.count, folds: scores.count)
    }
    if let pair = scores.firstIndex(where: { !$0.isFinite }) {
      throw VerificationError.scoreNotFinite(pair: pair, score: "\(scores[pair])")
    }
    let positives = same.count { $0 }
    guard positives > 0, positives < same.count else {
      throw VerificationError.oneClassOnly(same: positives, different: same.count - positives)
    }
    self.positives = positives
    negatives = same.count - positives
    (self.scores, points) = Self.walk(zip(scores, same).sorted { $0.0 > $1.0 })
  }

  /// From pairs that are sorted by falling score, finite and of both classes.
  init(sorted: [(score: Double, same: Bool)]) {
    positives = sorted.count { $0.same }
    negatives = sorted.count - positives
    (scores, points) = Self.walk(sorted)
  }

  private static func walk(_ sorted: [(score: Double, same: Bool)]) -> (scores: [Double], points: [Point]) {
    var point = Point(threshold: sorted[0].score.nextUp, falseAccepts: 0, trueAccepts: 0)
    var points = [point]
    var scores: [Double] = []
    for (index, pair) in sorted.enumerated() {
      if pair.same { point.trueAccepts += 1 } else { point.falseAccepts += 1 }
      let next = index + 1 < sorted.count ? sorted[index + 1].score : nil
      if next == pair.score { continue }
      point.threshold = next.map { middle($0, pair.score) } ?? pair.score
      points.append(point)
      scores.append(pair.score)
    }
    return (scores, points)
  }

  /// A number above `low`, at most `high`, half way where there is room.
  static func middle(_ low: Double, _ high: Double) -> Double {
    let middle = low / 2 + high / 2
    return middle > low && middle <= high ? middle : high
  }
}

// MARK: - Rates

extension OperatingCurve {
  /// False accept rate: the part of the pairs of different people that is accepted.
  public func falseAcceptRate(_ point: Point) -> Double { Double(point.falseAccepts) / Double(negatives) }

  /// True accept rate: the part of the pairs of the same person that is accepted.
  public func trueAcceptRate(_ point: Point) -> Double { Double(point.trueAccepts) / Double(positives) }

  /// The part of all pairs that is judged rightly.
  public func accuracy(_ point: Point) -> Double {
    Double(point.trueAccepts + negatives - point.falseAccepts) / Double(positives + negatives)
  }

  /// What any threshold does, such as one chosen on other data. Complexity: O(log n).
  public func point(at threshold: Double) -> Point {
    var accepted = 0..<scores.count
    while !accepted.isEmpty {
      let middle = (accepted.lowerBound + accepted.upperBound) / 2
      if scores[middle] >= threshold {
        accepted = (middle + 1)..<accepted.upperBound
      } else {
        accepted = accepted.lowerBound..<middle
      }
    }
    var point = points[accepted.lowerBound]
    point.threshold = threshold
    return point
  }
}

// MARK: - Choosing a threshold

extension OperatingCurve {
  /// The point with the highest accuracy on these very pairs; of several, the one in the widest gap between
  /// scores, which has the best chance to hold on other pairs.
  public var best: Point {
    var best = (correct: -1, gap: 0.0, index: 0)
    for (index, point) in points.enumerated() {
      let correct = point.trueAccepts - point.falseAccepts + negatives
      let gap = index > 0 && index < scores.count ? scores[index - 1] - scores[index] : 0
      if correct > best.correct || (correct == best.correct && gap > best.gap) {
        best = (correct, gap, index)
      }
    }
    return points[best.index]
  }

  /// The point with the most true accepts whose false accept rate is at most `rate`, without interpolation, so that
  /// it can be had in practice. Nil when `rate` is below one pair in all the pairs of different people: nothing
  /// can be said about rates that rare.
  public func point(atFalseAcceptRate rate: Double) -> Point? {
    let allowed = MeasuredDecisions.allowedFalseAccepts(at: rate, of: negatives)
    guard allowed >= 1 else { return nil }
    let reachable = points.prefix { Double($0.falseAccepts) <= allowed }
    let most = reachable.last!.trueAccepts
    return reachable.first { $0.trueAccepts == most }
  }
}

// MARK: - Summaries

extension OperatingCurve {
  /// The area under the ROC curve: the chance that a pair of one person scores above a pair of two, ties counted
  /// half. Exact, from whole numbers (Fawcett, "An introduction to ROC analysis", 2006).
  public var areaUnderCurve: Double {
    var doubled = 0
    for (previous, point) in zip(points, points.dropFirst()) {
      doubled += (point.falseAccepts - previous.falseAccepts) * (point.trueAccepts + previous.trueAccepts)
    }
    return Double(doubled) / (2 * Double(positives) * Double(negatives))
  }

  /// The equal error rate: where the false accept rate is the false reject rate, on the straight line between the
  /// two points around it; and the threshold there, found in the same way.
  public var equalError: (rate: Double, threshold: Double) {
    var previous = (point: points[0], excess: -1.0)
    for point in points.dropFirst() {
      let excess = falseAcceptRate(point) - (1 - trueAcceptRate(point))
      if excess >= 0 {
        let part = -previous.excess / (excess - previous.excess)
        let low = falseAcceptRate(previous.point)
        let rate = low + part * (falseAcceptRate(point) - low)
        let threshold = previous.point.threshold + part * (point.threshold - previous.point.threshold)
        return (rate, threshold)
      }
      previous = (point, excess)
    }
    preconditionFailure("the last point accepts everything")
  }

  /// The points where the ROC curve bends, and both its ends: enough to draw it exactly.
  public var corners: [Point] {
    var corners = [points[0]]
    for index in points.indices.dropFirst().dropLast() {
      let (before, here, after) = (points[index - 1], points[index], points[index + 1])
      let turn =
        (here.falseAccepts - before.falseAccepts) * (after.trueAccepts - here.trueAccepts)
        - (here.trueAccepts - before.trueAccepts) * (after.falseAccepts - here.falseAccepts)
      if turn != 0 { corners.append(here) }
    }
    corners.append(points[points.count - 1])
    return corners
  }
}
