import Foundation

/// The logistic curve through scores of pairs of the same person and of different people that makes them most likely (Platt
/// 1999), found as Lin, Lin and Weng (2007) say: Newton's steps, with targets a little inside of 0 and 1 so that separable
/// scores do not make it a step. Pairs of the same person and of different people count half each, however many there are of
/// either: the curve's probabilities are for pairs of which half are of one person.
public struct LogisticFit: Codable, Sendable, Equatable {
  public var slope: Double
  public var intercept: Double

  /// Throws ``VerificationError`` for lists of different lengths, a score that is not finite, or only one class.
  public init(scores: [Double], same: [Bool]) throws {
    let curve = try OperatingCurve(scores: scores, same: same)
    let (positives, negatives) = (Double(curve.positives), Double(curve.negatives))
    let targets = same.map { $0 ? (positives + 1) / (positives + 2) : 1 / (negatives + 2) }
    let weights = Self.evenWeights(same)
    slope = 0
    intercept = 0
    var loss = Self.loss(scores, targets, weights, slope, intercept)
    for _ in 0..<100 {
      let step = newtonStep(scores, targets, weights)
      if abs(step.slope) + abs(step.intercept) < 1e-12 { break }
      // A step that overshoots is halved until it helps.
      var share = 1.0
      var next = loss
      while share > 1e-10 {
        next = Self.loss(
          scores, targets, weights, slope + share * step.slope, intercept + share * step.intercept)
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

  /// What each pair counts so that pairs of the same person and of different people count half each; 1 on average. Neither may
  /// be missing.
  static func evenWeights(_ same: [Bool]) -> [Double] {
    let positives = same.count { $0 }
    func weight(_ count: Int) -> Double { Double(same.count) / Double(2 * count) }
    let (positive, negative) = (weight(positives), weight(same.count - positives))
    return same.map { $0 ? positive : negative }
  }

  /// The chance that a pair of that score is of the same person, where half of all pairs are.
  public func probability(_ score: Double) -> Double { 1 / (1 + exp(-(slope * score + intercept))) }

  /// The score at which the chance is one half; nil where it does not rise with the score.
  public var crossing: Double? { slope > 0 ? -intercept / slope : nil }

  private func newtonStep(
    _ scores: [Double], _ targets: [Double], _ weights: [Double]
  ) -> (slope: Double, intercept: Double) {
    var (g0, g1, h00, h01, h11) = (0.0, 0.0, 1e-12, 0.0, 1e-12)
    for (place, score) in scores.enumerated() {
      let p = probability(score)
      let weight = weights[place] * p * (1 - p)
      let gradient = weights[place] * (targets[place] - p)
      g0 += gradient
      g1 += gradient * score
      h00 += weight
      h01 += weight * score
      h11 += weight * score * score
    }
    let determinant = h00 * h11 - h01 * h01
    return ((h00 * g1 - h01 * g0) / determinant, (h11 * g0 - h01 * g1) / determinant)
  }

  /// Cross entropy, without overflow for scores far out.
  private static func loss(
    _ scores: [Double], _ targets: [Double], _ weights: [Double], _ slope: Double, _ intercept: Double
  ) -> Double {
    scores.indices.reduce(0) { sum, place in
      let z = slope * scores[place] + intercept
      return sum + weights[place] * (max(z, 0) - z * targets[place] + log1p(exp(-abs(z))))
    }
  }
}
