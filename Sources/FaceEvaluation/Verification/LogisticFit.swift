import Foundation

/// The logistic curve through scores of pairs of the same person and of different people that makes them most likely (Platt
/// 1999), found as Lin, Lin and Weng (2007) say: Newton's steps, with targets a little inside of 0 and 1 so that separable
/// scores do not make it a step.
public struct LogisticFit: Codable, Sendable, Equatable {
  public var slope: Double
  public var intercept: Double

  /// Throws ``VerificationError`` for lists of different lengths, a score that is not finite, or only one class.
  public init(scores: [Double], same: [Bool]) throws {
    let curve = try OperatingCurve(scores: scores, same: same)
    let (positives, negatives) = (Double(curve.positives), Double(curve.negatives))
    let targets = same.map { $0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }
    slope = 0
    intercept = log((positives + 1) / (negatives + 1))
    var loss = Self.loss(scores, targets, slope, intercept)
    for _ in 0..<100 {
      let step = newtonStep(scores, targets)
      if abs(step.slope) + abs(step.intercept) < 1e-12 { break }
      // A step that overshoots is halved until it helps.
      var share = 1.0
      var next = loss
      while share > 1e-10 {
        next = Self.loss(scores, targets, slope + share * step.slope, intercept + share * step.intercept)
        if next <= loss { break }
        share /= 2
      }
      guard share > 1e-10 else { break }
      slope += share * step.slope
      intercept += share * step.intercept
      if loss - next < 1e-14 * abs(loss) { break }
      loss = next
    }
  }

  /// The chance that a pair of that score is of the same person.
  public func probability(_ score: Double) -> Double { 1 / (1 + exp(-(slope * score + intercept))) }

  /// The score at which the chance is one half; nil where it does not rise with the score.
  public var crossing: Double? { slope > 0 ? -intercept / slope : nil }

  private func newtonStep(_ scores: [Double], _ targets: [Double]) -> (slope: Double, intercept: Double) {
    var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
    for (score, target) in zip(scores, targets) {
      let p = probability(score)
      let weight = p * (1 - p)
      g0 += target - p
      g1 += (target - p) * score
      h00 += weight
      h01 += weight * score
      h11 += weight * score * score
    }
    let determinant = h00 * h11 - h01 * h01
    return ((h00 * g1 - h01 * g0) / determinant, (h11 * g0 - h01 * g1) / determinant)
  }

  /// Cross entropy, without overflow for scores far out.
  private static func loss(_ scores: [Double], _ targets: [Double], _ slope: Double, _ intercept: Double) -> Double {
    zip(scores, targets).reduce(0) { sum, pair in
      let z = slope * pair.0 + intercept
      return sum + max(z, 0) - z * pair.1 + log1p(exp(-abs(z)))
    }
  }
}
