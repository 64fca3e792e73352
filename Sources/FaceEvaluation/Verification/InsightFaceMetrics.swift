import ExplainableChannels
import FaceDatasets

/// Verification as InsightFace's `eval/verification.py` measures its `.bin` files, so that numbers can be set beside those
/// that its model zoo and most papers report.
///
/// The embeddings of a photo and of its mirror image are added and brought to unit length; a pair's distance is the squared
/// Euclidean one. Ten folds of consecutive pairs; the threshold of a fold is the first of 0, 0.01, ..., 3.99 with the
/// highest accuracy on the others. The true accept rate (TAR) at a false accept rate (FAR) of 0.001 takes the threshold
/// that a straight line between the other folds' rates at 0, 0.001, ..., 3.999 gives, and is averaged over the folds.
public struct InsightFaceMetrics: Codable, Sendable, Equatable {
  public struct Fold: Codable, Sendable, Equatable {
    public var accuracy: Double
    /// Squared distance below which a pair counts as one person, chosen on the other folds.
    public var threshold: Double
    /// Squared distance for the false accept rate, chosen on the other folds; 0 when no threshold reaches the rate.
    public var rateThreshold: Double
    public var trueAcceptRate: Double
    public var falseAcceptRate: Double
  }

  public var folds: [Fold]
  /// Means over the folds.
  public var accuracy: Double
  public var threshold: Double
  public var trueAcceptRate: Double
  public var falseAcceptRate: Double
  /// Over the folds, divided by their number.
  public var accuracyDeviation: Double
  public var trueAcceptRateDeviation: Double
  /// The false accept rate that was asked for.
  public var targetRate: Double
  /// Mean length of the embeddings of photos and mirror images; nil when only distances were given.
  public var embeddingNorm: Double?

  /// - Parameters:
  ///   - distances: Squared distance of each pair.
  ///   - same: Whether each pair shows one person.
  ///   - folds: How many folds; at least 2.
  ///   - targetRate: The false accept rate.
  /// - Throws: `VerificationError` for lists of different lengths, fewer pairs than folds, or a fold, or what is outside of
  ///   it, without pairs of both kinds.
  public init(distances: [Double], same: [Bool], folds count: Int = 10, targetRate: Double = 1e-3) throws {
    guard distances.count == same.count else {
      throw VerificationError.countMismatch(scores: distances.count, same: same.count, folds: distances.count)
    }
    guard distances.count >= count else {
      throw VerificationError.tooFewForFolds(pairs: distances.count, folds: count)
    }
    if let pair = distances.firstIndex(where: { !$0.isFinite }) {
      throw VerificationError.scoreNotFinite(pair: pair, score: "\(distances[pair])")
    }
    let assigned = VerificationBin.folds(distances.count, count)
    var folds: [Fold] = []
    for fold in 0..<count {
      let (test, train) = (assigned.map { $0 == fold }, assigned.map { $0 != fold })
      let coarse = Grid(0.01, 400, distances, same, where: train)
      let threshold = coarse.mostAccurate
      let judged = Grid(0.01, 400, distances, same, where: test)
      let fine = Grid(0.001, 4000, distances, same, where: train)
      guard judged.positives > 0, judged.negatives > 0, fine.negatives > 0 else {
        throw VerificationError.foldOfOneKind(fold: fold, same: judged.positives, different: judged.negatives)
      }
      let rateThreshold = fine.threshold(atFalseAcceptRate: targetRate)
      let accepted = Grid.accepted(below: rateThreshold, distances, same, where: test)
      folds.append(
        Fold(
          accuracy: judged.accuracy(threshold), threshold: coarse.threshold(threshold), rateThreshold: rateThreshold,
          trueAcceptRate: Double(accepted.same) / Double(judged.positives),
          falseAcceptRate: Double(accepted.different) / Double(judged.negatives)))
    }
    self.folds = folds
    let (accuracies, accepts) = (Moments(folds.map(\.accuracy)), Moments(folds.map(\.trueAcceptRate)))
    (accuracy, accuracyDeviation) = (accuracies.mean, accuracies.deviation)
    (trueAcceptRate, trueAcceptRateDeviation) = (accepts.mean, accepts.deviation)
    falseAcceptRate = Moments(folds.map(\.falseAcceptRate)).mean
    threshold = Moments(folds.map(\.threshold)).mean
    self.targetRate = targetRate
  }

  /// - Parameters:
  ///   - embeddings: Of the photos, `N x dimension`, row by row.
  ///   - mirrored: Of their mirror images, likewise.
  ///   - pairs: Their photos are rows of both, in the order of the folds.
  /// - Throws: as `init(distances:same:)`, and `VerificationError` when the rows do not fit.
  public init(
    embeddings: [Float], mirrored: [Float], dimension: Int, pairs: [FacePair], folds: Int = 10,
    targetRate: Double = 1e-3
  ) throws {
    guard dimension > 0, embeddings.count.isMultiple(of: dimension), mirrored.count == embeddings.count else {
      throw VerificationError.embeddingShape(values: embeddings.count, dimension: dimension)
    }
    let rows = embeddings.count / dimension
    func unit(_ row: Int) -> [Double] {
      let sums = (row * dimension..<(row + 1) * dimension).map { Double(embeddings[$0]) + Double(mirrored[$0]) }
      let norm = InsightFaceMetrics.norm(sums)
      // A row of zeros stays one, as scikit-learn's normalize leaves it.
      return norm > 0 ? sums.map { $0 / norm } : sums
    }
    let distances = try pairs.enumerated().map { number, pair in
      for row in [pair.first, pair.second] where row < 0 || row >= rows {
        throw VerificationError.noSuchEmbedding(pair: number, row: row, rows: rows)
      }
      return zip(unit(pair.first), unit(pair.second)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    try self.init(distances: distances, same: pairs.map(\.same), folds: folds, targetRate: targetRate)
    let norms = [embeddings, mirrored].flatMap { values in
      (0..<rows).map { row in InsightFaceMetrics.norm(values[row * dimension..<(row + 1) * dimension].map(Double.init))
      }
    }
    embeddingNorm = Moments(norms).mean
  }

  private static func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
}

/// How many pairs lie below each of the thresholds 0, step, 2 step, ...
private struct Grid {
  let step: Double
  let positives: Int
  let negatives: Int
  /// Pairs of each kind below each threshold.
  private var same: [Int]
  private var different: [Int]

  init(_ step: Double, _ count: Int, _ distances: [Double], _ isSame: [Bool], where taken: [Bool]) {
    self.step = step
    same = Array(repeating: 0, count: count + 1)
    different = same
    for (index, distance) in distances.enumerated() where taken[index] {
      let place = Grid.first(above: distance, step, count)
      if isSame[index] { same[place] += 1 } else { different[place] += 1 }
    }
    positives = same.reduce(0, +)
    negatives = different.reduce(0, +)
    for place in 1...count {
      same[place] += same[place - 1]
      different[place] += different[place - 1]
    }
    same.removeLast()
    different.removeLast()
  }

  /// The first threshold above a distance; `count` when there is none.
  private static func first(above distance: Double, _ step: Double, _ count: Int) -> Int {
    var place = min(count, max(0, Int(min(distance / step, Double(count)))))
    while place > 0, distance < Double(place - 1) * step { place -= 1 }
    while place < count, distance >= Double(place) * step { place += 1 }
    return place
  }

  func threshold(_ place: Int) -> Double { Double(place) * step }

  private func correct(_ place: Int) -> Int { same[place] + negatives - different[place] }

  func accuracy(_ place: Int) -> Double { Double(correct(place)) / Double(positives + negatives) }

  /// The first of the most accurate thresholds.
  var mostAccurate: Int { same.indices.reduce(0) { correct($1) > correct($0) ? $1 : $0 } }

  /// On the straight line between the last threshold whose rate is at most `rate` and the next; 0 when none reaches it.
  func threshold(atFalseAcceptRate rate: Double) -> Double {
    let rates = different.map { Double($0) / Double(negatives) }
    guard rates[rates.count - 1] >= rate else { return 0 }
    let low = rates.lastIndex { $0 <= rate }!
    guard low + 1 < rates.count else { return threshold(low) }
    let part = (rate - rates[low]) / (rates[low + 1] - rates[low])
    return threshold(low) * (1 - part) + threshold(low + 1) * part
  }

  static func accepted(
    below threshold: Double, _ distances: [Double], _ same: [Bool], where taken: [Bool]
  ) -> (same: Int, different: Int) {
    var counts = (same: 0, different: 0)
    for index in distances.indices where taken[index] && distances[index] < threshold {
      if same[index] { counts.same += 1 } else { counts.different += 1 }
    }
    return counts
  }
}
