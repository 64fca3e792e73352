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
}

extension NetworkScan {
  /// Verifies a protocol's pairs; InsightFace's always as cropped and with mirror images, as it does. Throws
  /// ``VerificationError`` when the pairs decide nothing.
  public func verify(
    _ set: VerificationSet, store: PhotoStore? = nil, view: PhotoView = .asCropped, flip: Bool = false
  ) throws -> VerificationResult {
    let photos = Array(Set(set.pairs.flatMap { [$0.first, $0.second] })).sorted()
    let store = store ?? self.store(set.dataset)
    if set.convention == .insightFace { return try verifyAsInsightFace(set, store, photos) }
    let embeddings = try embed(store, photos, view: view, flip: flip)
    return try result(set, embeddings.values, embeddings, view: view, flip: flip)
  }

  private func verifyAsInsightFace(_ set: VerificationSet, _ store: PhotoStore, _ photos: [Int]) throws
    -> VerificationResult
  {
    let (straight, mirrored) = try embedBothWays(store, photos)
    let sums = zip(straight.values, mirrored).map { $0 + $1 }
    var result = try result(set, sums, straight, view: .asCropped, flip: true)
    result.insightFace = try InsightFaceMetrics(
      embeddings: straight.values, mirrored: mirrored, dimension: straight.dimension,
      pairs: pairs(of: set, in: straight))
    return result
  }

  /// A set's pairs as rows of the embeddings; those that lack a photo are left out.
  private func pairs(of set: VerificationSet, in embeddings: Embeddings) -> [FacePair] {
    let rows = Dictionary(uniqueKeysWithValues: embeddings.indices.enumerated().map { ($1, $0) })
    return set.pairs.compactMap { pair in
      guard let first = rows[pair.first], let second = rows[pair.second] else { return nil }
      return FacePair(first: first, second: second, same: pair.same, fold: pair.fold)
    }
  }

  private func result(
    _ set: VerificationSet, _ values: [Float], _ embeddings: Embeddings, view: PhotoView, flip: Bool
  ) throws -> VerificationResult {
    let pairs = pairs(of: set, in: embeddings)
    let scores = try cosineScores(embeddings: values, dimension: embeddings.dimension, pairs: pairs)
    let metrics = try VerificationMetrics(scores: scores, pairs: pairs)
    let labeled = zip(scores, pairs)
    return VerificationResult(
      name: set.name, view: view.title, flip: flip, metrics: metrics,
      sameScores: labeled.filter { $0.1.same }.map(\.0), differentScores: labeled.filter { !$0.1.same }.map(\.0),
      pairsLeftOut: set.pairs.count - pairs.count, damaged: embeddings.damaged)
  }
}
