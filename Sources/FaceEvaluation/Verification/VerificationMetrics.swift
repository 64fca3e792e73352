import FaceDatasets

/// Everything the field reports of a verification test, from the pairs' scores.
///
/// A pair is called the same person when its score is at least the threshold. Written as JSON it holds every number.
public struct VerificationMetrics: Codable, Sendable, Equatable {
  /// Where the cross-validation folds came from.
  public enum FoldSource: String, Codable, Sendable {
    /// The pairs brought them.
    case given
    /// The pairs came in one fold and were split into up to ten sub-folds, always in the same way.
    case split
  }

  /// A point of the ROC curve.
  public struct ROCPoint: Codable, Sendable, Equatable {
    public var threshold: Double
    public var falseAcceptRate: Double
    public var trueAcceptRate: Double
  }

  /// The true accept rate when false accepts are held down to a rate. No interpolation: the threshold reaches it.
  public struct TARAtFAR: Codable, Sendable, Equatable {
    /// What was asked for.
    public var falseAcceptRate: Double
    /// Nil when there are too few pairs to say (see `reason`).
    public var trueAcceptRate: Double?
    public var threshold: Double?
    /// The rate at that threshold, at most the one asked for.
    public var reachedFalseAcceptRate: Double?
    /// Why there is no number.
    public var reason: String?
  }

  /// The false accept rates that are reported unless others are asked for.
  public static let standardFalseAcceptRates = [1e-1, 1e-2, 1e-3, 1e-4]

  public var pairs: Int
  /// Pairs of the same person.
  public var positives: Int
  /// Pairs of different people.
  public var negatives: Int
  public var foldSource: FoldSource
  /// Nil when the folds do not allow it (see `crossValidationReason`).
  public var crossValidation: CrossValidation?
  /// Why there is no cross-validation.
  public var crossValidationReason: String?
  /// The highest accuracy that any threshold reaches on these very pairs: an upper bound, not a result.
  public var inSampleBestAccuracy: Double
  public var inSampleBestThreshold: Double
  /// Area under the ROC curve, exact, ties counted half.
  public var auc: Double
  /// Equal error rate, interpolated.
  public var eer: Double
  public var eerThreshold: Double
  public var tarAtFAR: [TARAtFAR]
  /// The corners of the ROC curve, from (0, 0) to (1, 1).
  public var roc: [ROCPoint]

  /// - Parameters:
  ///   - scores: One a pair, higher for more alike.
  ///   - same: Whether each pair shows one person.
  ///   - folds: The fold of each pair; when all are one, the pairs are split into up to ten (see `foldSource`).
  ///   - falseAcceptRates: Where to report true accept rates.
  /// - Throws: `VerificationError` for lists of different lengths, a score that is not finite, or only one class.
  public init(
    scores: [Double], same: [Bool], folds: [Int],
    falseAcceptRates: [Double] = standardFalseAcceptRates
  ) throws {
    guard scores.count == same.count, folds.count == same.count else {
      throw VerificationError.countMismatch(scores: scores.count, same: same.count, folds: folds.count)
    }
    let curve = try OperatingCurve(scores: scores, same: same)
    pairs = scores.count
    positives = curve.positives
    negatives = curve.negatives
    inSampleBestAccuracy = curve.accuracy(curve.best)
    inSampleBestThreshold = curve.best.threshold
    auc = curve.areaUnderCurve
    (eer, eerThreshold) = curve.equalError
    tarAtFAR = falseAcceptRates.map { Self.trueAcceptRate(at: $0, curve) }
    roc = curve.corners.map {
      ROCPoint(
        threshold: $0.threshold, falseAcceptRate: curve.falseAcceptRate($0), trueAcceptRate: curve.trueAcceptRate($0))
    }
    foldSource = folds.allSatisfy { $0 == folds[0] } ? .split : .given
    do throws(CrossValidation.Unavailable) {
      let folds = foldSource == .split ? try CrossValidation.split(same: same) : folds
      crossValidation = try CrossValidation.run(scores: scores, same: same, folds: folds)
    } catch {
      crossValidationReason = error.reason
    }
  }

  /// The same, for the scores of a verification set's pairs.
  public init(
    scores: [Double], pairs: [FacePair], falseAcceptRates: [Double] = standardFalseAcceptRates
  ) throws {
    try self.init(
      scores: scores, same: pairs.map(\.same), folds: pairs.map(\.fold), falseAcceptRates: falseAcceptRates)
  }

  /// The fold of each pair in the cross-validation of these numbers, which are of these pairs.
  func folds(_ pairs: [FacePair]) -> [Int] {
    let split = foldSource == .split ? try? CrossValidation.split(same: pairs.map(\.same)) : nil
    return split ?? pairs.map(\.fold)
  }

  private static func trueAcceptRate(at rate: Double, _ curve: OperatingCurve) -> TARAtFAR {
    guard let point = curve.point(atFalseAcceptRate: rate) else {
      let reason =
        rate > 0
        ? "a false accept rate of \(rate) is less than one of the \(curve.negatives) pairs of different people"
        : "a false accept rate of \(rate) is not above 0"
      return TARAtFAR(falseAcceptRate: rate, reason: reason)
    }
    return TARAtFAR(
      falseAcceptRate: rate, trueAcceptRate: curve.trueAcceptRate(point), threshold: point.threshold,
      reachedFalseAcceptRate: curve.falseAcceptRate(point))
  }
}
