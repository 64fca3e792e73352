import ExplainableChannels
import FaceDatasets
import Testing

@Suite struct PeakSpreadTests {
  private func scores(_ faces: [(HandMadeFace, degrees: Double)], parts: [FacePart]) throws -> PeakSpreadScores {
    var meter = try ExplainabilityMeter(
      channels: parts.count, mapWidth: 28, mapHeight: 28, settings: plainSettings())
    for (index, (face, degrees)) in faces.enumerated() {
      let geometry = AffineMap(
        mapWidth: 28, mapHeight: 28, inputWidth: 112, inputHeight: 112, crop: face.crop(side: 4),
        motion: .similarity(degrees: degrees, centerX: 56, centerY: 56))
      let maps = parts.flatMap { part -> [Float] in
        let center = face.center(part)
        return Canvas.hill(side: 28, geometry: geometry, x: center.x, y: center.y)
      }
      try meter.add(maps, image: MeasuredImage(index: index, geometry: geometry, annotation: face.annotation))
    }
    return try meter.scores().peakSpread
  }

  @Test func twoChannelsAreAsFarApartAsTheirParts() throws {
    // The eyes of a hand-made face are one eye-mouth distance apart; its crop is four.
    let faces = [HandMadeFace(), HandMadeFace(x: 120, y: 150, unit: 25), HandMadeFace(x: 90, y: 90, unit: 60)]
    let spread = try scores(faces.map { ($0, 0) }, parts: [.leftEye, .rightEye])
    #expect(agrees(spread.withinFace?.mean, 1, within: 1e-3))
    #expect(agrees(spread.averagePlaces?.mean, 0.5, within: 1e-3))
    #expect(agrees(spread.inputPixels?.mean, 12, within: 0.02), "half of a quarter of 96 pixels")
  }

  @Test func theFaceCarriesItsOwnFrame() throws {
    let upright = try scores([(HandMadeFace(), 0), (HandMadeFace(), 0)], parts: [.nose, .chin, .leftEye])
    let turned = try scores([(HandMadeFace(), -20), (HandMadeFace(), 20)], parts: [.nose, .chin, .leftEye])
    #expect(agrees(turned.averagePlaces?.mean, upright.averagePlaces!.mean, within: 0.01))
    #expect(agrees(turned.withinFace?.mean, upright.withinFace!.mean, within: 0.01))
    // In the input the places of a turned face average out a little.
    #expect(turned.inputPixels!.mean < upright.inputPixels!.mean)
  }

  @Test func oneDetectorOfEveryPartIsSpreadOverTheFace() throws {
    let spread = try scores([(HandMadeFace(), 0)], parts: FacePart.allCases)
    #expect(agrees(spread.averagePlaces?.mean, 0.76, within: 0.01))
    // In a crop of four eye-mouth distances; of three, as in the document, 24.
    #expect(agrees(spread.inputPixels?.mean, 0.76 * 96 / 4, within: 0.2))
    #expect(agrees(spread.withinFace?.mean, 1.16, within: 0.03))
    let same = try scores([(HandMadeFace(), 0)], parts: [.nose, .nose, .nose])
    #expect(agrees(same.averagePlaces?.mean, 0, within: 1e-3) && agrees(same.withinFace?.mean, 0, within: 1e-3))
  }

  @Test func aChannelThatWandersHasNoPlaceOfItsOwn() throws {
    var random = SeededRandom(seed: 4)
    var meter = try ExplainabilityMeter(channels: 4, mapWidth: 28, mapHeight: 28, settings: plainSettings())
    let face = HandMadeFace()
    let geometry = AffineMap(mapWidth: 28, mapHeight: 28, inputWidth: 112, inputHeight: 112, crop: face.crop())
    for index in 0..<1000 {
      let maps = (0..<4).flatMap { _ in
        Canvas.spot(side: 28, column: random.int(below: 28), row: random.int(below: 28))
      }
      try meter.add(maps, image: MeasuredImage(index: index, geometry: geometry, annotation: face.annotation))
    }
    let spread = try meter.scores().peakSpread
    #expect(agrees(spread.averagePlaces?.mean, 0, within: 0.08))
    // Two random points of a square of three: 0.5214 x 3.
    #expect(agrees(spread.withinFace?.mean, 1.56, within: 0.05))
  }

  @Test func withoutAnnotationOnlyTheInputIsKnown() throws {
    var meter = try ExplainabilityMeter(channels: 2, mapWidth: 8, mapHeight: 8, settings: plainSettings())
    let spots = Canvas.spot(side: 8, column: 0, row: 3) + Canvas.spot(side: 8, column: 4, row: 3)
    try meter.add(spots, image: MeasuredImage(index: 0, geometry: .identity, annotation: nil))
    let spread = try meter.scores().peakSpread
    #expect(spread.averagePlaces == nil && spread.withinFace == nil)
    #expect(agrees(spread.inputPixels?.mean, 24, within: 1e-3))
  }
}
