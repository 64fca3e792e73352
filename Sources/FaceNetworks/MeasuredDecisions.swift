/// What deciding at a threshold did on pairs whose truth is known: counts, so that a reader sees how few they may be.
public struct MeasuredDecisions: Codable, Sendable, Equatable {
  /// Pairs that score so, or higher, count as the same person.
  public var threshold: Double
  /// The pairs of different people that were called one, of how many.
  public var falseAccepts: Int
  public var differentPairs: Int
  /// The pairs of one person that were called so, of how many.
  public var trueAccepts: Int
  public var samePairs: Int

  public init(threshold: Double, falseAccepts: Int, differentPairs: Int, trueAccepts: Int, samePairs: Int) {
    self.threshold = threshold
    self.falseAccepts = falseAccepts
    self.differentPairs = differentPairs
    self.trueAccepts = trueAccepts
    self.samePairs = samePairs
  }

  /// How many of so many pairs of different people may pass at a false accept rate; below 1 the pairs cannot tell it.
  public static func allowedFalseAccepts(at rate: Double, of pairs: Int) -> Double {
    // The slack keeps 0.001 of 1000 pairs at one pair in spite of rounding.
    rate * Double(pairs) * (1 + 1e-12)
  }

  public var falseAcceptRate: Double { Double(falseAccepts) / Double(max(1, differentPairs)) }
  public var trueAcceptRate: Double { Double(trueAccepts) / Double(max(1, samePairs)) }
}

extension FaceModel {
  /// Decides at the lowest measured threshold that keeps a false accept rate. `path`: the file it came from, for the message.
  /// Throws ``ModelError`` where nobody measured one that does.
  public mutating func decide(atFalseAcceptRate rate: Double, path: String) throws {
    guard let calibration = info.calibration, let measured = calibration.decisions, !measured.isEmpty else {
      throw ModelError(
        path: path, reason: "its false accept rates were never measured: facet calibrate MODEL --data ... --save")
    }
    guard let choice = calibration.threshold(atFalseAcceptRate: rate) else {
      let strictest = measured.min { $0.falseAccepts < $1.falseAccepts }!
      throw ModelError(
        path: path,
        reason:
          "the lowest false accept rate measured is \(strictest.falseAccepts) of \(strictest.differentPairs) pairs of different "
          + "people, and \(rate) is asked for: give more pairs to facet calibrate --save, or a higher rate")
    }
    info.threshold = choice.threshold
    info.thresholdSource = calibration.source(ofFalseAcceptRate: rate)
  }
}
