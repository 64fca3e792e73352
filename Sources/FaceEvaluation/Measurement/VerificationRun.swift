import FaceDatasets

/// One protocol measured in one view.
public struct VerificationResult: Codable, Sendable {
  /// "CFP-FP", "LFW", ...
  public let name: String
  /// "as cropped" or "moved".
  public let view: String
  public let flip: Bool
  public let metrics: VerificationMetrics
  /// Cosines of the pairs of the same person and of different people, for pictures of their distributions.
  public let sameScores: [Double]
  public let differentScores: [Double]
  /// Whom these pairs show, in their order; nil where that is not known.
  public var people: PairPeople?
  /// How much the numbers hang on these people; nil where they are not known or too few, and where nobody asked.
  public var intervals: VerificationIntervals?
  /// Why there are no intervals.
  public var intervalsReason: String?
  /// Pairs left out because a photo could not be read.
  public let pairsLeftOut: Int
  /// The photos that could not be read.
  public let damaged: [DamagedPhoto]
  /// The same by InsightFace's own measure, for its `.bin` files.
  public var insightFace: InsightFaceMetrics?
}

extension VerificationResult {
  /// The one accuracy to quote: cross-validated where the pairs allow it, else with the threshold best for these very pairs.
  public var accuracy: Double { metrics.crossValidation?.meanAccuracy ?? metrics.inSampleBestAccuracy }

  /// "as cropped", "moved, flip": the view, and whether mirror images were averaged in.
  public var viewName: String { view + (flip ? ", flip" : "") }

  /// Why ``accuracy`` is an upper bound and no result; nil where it is one.
  public var boundReason: String? {
    metrics.crossValidation == nil ? metrics.crossValidationReason ?? "no cross-validation" : nil
  }
}

extension NetworkScan {
  /// Verifies a protocol's pairs; InsightFace's always as cropped and with mirror images, as it does. Throws
  /// ``VerificationError`` when the pairs decide nothing.
  public func verify(
    _ set: VerificationSet, store: PhotoStore? = nil, view: PhotoView = .asCropped, flip: Bool = false
  ) throws -> VerificationResult {
    let store = store ?? self.store(set.dataset)
    if set.convention == .insightFace { return try verifyAsInsightFace(set, store) }
    let embeddings = try embed(store, photos(of: set), view: view, flip: flip)
    return try result(set, embeddings.values, embeddings, view: view, flip: flip)
  }

  /// The cosines of a protocol's pairs; pairs with a photo that cannot be read are left out. `pairs` are rows of the photos
  /// read.
  func scores(_ set: VerificationSet, store: PhotoStore? = nil, flip: Bool = false) throws
    -> (scores: [Double], pairs: [FacePair], damaged: [DamagedPhoto])
  {
    let embeddings = try embed(store ?? self.store(set.dataset), photos(of: set), flip: flip)
    let (scores, pairs) = try scores(set, embeddings.values, embeddings)
    return (scores, pairs, embeddings.damaged)
  }

  private func verifyAsInsightFace(_ set: VerificationSet, _ store: PhotoStore) throws -> VerificationResult {
    let (straight, mirrored) = try embedBothWays(store, photos(of: set))
    let sums = zip(straight.values, mirrored).map { $0 + $1 }
    var result = try result(set, sums, straight, view: .asCropped, flip: true)
    result.insightFace = try InsightFaceMetrics(
      embeddings: straight.values, mirrored: mirrored, dimension: straight.dimension,
      pairs: pairs(of: set, in: straight))
    return result
  }

  private func photos(of set: VerificationSet) -> [Int] {
    Array(Set(set.pairs.flatMap { [$0.first, $0.second] })).sorted()
  }

  /// A set's pairs as rows of the embeddings; those that lack a photo are left out.
  private func pairs(of set: VerificationSet, in embeddings: Embeddings) -> [FacePair] {
    let rows = Dictionary(uniqueKeysWithValues: embeddings.indices.enumerated().map { ($1, $0) })
    return set.pairs.compactMap { pair in
      guard let first = rows[pair.first], let second = rows[pair.second] else { return nil }
      return FacePair(first: first, second: second, same: pair.same, fold: pair.fold)
    }
  }

  private func scores(_ set: VerificationSet, _ values: [Float], _ embeddings: Embeddings) throws
    -> (scores: [Double], pairs: [FacePair])
  {
    let pairs = pairs(of: set, in: embeddings)
    return (try cosineScores(embeddings: values, dimension: embeddings.dimension, pairs: pairs), pairs)
  }

  private func result(
    _ set: VerificationSet, _ values: [Float], _ embeddings: Embeddings, view: PhotoView, flip: Bool
  ) throws -> VerificationResult {
    let (scores, pairs) = try scores(set, values, embeddings)
    let metrics = try VerificationMetrics(scores: scores, pairs: pairs)
    let labeled = zip(scores, pairs)
    let (same, different) = (labeled.filter { $0.1.same }.map(\.0), labeled.filter { !$0.1.same }.map(\.0))
    var result = VerificationResult(
      name: set.name, view: view.title, flip: flip, metrics: metrics, sameScores: same, differentScores: different,
      pairsLeftOut: set.pairs.count - pairs.count, damaged: embeddings.damaged)
    do throws(PairPeople.Unknown) {
      guard set.dataset.identityCount > 1 else {
        throw PairPeople.Unknown(reason: "nobody says whom its photos show")
      }
      result.people = try PairPeople(pairs, folds: metrics.folds(pairs)) {
        set.dataset.label(at: embeddings.indices[$0])
      }
    } catch {
      result.intervalsReason = error.reason
    }
    return result
  }
}
