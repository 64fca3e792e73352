import ExplainableChannels
import FaceDatasets
import Testing

@Suite struct ConcentrationTests {
  private func measure(
    _ maps: [[Float]], side: Int, _ face: FaceAnnotation?, labels: PartLabels? = nil,
    geometry: AffineMap = cellsAreUnits
  ) throws -> ExplainabilityScores {
    var meter = try ExplainabilityMeter(channels: 1, mapWidth: side, mapHeight: side, settings: plainSettings())
    for (index, map) in maps.enumerated() {
      try meter.add(
        map, image: MeasuredImage(index: index, geometry: geometry, annotation: face, labels: labels))
    }
    return try meter.scores()
  }

  @Test func isOneForASpot() throws {
    let spot = Canvas.spot(side: 7, column: 3, row: 3)
    #expect(agrees(try measure([spot], side: 7, annotation([(.nose, 0, 0)], unit: 0.1)).concentration?.mean, 1))
  }

  @Test func isTheShareOfTheDiskForAUniformMap() throws {
    // The peak of a flat map is its first cell; 11 cells are within 3 cells of that corner.
    let flat = [Float](repeating: 2, count: 100)
    let face = annotation([(.nose, 0, 0)], unit: 6)
    #expect(agrees(try measure([flat], side: 10, face).concentration?.mean, 0.11))
  }

  @Test func countsCellsByTheirDistanceInThePhoto() throws {
    var canvas = Canvas(side: 5)
    canvas.values[2 * 5 + 2] = 4
    canvas.values[2 * 5 + 4] = 1  // two columns right: 4 pixels
    canvas.values[4 * 5 + 2] = 3  // two rows down: 20 pixels
    let geometry = AffineMap(a: 2, b: 0, c: 0, d: 10, tx: 50, ty: 60)
    // Half of 8 pixels reaches the cell to the right, on the rim, and not the one below.
    let face = annotation([(.nose, 0, 0)], unit: 8)
    #expect(agrees(try measure([canvas.values], side: 5, face, geometry: geometry).concentration?.mean, 0.625))
  }

  @Test func survivesARotatedGeometry() throws {
    var canvas = Canvas(side: 9)
    canvas.values[4 * 9 + 4] = 2
    canvas.values[4 * 9 + 7] = 1
    canvas.values[1 * 9 + 4] = 1
    canvas.values[0] = 4.0 / 3
    for degrees in [0.0, 30, 45, 90, 171] {
      let geometry = AffineMap.similarity(scale: 5, degrees: degrees, shiftX: 100, shiftY: 100)
      // The two cells three steps away are in reach of 15 pixels, the corner is not. The corner is weaker than the
      // peak and its energy is a quarter of the whole.
      let face = annotation([(.nose, 0, 0)], unit: 30)
      #expect(agrees(try measure([canvas.values], side: 9, face, geometry: geometry).concentration?.mean, 0.75))
    }
  }

  @Test func averagesOverActiveImages() throws {
    var half = Canvas(side: 7)
    half.values[0] = 1
    half.values[48] = 1
    let maps = [Canvas.spot(side: 7, column: 1, row: 1), Canvas(side: 7).values, half.values]
    #expect(agrees(try measure(maps, side: 7, annotation([(.nose, 0, 0)])).concentration?.mean, 0.75))
    #expect(try measure(maps, side: 7, nil).concentration == nil)
  }

  @Test func ignoresNegativeValues() throws {
    let map: [Float] = [-1, 0, 0, -5, 2, -5, 0, 0, 2]
    #expect(agrees(try measure([map], side: 3, annotation([(.nose, 0, 0)], unit: 2)).concentration?.mean, 0.5))
  }

  @Test func masksShareTheEnergyOfACell() throws {
    // Cells of 8 pixels; the nose (3) covers cell (1, 1) and the left half of cell (2, 1).
    var bytes = [UInt8](repeating: 255, count: 32 * 32)
    for y in 8..<16 { for x in 8..<20 { bytes[y * 32 + x] = 3 } }
    let labels = try PartLabels(width: 32, height: 32, labels: bytes)
    let geometry = AffineMap(
      mapWidth: 4, mapHeight: 4, inputWidth: 32, inputHeight: 32,
      crop: SourceCrop(x: 0, y: 0, width: 32, height: 32))
    var canvas = Canvas(side: 4)
    canvas.values[1 * 4 + 1] = 5
    canvas.values[1 * 4 + 2] = 3
    canvas.values[3 * 4 + 3] = 2
    let scores = try measure([canvas.values], side: 4, nil, labels: labels, geometry: geometry)
    #expect(agrees(scores.maskConcentration, 0.65))
    #expect(scores.perChannel[0].maskPart == .nose)
    #expect(scores.labeledImages == 1)
  }
}
