import FaceDatasets
import Torch

/// Searching a gallery of templates with probes (1:N), as NIST measures it.
public struct Identification: Codable, Sendable {
  /// "G1", "G2", "G1 + G2".
  public var gallery: String
  public var galleryTemplates: Int
  /// Probes whose person is in the gallery, and those of others.
  public var mated: Int
  public var nonMated: Int
  /// Probes of these whose template, or all of whose person's in the gallery, have no photo that could be read: failures to
  /// enroll. They find nobody, which is a miss where the person is in the gallery. Nil in files from before they counted.
  public var failed: Int?
  /// Cumulative match characteristic: the share of mated probes whose person is among the first 1, 2, ... of the gallery.
  public var cmc: [Double]
  /// The true positive identification rate (the share of mated probes whose own person scores at least the threshold) when the
  /// false positive identification rate (the share of other probes whose best candidate does) is held down to a rate.
  public var tpirAtFPIR: [VerificationMetrics.TARAtFAR]

  /// The false positive identification rates that are reported.
  public static let falsePositiveRates = [0.01, 0.1]
  /// How many ranks are kept.
  static let ranks = 50

  /// The share of mated probes found at this rank or before.
  public func rate(atRank rank: Int) -> Double? { cmc.isEmpty ? nil : cmc[min(rank, cmc.count) - 1] }
}

extension Identification {
  /// From what each search found. Throws `VerificationError` when no probe has a mate.
  init(_ searches: [SearchResult], gallery: String, templates: Int, subjects: Int) throws {
    let found = searches.compactMap(\.mate)
    let others = searches.filter { $0.mate == nil }.map(\.bestOther)
    guard !found.isEmpty else { throw VerificationError.noMates(gallery: gallery) }
    self.gallery = gallery
    galleryTemplates = templates
    (mated, nonMated) = (found.count, searches.count - found.count)
    failed = searches.count(where: \.isFailure)
    var atRank = [Int](repeating: 0, count: min(Identification.ranks, subjects))
    for mate in found where mate.rank <= atRank.count { atRank[mate.rank - 1] += 1 }
    var sum = 0
    cmc = atRank.map { count in
      sum += count
      return Double(sum) / Double(found.count)
    }
    tpirAtFPIR =
      others.isEmpty
      ? Identification.falsePositiveRates.map {
        .init(falseAcceptRate: $0, reason: "every probe's person is in the gallery")
      }
      : try Identification.rates(RankedScores(same: found.map(\.score), different: others))
  }

  private static func rates(_ scores: RankedScores) -> [VerificationMetrics.TARAtFAR] {
    falsePositiveRates.map { scores.rate(atFalseAcceptRate: $0, of: "probes whose person is not in the gallery") }
  }
}

/// What one probe found.
struct SearchResult {
  /// The person's own best template: its score, and its rank by people, from 1; nil when the person is not in the gallery. Others
  /// that score the same come first. A person who cannot be found has the lowest score and no rank that counts.
  var mate: (score: Float, rank: Int)?
  /// The best score of anybody else; the lowest where nobody else can be compared.
  var bestOther: Float
  /// Whether the probe or its person in the gallery cannot be compared.
  var isFailure = false

  /// What a person is found by who cannot be found.
  private static let miss = (score: TemplateFeatures.failedScore, rank: Int.max)

  /// `scores` of a gallery's templates, which show people 0..<`people`, each of `subjects`; a person may have none.
  init(_ scores: some Collection<Float>, subjects: [Int], people: Int, mate: Int?) {
    var best = [Float?](repeating: nil, count: people)
    for (score, subject) in zip(scores, subjects) { best[subject] = max(best[subject] ?? score, score) }
    let others = best.indices.filter { $0 != mate }.compactMap { best[$0] }
    bestOther = others.max() ?? SearchResult.miss.score
    guard let mate else { return }
    guard let own = best[mate] else {
      (self.mate, isFailure) = (SearchResult.miss, true)
      return
    }
    self.mate = (own, 1 + others.count { $0 >= own })
  }

  /// Of a probe without a photo that could be read.
  init(failedWithMate isMated: Bool) {
    mate = isMated ? SearchResult.miss : nil
    bestOther = SearchResult.miss.score
    isFailure = true
  }
}

/// Searches galleries with probes.
struct GallerySearch {
  let features: TemplateFeatures
  /// Probes compared at once.
  private static let batch = 512

  init(_ features: TemplateFeatures) { self.features = features }

  /// Searches each gallery, and all of them as one. Templates without a photo that could be read find nobody, and are not found.
  func identify(_ search: IJB.Search) throws -> [Identification] {
    try GallerySearch.galleries(search).map { try identify($0, search.probes) }
  }

  private static func galleries(_ search: IJB.Search) -> [IJB.TemplateList] {
    search.galleries + [IJB.TemplateList(joining: search.galleries)]
  }

  /// Throws `VerificationError` for a gallery that no probe has a mate in, as ``identify(_:)`` does once photos are read.
  static func check(_ search: IJB.Search) throws {
    let probes = Set(search.probes.subjects)
    for gallery in galleries(search) where probes.isDisjoint(with: gallery.subjects) {
      throw VerificationError.noMates(gallery: gallery.name)
    }
  }

  func identify(_ gallery: IJB.TemplateList, _ probes: IJB.TemplateList) throws -> Identification {
    // Who is in the gallery is for the protocol to say, not for what could be read.
    let numbers = Set(gallery.subjects).sorted()
    let people = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, $0) })
    let gallery = present(gallery)
    let subjects = gallery.subjects.map { people[$0]! }
    let enrolled =
      subjects.isEmpty
      ? nil
      : try Tensor(features.rows(gallery.templates), [subjects.count, features.dimension]).transposed(0, 1)
    let present = present(probes)
    var results = probes.templates.indices.filter { !features.isPresent[probes.templates[$0]] }.map {
      SearchResult(failedWithMate: people[probes.subjects[$0]] != nil)
    }
    for start in stride(from: 0, to: present.templates.count, by: GallerySearch.batch) {
      let range = start..<min(start + GallerySearch.batch, present.templates.count)
      let rows = try Tensor(features.rows(present.templates[range]), [range.count, features.dimension])
      let scores = try enrolled.map { try rows.matmul($0).floats() } ?? []
      for (row, subject) in present.subjects[range].enumerated() {
        results.append(
          SearchResult(
            scores[(row * subjects.count)..<((row + 1) * subjects.count)], subjects: subjects, people: numbers.count,
            mate: people[subject]))
      }
    }
    return try Identification(results, gallery: gallery.name, templates: subjects.count, subjects: numbers.count)
  }

  private func present(_ list: IJB.TemplateList) -> IJB.TemplateList {
    let kept = list.templates.indices.filter { features.isPresent[list.templates[$0]] }
    return IJB.TemplateList(
      name: list.name, templates: kept.map { list.templates[$0] }, subjects: kept.map { list.subjects[$0] })
  }
}

extension IJB.TemplateList {
  /// Several galleries as one.
  init(joining lists: [IJB.TemplateList]) {
    self.init(
      name: lists.map(\.name).joined(separator: " + "), templates: lists.flatMap(\.templates),
      subjects: lists.flatMap(\.subjects))
  }
}
