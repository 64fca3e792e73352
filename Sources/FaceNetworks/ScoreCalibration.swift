import Foundation

/// How a model's scores become probabilities that two photos show one person (Platt 1999): 1 / (1 + exp(-(slope s + intercept))).
///
/// A probability holds for pairs of the kind it was measured on, half of them of one person: it answers "of pairs that score so,
/// how many are the same person?" and not "how likely is this suspect it?", for which what else is known counts too.
public struct ScoreCalibration: Codable, Sendable, Equatable {
  public var slope: Double
  public var intercept: Double
  /// The pairs it was measured on, in words.
  public var data: String
  public var pairs: Int
  /// Whether scores were of photos and their mirror images averaged.
  public var flip: Bool
  /// Accuracy of decisions at a probability of one half with the curve fitted on other folds of the pairs.
  public var accuracy: Double
  /// Expected calibration error with the curve fitted on other folds: by how much probabilities are off on average.
  public var calibrationError: Double
  /// What deciding does: at the model's threshold first, then at the thresholds that ``falseAcceptRates`` ask for, as far as the
  /// pairs can tell. Nil in files from before it was measured.
  public var decisions: [MeasuredDecisions]?

  /// The false accept rates that a threshold is noted for.
  public static let falseAcceptRates = [0.1, 0.05, 0.01, 1e-3, 1e-4, 1e-5, 1e-6]

  public init(
    slope: Double, intercept: Double, data: String, pairs: Int, flip: Bool, accuracy: Double, calibrationError: Double,
    decisions: [MeasuredDecisions]? = nil
  ) {
    self.slope = slope
    self.intercept = intercept
    self.data = data
    self.pairs = pairs
    self.flip = flip
    self.accuracy = accuracy
    self.calibrationError = calibrationError
    self.decisions = decisions
  }

  /// The pairs it was measured on, in words: what a threshold's source names.
  public var source: String { "\(data), \(pairs) pairs\(flip ? ", flips averaged" : "")" }

  /// Where a threshold came from that keeps a false accept rate on those pairs, in words.
  public func source(ofFalseAcceptRate rate: Double) -> String { "false accept rate of at most \(rate) on \(source)" }

  /// The rate that ``source(ofFalseAcceptRate:)`` was given for these words; nil for others.
  public func falseAcceptRate(ofSource words: String) -> Double? {
    let rate = words.split(separator: " ").lazy.compactMap { Double($0) }.first
    return rate.flatMap { source(ofFalseAcceptRate: $0) == words ? $0 : nil }
  }

  /// The probability at a score.
  public func probability(_ score: Double) -> Double { 1 / (1 + exp(-(slope * score + intercept))) }

  /// What deciding at that very threshold did; nil where nobody measured it.
  public func decisions(at threshold: Double) -> MeasuredDecisions? { decisions?.first { $0.threshold == threshold } }

  /// The lowest noted threshold at which no more than that share of different people passed for one; nil where the pairs are too
  /// few to tell, or nobody measured it.
  public func threshold(atFalseAcceptRate rate: Double) -> MeasuredDecisions? {
    // None of fifty says nothing of one in a million: the rate must allow a pair to pass.
    decisions?.filter {
      $0.falseAcceptRate <= rate && MeasuredDecisions.allowedFalseAccepts(at: rate, of: $0.differentPairs) >= 1
    }.min { $0.threshold < $1.threshold }
  }
}
