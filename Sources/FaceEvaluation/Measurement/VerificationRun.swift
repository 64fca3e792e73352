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
}

extension VerificationResult {
  /// The one accuracy to quote: cross-validated where the pairs allow it, else with the threshold best for these very pairs.
  public var accuracy: Double { metrics.crossValidation?.meanAccuracy ?? metrics.inSampleBestAccuracy }
}

extension NetworkScan {
  /// Verifies a protocol's pairs. Throws ``VerificationError`` when the pairs decide nothing.
  public func verify(
    _ set: VerificationSet, store: PhotoStore? = nil, view: PhotoView = .asCropped, flip: Bool = false
  ) throws -> VerificationResult {
    let (scores, pairs, damaged) = try scores(set, store: store, view: view, flip: flip)
    let metrics = try VerificationMetrics(scores: scores, pairs: pairs)
    let labeled = zip(scores, pairs)
    return VerificationResult(
      name: set.name, view: view.title, flip: flip, metrics: metrics,
      sameScores: labeled.filter { $0.1.same }.map(\.0), differentScores: labeled.filter { !$0.1.same }.map(\.0),
      pairsLeftOut: set.pairs.count - pairs.count, damaged: damaged)
  }

  /// The cosines of a protocol's pairs; pairs with a photo that cannot be read are left out. `pairs` are rows of the photos read.
  func scores(
    _ set: VerificationSet, store: PhotoStore? = nil, view: PhotoView = .asCropped, flip: Bool = false
  ) throws -> (scores: [Double], pairs: [FacePair], damaged: [DamagedPhoto]) {
    let photos = Array(Set(set.pairs.flatMap { [$0.first, $0.second] })).sorted()
    let embeddings = try embed(store ?? self.store(set.dataset), photos, view: view, flip: flip)
    let rows = Dictionary(uniqueKeysWithValues: embeddings.indices.enumerated().map { ($1, $0) })
    let pairs = set.pairs.compactMap { pair -> FacePair? in
      guard let first = rows[pair.first], let second = rows[pair.second] else { return nil }
      return FacePair(first: first, second: second, same: pair.same, fold: pair.fold)
    }
    let scores = try cosineScores(embeddings: embeddings.values, dimension: embeddings.dimension, pairs: pairs)
    return (scores, pairs, embeddings.damaged)
  }
}
