import FaceDatasets
import Foundation
import TerminalOutput
import Testing
import Torch

@testable import FaceEvaluation

@Suite struct SeedComparisonTests {
  /// An evaluation of four pairs, whose best accuracy is `right` of 4.
  private func evaluation(right: Int, view: String = "as cropped") throws -> Evaluation {
    let scores: [Double] = right == 4 ? [3, 2, 1, 0] : [3, 1, 2, 0]
    let metrics = try VerificationMetrics(scores: scores, same: [true, true, false, false], folds: [0, 0, 0, 0])
    let result = VerificationResult(
      name: "P", view: view, flip: false, metrics: metrics, sameScores: [], differentScores: [], pairsLeftOut: 0,
      damaged: [])
    let info = try tinyScan(target: false).model.info
    return Evaluation(model: "m", info: info, data: "d", verification: [result], channels: nil, damaged: [])
  }

  @Test func methodsAreSetAgainstTheBaselineSeedBySeed() throws {
    let (good, bad) = (try evaluation(right: 4), try evaluation(right: 3))
    let comparison = SeedComparison(
      [("a", [good, bad]), ("b", [bad, bad]), ("c", [good, good])], seeds: [0, 5], baseline: "b")
    #expect(comparison.methods == ["a", "b", "c"] && comparison.seeds == [0, 5])
    let row = try #require(comparison.rows.first)
    #expect(row.name == "P accuracy, as cropped" && row.subject == "P" && row.higherIsBetter)
    #expect(row.results.map(\.method) == ["a", "b", "c"])
    #expect(row.results.map(\.summary.mean) == [0.875, 0.75, 1])
    #expect(row.results[1].againstBaseline == nil)
    #expect(row.results[0].againstBaseline?.bySeed == [0.25, 0])
    #expect(row.text(row.results[0].summary) == "87.5 ± 17.7" && row.text(row.results[2].summary) == "100.0 ± 0.0")
    let against = try #require(row.results[2].againstBaseline)
    #expect(row.text(against) == "+25.0" && row.bySeed(against) == "+25.0, +25.0")
    #expect(comparison.rows.map(\.measure).contains("AUC"))
    #expect(!comparison.rows.contains { $0.measure == "part purity" }, "nobody measured channels")
    let read = try decodeJSON(SeedComparison.self, from: encodeJSON(comparison))
    #expect(read == comparison)
  }

  @Test func aViewThatOnlySomeHaveIsMissingForTheOthers() throws {
    let (one, other) = (try evaluation(right: 4), try evaluation(right: 4, view: "moved"))
    let comparison = SeedComparison([("a", [one]), ("b", [other])], seeds: [0], baseline: "a")
    let moved = try #require(comparison.rows.first { $0.view == "moved" })
    #expect(moved.results.map(\.summary.mean) == [nil, 1])
    #expect(moved.text(moved.results[0].summary) == "-")
    let against = try #require(moved.results[1].againstBaseline)
    #expect(moved.text(against) == "-" && moved.bySeed(against) == "-")
  }

  @Test func everyMeasureOfChannelsIsReadInBothViews() throws {
    let scan = try tinyScan()
    let evaluation = try scan.evaluate(name: "m", sets: [], annotated: tinyFaces)
    let readings = Measure.all.filter(\.isOfChannels).flatMap { $0.readings(of: evaluation) }
    for name in ["location instability", "part purity", "parts covered", "purity against true masks"] {
      #expect(readings.map(\.title).contains("\(name), as cropped") && readings.map(\.title).contains("\(name), moved"))
    }
    #expect(Set(Measure.all.map(\.name)).count == Measure.all.count)
    #expect(evaluation.isMeasured(on: [], annotated: tinyFaces, flip: false))
    let fewer = try ProceduralFaces(name: tinyFaces.name, identities: 2, photosPerIdentity: 2, imageSize: 36, seed: 11)
    #expect(!evaluation.isMeasured(on: [], annotated: fewer, flip: false))
    #expect(!evaluation.isMeasured(on: [], annotated: nil, flip: false))
  }

  @Test func theBestChannelOfAPartIsDrawnOverTheSameFaces() throws {
    let (scan, other) = (try tinyScan(), try tinyScan(seed: 2))
    let scores = try #require(try scan.evaluate(name: "m", sets: [], annotated: tinyFaces).channels).asCropped
    let parts = scores.parts(purity: 1e-9)
    try #require(!parts.isEmpty)
    let store = scan.store(tinyFaces)
    let figures = try scan.partFigures(scores, parts: parts, store: store, faces: 4)
    #expect(figures.map(\.part) == parts)
    for figure in figures {
      let best = scores.purity.best.first { $0.part == figure.part.rawValue }
      #expect(figure.figure.summary.index == best?.channel && figure.purity == best?.purity)
      #expect(figure.figure.faces.count == 4)
    }
    let others = try other.partFigures(scores, parts: parts, store: store, faces: 4)
    #expect(others[0].figure.faces.map(\.source) == figures[0].figure.faces.map(\.source))
  }
}
