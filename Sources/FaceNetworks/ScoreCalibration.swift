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

  public init(
    slope: Double, intercept: Double, data: String, pairs: Int, flip: Bool, accuracy: Double, calibrationError: Double
  ) {
    self.slope = slope
    self.intercept = intercept
    self.data = data
    self.pairs = pairs
    self.flip = flip
    self.accuracy = accuracy
    self.calibrationError = calibrationError
  }

  /// The probability at a score.
  public func probability(_ score: Double) -> Double { 1 / (1 + exp(-(slope * score + intercept))) }
}
