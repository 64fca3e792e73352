import ExplainableChannels
import FaceDatasets
import Testing

@Suite struct PartPurityTests {
  /// One channel with a spot at each of `spots`, one image a spot, over a 9 x 9 map of units.
  private func scores(
    spots: [(Int, Int)?], _ face: FaceAnnotation?, labels: PartLabels? = nil,
    settings: ExplainabilitySettings = plainSettings()
  ) throws -> ExplainabilityScores {
    var meter = try ExplainabilityMeter(channels: 1, mapWidth: 9, mapHeight: 9, settings: settings)
    for (index, spot) in spots.enumerated() {
      let map = spot.map { Canvas.spot(side: 9, column: $0.0, row: $0.1) } ?? Canvas(side: 9).values
      try meter.add(
        map, image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: face, labels: labels))
    }
    return try meter.scores()
  }

  private let face = annotation([(.leftEye, 6, 2), (.rightEye, 2, 2), (.nose, 4, 4), (.jaw, 1, 7)], unit: 2)

  @Test func countsTheMostFrequentPart() throws {
    let scores = try scores(spots: [(4, 4), (4, 4), (4, 4), (6, 2)], face)
    #expect(agrees(scores.purity.mean?.mean, 0.75))
    #expect(scores.perChannel[0].part == .nose)
    #expect(scores.purity.covered == 1)
    let nose = try #require(scores.purity.best.first { $0.part == "nose" })
    #expect(nose.channel == 0 && nose.purity == 0.75)
    let eye = try #require(scores.purity.best.first { $0.part == "leftEye" })
    #expect(eye.channel == 0 && eye.purity == 0.25)
    let chin = try #require(scores.purity.best.first { $0.part == "chin" })
    #expect(chin.channel == nil && chin.purity == 0)
  }

  @Test func theRadiusIsInEyeMouthDistances() throws {
    // One cell off is half an eye-mouth distance: a miss at 0.35, a hit at 0.5.
    #expect(agrees(try scores(spots: [(4, 5)], face).purity.mean?.mean, 0))
    #expect(try scores(spots: [(4, 5)], face).perChannel[0].part == nil)
    let wide = plainSettings { $0.purityRadius = 0.5 }
    #expect(agrees(try scores(spots: [(4, 5)], face, settings: wide).purity.mean?.mean, 1))
  }

  @Test func tiesGoToTheFirstPartOfTheList() throws {
    let scores = try scores(spots: [(4, 4), (2, 2)], face)
    #expect(agrees(scores.purity.mean?.mean, 0.5))
    #expect(scores.perChannel[0].part == .rightEye)
  }

  @Test func silentImagesAreLeftOut() throws {
    let scores = try scores(spots: [(4, 4), nil, nil, (4, 4)], face)
    #expect(agrees(scores.purity.mean?.mean, 1))
    #expect(scores.perChannel[0].activeShare == 0.5 && scores.activeShare == 0.5)
    // The face shows its nose in all four.
    #expect(agrees(scores.purity.meanCountingSilence, 0.5))
    #expect(scores.perChannel[0].examples == [0, 3])
  }

  /// Right whenever it speaks, and it spoke once.
  @Test func aChannelThatHardlyEverSpeaksCoversNothing() throws {
    func purity(of count: Int) throws -> PurityScores {
      try scores(spots: [(4, 4)] + [(Int, Int)?](repeating: nil, count: count - 1), face).purity
    }
    let (twenty, more) = (try purity(of: 20), try purity(of: 21))
    #expect(twenty.covered == 1 && twenty.best.contains { $0.channel == 0 && $0.purity == 1 })
    #expect(more.covered == 0 && more.best.allSatisfy { $0.channel == nil && $0.purity == 0 })
  }

  /// Before a turned face the detector of what it hides has nothing to say.
  @Test func silenceWhereThePartIsHiddenIsNoMiss() throws {
    var meter = try ExplainabilityMeter(channels: 2, mapWidth: 9, mapHeight: 9, settings: plainSettings())
    let turned = annotation([(.rightEye, 2, 2), (.jaw, 1, 7)], unit: 2)
    let (spot, silent) = (Canvas.spot(side: 9, column: 4, row: 4), Canvas(side: 9).values)
    for (index, known) in [face, face, turned, face].enumerated() {
      let first = index < 2 ? spot : silent
      try meter.add(
        first + (index == 3 ? spot : silent),
        image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: known))
    }
    let scores = try meter.scores()
    // The first is silent before one nose of three, the second before two.
    #expect(agrees(scores.purity.mean?.mean, 1))
    #expect(agrees(scores.purity.meanCountingSilence, (2.0 / 3 + 1.0 / 3) / 2))
    #expect(scores.activeShare == 0.375 && scores.maskPurity == nil)
  }

  @Test func imagesWithoutPartsAreLeftOut() throws {
    var meter = try ExplainabilityMeter(channels: 1, mapWidth: 9, mapHeight: 9, settings: plainSettings())
    let map = Canvas.spot(side: 9, column: 4, row: 4)
    for (index, known) in [face, nil, annotation([]), annotation([(.nose, 4, 4)], unit: 0)].enumerated() {
      try meter.add(map, image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: known))
    }
    let scores = try meter.scores()
    #expect(scores.images == 4 && scores.annotatedImages == 1)
    #expect(agrees(scores.purity.mean?.mean, 1))
  }

  @Test func aHiddenPartIsAMiss() throws {
    var meter = try ExplainabilityMeter(channels: 1, mapWidth: 9, mapHeight: 9, settings: plainSettings())
    let map = Canvas.spot(side: 9, column: 4, row: 4)
    for (index, known) in [face, annotation([(.jaw, 1, 7)], unit: 2)].enumerated() {
      try meter.add(map, image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: known))
    }
    #expect(agrees(try meter.scores().purity.mean?.mean, 0.5))
  }

  @Test func fivePartsMergeTheEyesAndMissTheJaw() throws {
    let scores = try scores(spots: [(6, 2), (2, 2), (6, 2), (2, 2), (1, 7)], face)
    #expect(agrees(scores.purity.mean?.mean, 0.4))
    #expect(agrees(scores.fivePartPurity.mean?.mean, 0.8))
    #expect(scores.fivePartPurity.covered == 1 && scores.purity.covered == 0)
    #expect(scores.fivePartPurity.best.map(\.part) == ["brow", "eye", "nose", "mouth", "chin"])
  }

  @Test func theNearestOfTwoCentersWins() throws {
    let close = annotation([(.mouth, 4, 4.4), (.nose, 4, 3.8)], unit: 4)
    #expect(try scores(spots: [(4, 4)], close).perChannel[0].part == .nose)
  }

  @Test func masksSayWhatIsUnderThePeak() throws {
    var bytes = [UInt8](repeating: 255, count: 81)
    bytes[4 * 9 + 4] = 4  // mouth, whatever the centers say
    let labels = try PartLabels(width: 9, height: 9, labels: bytes)
    let spots: [(Int, Int)?] = [(4, 4), (4, 4), (5, 4)]
    let strict = try scores(spots: spots, face, labels: labels)
    #expect(agrees(strict.maskPurity?.mean?.mean, 2.0 / 3))
    #expect(strict.perChannel[0].maskPart == .mouth)
    #expect(strict.perChannel[0].part == .nose)
    // (5, 4) is half an eye-mouth distance and a bit from the center of pixel (4, 4), which is at 4.5.
    let tolerant = try scores(
      spots: spots, face, labels: labels, settings: plainSettings { $0.maskTolerance = 0.4 })
    #expect(agrees(tolerant.maskPurity?.mean?.mean, 1))
    #expect(try scores(spots: spots, face).maskPurity == nil)
  }

  @Test func labelsAreChecked() throws {
    #expect(throws: MetricError.labelCount(got: 5, width: 2, height: 3)) {
      try PartLabels(width: 2, height: 3, labels: [255, 255, 255, 255, 255])
    }
    #expect(throws: MetricError.unknownLabel(9)) { try PartLabels(width: 1, height: 1, labels: [9]) }
    let labels = try PartLabels(width: 2, height: 1, labels: [255, 3])
    #expect(labels.label(x: 1.9, y: 0.1) == 3 && labels.label(x: 2, y: 0) == 255)
    #expect(labels.label(x: -0.1, y: 0) == 255 && labels.label(x: .nan, y: 0) == 255)
    #expect(labels.label(x: 0.5, y: 0.5, within: 1) == 3 && labels.label(x: 0.5, y: 0.5, within: 0.9) == 255)
    #expect(labels.label(x: 1e300, y: 0.5, within: 3) == 255)
  }
}
