import FaceDatasets
import Foundation
import Testing

@testable import FaceEvaluation

@Suite struct IdentificationTests {
  /// Directions in the plane, by their angles in degrees; templates of one photo, or of none that could be read.
  private func features(_ angles: [Double?]) throws -> TemplateFeatures {
    var features = TemplateFeatures(templates: angles.count, dimension: 2)
    for (template, angle) in angles.enumerated() {
      guard let angle else { continue }
      let radians = angle * .pi / 180
      features.add([Float(2 * cos(radians)), Float(2 * sin(radians))], template: template, media: 1)
    }
    try features.finish()
    return features
  }

  @Test func ranksByPeople() {
    // Person 1 has two templates; 0.6 is their best, and person 2 is above it, person 0 level with it.
    let result = SearchResult([0.6, 0.1, 0.6, 0.9] as [Float], subjects: [0, 1, 1, 2], people: 3, mate: 1)
    #expect(result.mate?.score == 0.6 && result.mate?.rank == 3 && result.bestOther == 0.9)
    let stranger = SearchResult([0.6, 0.1] as [Float], subjects: [0, 1], people: 2, mate: nil)
    #expect(stranger.mate == nil && stranger.bestOther == 0.6)
  }

  @Test func answersKnownByHand() throws {
    // G1: people 1, 2 and 3 at 0, 40 and 80 degrees; G2: person 4 at 180. Probes: person 1 at 5 (rank 1), 2 at 55 (rank 1, by
    // 15 against 25 degrees), 3 at 50 (rank 2, 30 degrees off, person 2 only 10), 4 at 100 (20 degrees from person 3).
    let features = try features([0, 40, 80, 180, 5, 55, 50, 100])
    let search = IJB.Search(
      galleries: [
        .init(name: "G1", templates: [0, 1, 2], subjects: [1, 2, 3]), .init(name: "G2", templates: [3], subjects: [4]),
      ], probes: .init(name: "probes", templates: [4, 5, 6, 7], subjects: [1, 2, 3, 4]))
    let rows = try GallerySearch(features).identify(search)
    #expect(rows.map(\.gallery) == ["G1", "G2", "G1 + G2"] && rows.map(\.mated) == [3, 1, 4])
    #expect(rows.map(\.nonMated) == [1, 3, 0] && rows.map(\.galleryTemplates) == [3, 1, 4])
    #expect(rows[0].cmc == [2.0 / 3, 1, 1] && rows[0].rate(atRank: 10) == 1)
    #expect(rows[2].cmc == [0.5, 0.75, 1, 1])
    #expect(rows[2].tpirAtFPIR.allSatisfy { $0.trueAcceptRate == nil && $0.reason != nil })
    // One stranger is too few for 0.1.
    #expect(rows[0].tpirAtFPIR.allSatisfy { $0.trueAcceptRate == nil })
  }

  @Test func openSetRates() throws {
    // Gallery: person 0 at 0 degrees. Ten strangers at 10, 20, ... 100 degrees; the person's probes at 5, 15 and 25. At most one
    // stranger in ten may pass: the threshold lies between 10 and 20 degrees, and two of three probes pass.
    let strangers = (1...10).map { Double(10 * $0) }
    let features = try features([0] + strangers + [5, 15, 25])
    let row = try GallerySearch(features).identify(
      .init(name: "G1", templates: [0], subjects: [0]),
      .init(name: "probes", templates: Array(1...13), subjects: Array(1...10) + [0, 0, 0]))
    let rate = try #require(row.tpirAtFPIR.last)
    #expect(rate.falseAcceptRate == 0.1 && rate.trueAcceptRate == 2.0 / 3 && rate.reachedFalseAcceptRate == 0.1)
    let threshold = try #require(rate.threshold)
    #expect(threshold > cos(20 * .pi / 180) && threshold < cos(15 * .pi / 180))
    #expect(row.cmc == [1] && row.nonMated == 10)
  }

  @Test func failuresToEnrollAreMissesAndNobodyChangesSides() throws {
    // Gallery: person 1 at 0 degrees, person 2 not readable, person 3 at 90. Probes: person 1 at 5 (found) and not readable, 2 at
    // 45, 3 at 80 (found); strangers at 20 and not readable.
    let features = try features([0, nil, 90, 5, nil, 45, 80, 20, nil])
    let row = try GallerySearch(features).identify(
      .init(name: "G1", templates: [0, 1, 2], subjects: [1, 2, 3]),
      .init(name: "probes", templates: Array(3...8), subjects: [1, 1, 2, 3, 8, 9]))
    #expect(row.mated == 4 && row.nonMated == 2 && row.failed == 3 && row.galleryTemplates == 2)
    #expect(row.cmc == [0.5, 0.5, 0.5], "of people who cannot be found no rank is one, not the last either")
  }

  /// Ten strangers, nine of whom cannot be read and pass nowhere: the tenth is one in ten.
  @Test func strangersWhoCannotBeReadCountAsRejected() throws {
    let features = try features([0, 5, 10] + [Double?](repeating: nil, count: 9))
    let row = try GallerySearch(features).identify(
      .init(name: "G1", templates: [0], subjects: [0]),
      .init(name: "probes", templates: Array(1...11), subjects: [0] + Array(1...10)))
    let rate = try #require(row.tpirAtFPIR.last)
    #expect(rate.falseAcceptRate == 0.1 && rate.trueAcceptRate == 1 && row.nonMated == 10 && row.failed == 9)
  }

  @Test func aGalleryThatCannotBeReadFindsNobody() throws {
    let row = try GallerySearch(features([nil, nil, 5, 20])).identify(
      .init(name: "G1", templates: [0, 1], subjects: [1, 2]),
      .init(name: "probes", templates: [2, 3], subjects: [1, 9])
    )
    #expect(row.galleryTemplates == 0 && row.mated == 1 && row.nonMated == 1 && row.failed == 1 && row.cmc == [0, 0])
  }

  @Test func refusesProbesWithoutMates() throws {
    let features = try features([0, 90])
    let empty = IJB.TemplateList(name: "G2", templates: [0], subjects: [0])
    let search = IJB.Search(
      galleries: [.init(name: "G1", templates: [0], subjects: [1]), empty],
      probes: .init(name: "probes", templates: [1], subjects: [1]))
    #expect(throws: VerificationError.noMates(gallery: "G2")) { try GallerySearch.check(search) }
    #expect(throws: VerificationError.noMates(gallery: "G1")) {
      try GallerySearch(features).identify(
        .init(name: "G1", templates: [0], subjects: [0]), .init(name: "probes", templates: [1], subjects: [1]))
    }
  }
}
