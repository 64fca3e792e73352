import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation

/// What a model's scores mean, measured on pairs: a threshold, a logistic curve, and how far both can be trusted. Pairs of one
/// person and of two count half each in the curve and in what is said of it, however many there are of either.
public struct CalibrationReport: Codable, Sendable {
  /// Pairs whose probabilities lie in one tenth of 0...1.
  public struct Bin: Codable, Sendable, Equatable {
    public var from: Double
    public var to: Double
    public var pairs: Int
    /// The mean of their probabilities, each from a curve fitted on other folds; 0 in an empty bin.
    public var meanProbability: Double
    /// The part of them that shows the same person, where half of all pairs do; 0 in an empty bin.
    public var shareSame: Double
  }

  /// What the threshold does on one protocol's pairs.
  public struct JudgedProtocol: Codable, Sendable, Equatable {
    public var name: String
    public var pairs: Int
    public var accuracy: Double
    public var falseAcceptRate: Double
    public var trueAcceptRate: Double
  }

  /// The pairs in words: the protocols, and what of the data.
  public var data: String
  public var pairs: Int
  public var flip: Bool
  /// Where the probability is one half: steadier than the threshold that happens to be most accurate on these very pairs. Or, of those
  /// that keep `falseAcceptRate`, the one that accepts most pairs of one person.
  public var threshold: Double
  /// The share of different people that the threshold was asked to keep to on these very pairs; nil when it was not.
  public var falseAcceptRate: Double?
  /// What deciding does: at the threshold first, then at those that keep common false accept rates.
  public var decisions: [MeasuredDecisions]
  public var slope: Double
  public var intercept: Double
  /// Of decisions at one half, the curve fitted on the other folds; mean over folds, and deviation.
  public var accuracy: Double
  public var accuracyDeviation: Double
  /// Expected calibration error over ten bins of equal width, the curve fitted on the other folds.
  public var calibrationError: Double
  /// Mean cross entropy in nats, the curve fitted on the other folds; knowing nothing gives 0.693.
  public var logLoss: Double
  public var bins: [Bin]
  public var protocols: [JudgedProtocol]
  public var damaged: [DamagedPhoto]

  /// Where the threshold came from, in words.
  public var source: String {
    let percent = String(format: "%.1f", accuracy * 100)
    return falseAcceptRate.map(calibration.source(ofFalseAcceptRate:))
      ?? "\(calibration.source), accuracy \(percent) % on folds that had no say"
  }

  /// What goes into the model file.
  public var calibration: ScoreCalibration {
    .init(
      slope: slope, intercept: intercept, data: data, pairs: pairs, flip: flip, accuracy: accuracy,
      calibrationError: calibrationError, decisions: decisions)
  }
}

extension CalibrationReport {
  /// From scored pairs of one or more protocols. `folds` are each protocol's own; a protocol of one fold is split into up to
  /// ten. `falseAcceptRate`: decide so that no more of the different people pass for one. Throws ``VerificationError`` when they
  /// cannot be judged, or are too few for that rate.
  public init(
    _ sets: [(name: String, scores: [Double], same: [Bool], folds: [Int])], data: String, flip: Bool,
    falseAcceptRate: Double? = nil, damaged: [DamagedPhoto] = []
  ) throws {
    let scores = sets.flatMap(\.scores)
    let same = sets.flatMap(\.same)
    let folds = try sets.flatMap { try Self.folds($0.same, $0.folds) }
    let fit = try LogisticFit(scores: scores, same: same)
    let probabilities = try Self.heldOut(scores, same, folds)
    self.data = data
    self.flip = flip
    self.damaged = damaged
    pairs = scores.count
    guard let crossing = fit.crossing else { throw VerificationError.scoresMeanNothing }
    guard falseAcceptRate != nil || (-1...1).contains(crossing) else {
      throw VerificationError.thresholdOutOfReach(crossing)
    }
    let curve = try OperatingCurve(scores: scores, same: same)
    let chosen = try falseAcceptRate.map { try curve.threshold(keeping: $0) } ?? crossing
    threshold = chosen
    self.falseAcceptRate = falseAcceptRate
    decisions = [curve.decisions(curve.point(at: chosen))] + curve.decisionsAtCommonRates
    (slope, intercept) = (fit.slope, fit.intercept)
    let weights = LogisticFit.evenWeights(same)
    (accuracy, accuracyDeviation) = Self.accuracy(probabilities, same, folds, weights)
    (bins, calibrationError) = Self.bins(probabilities, same, weights)
    logLoss = Self.logLoss(probabilities, same, weights)
    protocols = try sets.map { set in
      let own = try OperatingCurve(scores: set.scores, same: set.same)
      let point = own.point(at: chosen)
      return JudgedProtocol(
        name: set.name, pairs: set.scores.count, accuracy: own.accuracy(point),
        falseAcceptRate: own.falseAcceptRate(point), trueAcceptRate: own.trueAcceptRate(point))
    }
  }

  private static func folds(_ same: [Bool], _ folds: [Int]) throws -> [Int] {
    guard Set(folds).count < 2 else { return folds }
    do throws(CrossValidation.Unavailable) {
      return try CrossValidation.split(same: same)
    } catch { throw VerificationError.noCrossValidation(reason: error.reason) }
  }

  /// The share of right decisions in each fold: their mean and deviation.
  private static func accuracy(
    _ probabilities: [Double], _ same: [Bool], _ folds: [Int], _ weights: [Double]
  ) -> (mean: Double, deviation: Double) {
    let members = Dictionary(grouping: same.indices, by: { folds[$0] })
    let accuracies = members.sorted { $0.key < $1.key }.map { _, pairs in
      let right = pairs.filter { (probabilities[$0] >= 0.5) == same[$0] }
      return right.reduce(0) { $0 + weights[$1] } / pairs.reduce(0) { $0 + weights[$1] }
    }
    let moments = Moments(accuracies)
    return (moments.mean, moments.deviation)
  }

  /// Each pair's probability from a curve that did not see its fold.
  private static func heldOut(_ scores: [Double], _ same: [Bool], _ folds: [Int]) throws -> [Double] {
    let fits = try Dictionary(
      uniqueKeysWithValues: Set(folds).sorted().map { fold in
        let others = scores.indices.filter { folds[$0] != fold }
        guard others.contains(where: { same[$0] }), others.contains(where: { !same[$0] }) else {
          throw VerificationError.noCrossValidation(reason: "all pairs of one kind are in fold \(fold)")
        }
        return (fold, try LogisticFit(scores: others.map { scores[$0] }, same: others.map { same[$0] }))
      })
    return scores.indices.map { fits[folds[$0]]!.probability(scores[$0]) }
  }

  /// The bins, and by how much probabilities are off on average.
  private static func bins(
    _ probabilities: [Double], _ same: [Bool], _ weights: [Double]
  ) -> (bins: [Bin], error: Double) {
    var error = 0.0
    let bins = (0..<10).map { number in
      let members = probabilities.indices.filter { min(9, Int(probabilities[$0] * 10)) == number }
      let weight = members.reduce(0) { $0 + weights[$1] }
      func mean(_ value: (Int) -> Double) -> Double {
        members.isEmpty ? 0 : members.reduce(0) { $0 + weights[$1] * value($1) } / weight
      }
      let bin = Bin(
        from: Double(number) / 10, to: Double(number + 1) / 10, pairs: members.count,
        meanProbability: mean { probabilities[$0] }, shareSame: mean { same[$0] ? 1 : 0 })
      error += weight / Double(same.count) * abs(bin.meanProbability - bin.shareSame)
      return bin
    }
    return (bins, error)
  }

  private static func logLoss(_ probabilities: [Double], _ same: [Bool], _ weights: [Double]) -> Double {
    let sum = same.indices.reduce(0) { sum, pair in
      let probability = same[pair] ? probabilities[pair] : 1 - probabilities[pair]
      return sum - weights[pair] * log(max(probability, 1e-300))
    }
    return sum / Double(probabilities.count)
  }
}

extension OperatingCurve {
  /// The pairs of different people that a rate must allow to pass before it is noted: of fewer, chance decides.
  static let fewestFalseAccepts = 10.0

  func decisions(_ point: Point) -> MeasuredDecisions {
    .init(
      threshold: point.threshold, falseAccepts: point.falseAccepts, differentPairs: negatives,
      trueAccepts: point.trueAccepts, samePairs: positives)
  }

  /// At the thresholds of ``ScoreCalibration/falseAcceptRates`` that so many pairs can tell.
  var decisionsAtCommonRates: [MeasuredDecisions] {
    ScoreCalibration.falseAcceptRates.filter { $0 * Double(negatives) >= Self.fewestFalseAccepts }
      .compactMap { point(atFalseAcceptRate: $0).map(decisions) }
  }

  /// Throws ``VerificationError`` where the pairs are too few for that rate.
  func threshold(keeping rate: Double) throws -> Double {
    guard let point = point(atFalseAcceptRate: rate) else {
      throw VerificationError.tooFewForRate(rate: rate, different: negatives)
    }
    return point.threshold
  }
}

extension NetworkScan {
  /// Measures what this model's scores mean on the pairs of some protocols together. `data`: the photos, in words; `note`: what
  /// else to say of them; `falseAcceptRate`: which share of different people the threshold may let pass, instead of where the
  /// probability is one half.
  public func calibration(
    _ sets: [VerificationSet], data: String, note: String? = nil, flip: Bool = false, falseAcceptRate: Double? = nil
  ) throws -> CalibrationReport {
    var damaged: [DamagedPhoto] = []
    let scored = try sets.map { set in
      let (scores, pairs, broken) = try self.scores(set, flip: flip)
      damaged += broken
      return (name: set.name, scores: scores, same: pairs.map(\.same), folds: pairs.map(\.fold))
    }
    let names = sets.map(\.name).joined(separator: " + ")
    // A list of pairs and its photos have one name.
    let source = (names == data ? data : "\(names) of \(data)") + (note.map { " (\($0))" } ?? "")
    return try CalibrationReport(
      scored, data: source, flip: flip, falseAcceptRate: falseAcceptRate,
      damaged: NetworkScan.once(damaged))
  }
}

extension FaceModel {
  /// Takes over a threshold and a curve.
  public mutating func calibrate(_ report: CalibrationReport) {
    info.threshold = report.threshold
    info.thresholdSource = report.source
    info.calibration = report.calibration
  }
}
