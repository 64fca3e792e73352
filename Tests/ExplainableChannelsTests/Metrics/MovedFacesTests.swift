import ExplainableChannels
import FaceDatasets
import Foundation
import Testing

/// Why every number is reported twice.
@Suite struct MovedFacesTests {
  private static let side = 28

  /// One of the random similarities of "moved": 15 % scale, 20 degrees, 10 % of the side.
  private func motion(_ random: inout SeededRandom) -> AffineMap {
    .similarity(
      scale: random.uniform(0.85...1.15), degrees: random.uniform(-20...20),
      shiftX: random.uniform(-11.2...11.2), shiftY: random.uniform(-11.2...11.2), centerX: 56, centerY: 56)
  }

  /// Channel 0 follows the chin, channel 1 is tied to the place in the crop where chins are.
  private func scores(moved: Bool) throws -> ExplainabilityScores {
    let side = MovedFacesTests.side
    var random = SeededRandom(seed: 9)
    var meter = try ExplainabilityMeter(channels: 2, mapWidth: side, mapHeight: side)
    for index in 0..<200 {
      let face = HandMadeFace(x: random.uniform(190...210), y: random.uniform(190...210))
      let chin = face.center(.chin)
      let still = AffineMap(
        mapWidth: side, mapHeight: side, inputWidth: 112, inputHeight: 112, crop: face.crop(side: 4))
      let shown = AffineMap(
        mapWidth: side, mapHeight: side, inputWidth: 112, inputHeight: 112, crop: face.crop(side: 4),
        motion: moved ? motion(&random) : nil)
      let follower = Canvas.hill(side: side, geometry: shown, x: chin.x, y: chin.y)
      let tied = Canvas.hill(side: side, geometry: still, x: chin.x, y: chin.y)
      try meter.add(
        follower + tied, image: MeasuredImage(index: index, geometry: shown, annotation: face.annotation))
    }
    return try meter.scores()
  }

  @Test func aChannelTiedToAPlaceIsFoundOutWhenFacesMove() throws {
    let report = ExplainabilityReport(asCropped: try scores(moved: false), moved: try scores(moved: true))
    let still = report.asCropped.perChannel
    let moved = try #require(report.moved).perChannel
    #expect(still[1].part == .chin && still[1].purity == 1)
    #expect(agrees(still[1].instability, 0, within: 1e-3))
    #expect(moved[1].purity.map { $0 < 0.6 } == true)
    #expect(moved[1].instability.map { $0 > 0.15 } == true)
    // The channel that detects the part does not care.
    #expect(still[0].purity == 1 && moved[0].purity == 1)
    #expect(agrees(moved[0].instability, 0, within: 1e-3))
    #expect(report.asCropped.purity.covered == 1 && report.moved?.purity.covered == 1)
  }

  /// The figures of docs/metrics.md for a channel that peaks anywhere in a crop of three eye-mouth distances.
  @Test func aRandomChannelGetsWhatTheDocumentSays() throws {
    var random = SeededRandom(seed: 2)
    let side = 28
    let settings = plainSettings()
    let face = HandMadeFace()
    let geometry = AffineMap(
      mapWidth: side, mapHeight: side, inputWidth: 112, inputHeight: 112, crop: face.crop())
    var meter = try ExplainabilityMeter(channels: 4, mapWidth: side, mapHeight: side, settings: settings)
    for index in 0..<1000 {
      let maps = (0..<4).flatMap { _ in
        Canvas.spot(side: side, column: Int(random.uniform() * 28), row: Int(random.uniform() * 28))
      }
      try meter.add(maps, image: MeasuredImage(index: index, geometry: geometry, annotation: face.annotation))
    }
    let scores = try meter.scores()
    #expect(agrees(scores.purity.mean?.mean, 0.09, within: 0.02))
    #expect(agrees(scores.fivePartPurity.mean?.mean, 0.07, within: 0.02))
    #expect(agrees(scores.instability?.mean, 0.57, within: 0.03))
    #expect(agrees(scores.diagonalInstability?.mean, 0.13, within: 0.01))
    #expect(scores.purity.covered == 0)
  }
}
