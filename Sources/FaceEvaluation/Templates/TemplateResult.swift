import FaceDatasets
import FaceNetworks
import Torch

/// A model measured on templates: IJB-B, IJB-C.
public struct TemplateResult: Codable, Sendable {
  /// "IJB-C".
  public let name: String
  public let pooling: TemplatePooling
  public let photos: Int
  public let templates: Int
  /// Templates none of whose photos could be read, or whose feature has no direction: they match nobody.
  public let templatesLeftOut: Int
  public let verification: TemplateVerification
  /// Galleries G1 and G2, and both as one; nil when the files of the 1:N protocol are not there.
  public let identification: [Identification]?
  /// The photos that could not be read.
  public let damaged: [DamagedPhoto]
}

/// The 1:1 protocol of templates.
public struct TemplateVerification: Codable, Sendable, Equatable {
  /// The false accept rates that IJB is reported at.
  public static let standardFalseAcceptRates = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1]

  public let pairs: Int
  /// Pairs of one person.
  public let positives: Int
  /// Pairs of two people.
  public let negatives: Int
  /// Pairs of these of which a template has no photo that could be read: failures to enroll. They count as rejected. Nil in files
  /// from before they counted.
  public let pairsFailed: Int?
  /// Area under the ROC curve, exact, ties counted half.
  public let auc: Double
  public let tarAtFAR: [VerificationMetrics.TARAtFAR]
  /// What arcface_torch's script prints for the same scores.
  public let nearest: [NearestRate]

  init(_ scores: RankedScores, pairsFailed: Int) {
    (positives, negatives) = (scores.same.count, scores.different.count)
    pairs = positives + negatives
    self.pairsFailed = pairsFailed
    auc = scores.areaUnderCurve
    let rates = TemplateVerification.standardFalseAcceptRates
    tarAtFAR = rates.map { scores.rate(atFalseAcceptRate: $0, of: "pairs of different people") }
    nearest = scores.nearestRates(rates)
  }
}

extension NetworkScan {
  /// Measures IJB-B or IJB-C. Lists are read to their ends before the first photo, so that damage in them costs no hours.
  ///
  /// - Parameters:
  ///   - photos: IJB's photos seen through something that crops them; as they are when nil.
  ///   - progress: Called with the number of photos done.
  /// - Throws: `DatasetError` for lists that are missing or malformed, ``VerificationError`` when they decide nothing.
  public func evaluate(
    _ ijb: IJB, photos: (any FaceDataset)? = nil, pooling: TemplatePooling = TemplatePooling(),
    progress: (Int) -> Void = { _ in }
  ) throws -> TemplateResult {
    let search = try ijb.search()
    try search.map(GallerySearch.check)
    let counts = try ijb.pairCounts()
    let (features, damaged) = try templates(
      of: ijb, store: store(photos ?? ijb, memoryLimit: 0), pooling: pooling, progress: progress)
    return TemplateResult(
      name: ijb.name, pooling: pooling, photos: ijb.count, templates: ijb.templateCount,
      templatesLeftOut: features.isPresent.count { !$0 },
      verification: try TemplateVerification(features, ijb, counts),
      identification: try search.map(GallerySearch(features).identify), damaged: damaged)
  }

  /// The features of all templates, and the photos that could not be read. Photos are read template by template, so that only
  /// one media at a time is kept beside the features.
  func templates(
    of ijb: IJB, store: PhotoStore, pooling: TemplatePooling, progress: (Int) -> Void
  ) throws -> (features: TemplateFeatures, damaged: [DamagedPhoto]) {
    let photos = ijb.photos
    let weights = pooling.weighsByDetector ? try ijb.detectorScores() : nil
    let order = (0..<ijb.count).sorted {
      (photos.templates[$0], photos.medias[$0], $0) < (photos.templates[$1], photos.medias[$1], $1)
    }
    let dimension = model.info.network.embeddingSize * (pooling.mirror == .concatenated ? 2 : 1)
    var features = TemplateFeatures(templates: ijb.templateCount, dimension: dimension)
    var done = 0
    let damaged = try run(store, order) { batch in
      let values = try pooledEmbeddings(batch, pooling)
      for (row, photo) in batch.indices.enumerated() {
        let feature = values[(row * dimension)..<((row + 1) * dimension)]
        let weight = weights?[photo] ?? 1
        features.add(
          feature.lazy.map { $0 * weight }, template: Int(photos.templates[photo]), media: photos.medias[photo])
      }
      done += batch.indices.count
      progress(done)
    }
    try features.finish()
    return (features, damaged)
  }

  /// [B, D] or [B, 2 D], row by row.
  private func pooledEmbeddings(_ batch: Batch, _ pooling: TemplatePooling) throws -> [Float] {
    var embedding = batch.output.embedding
    if pooling.mirror != .none {
      let mirrored = try model.network.mirrorEmbedding(batch.input)
      embedding = pooling.mirror == .sum ? try embedding + mirrored : try Tensor.concatenated([embedding, mirrored], 1)
    }
    return try (pooling.keepsLength ? embedding : embedding.normalized(1)).floats()
  }
}

extension IJB {
  /// How many pairs there are of one person and of two.
  func pairCounts() throws -> (same: Int, different: Int) {
    var counts = (same: 0, different: 0)
    try forEachPair { _, _, same in
      if same { counts.same += 1 } else { counts.different += 1 }
    }
    return counts
  }
}

extension TemplateVerification {
  /// Scores the pairs one by one as they are read.
  init(_ features: TemplateFeatures, _ ijb: IJB, _ counts: (same: Int, different: Int)) throws {
    var (same, different): ([Float], [Float]) = ([], [])
    same.reserveCapacity(counts.same)
    different.reserveCapacity(counts.different)
    var failed = 0
    try ijb.forEachPair { first, second, isSame in
      let isComparable = features.isPresent[first] && features.isPresent[second]
      if !isComparable { failed += 1 }
      let score = isComparable ? features.cosine(first, second) : TemplateFeatures.failedScore
      if isSame { same.append(score) } else { different.append(score) }
    }
    // Where no pair can be compared nothing was measured.
    guard failed < same.count + different.count else { throw VerificationError.noTemplates(pairs: failed) }
    self.init(try RankedScores(same: same, different: different), pairsFailed: failed)
  }
}
