import ExplainableChannels
import FaceDatasets
import Foundation
import Testing

@Suite struct ExplainabilityMeterTests {
  /// Random hills of random height, a fifth of the channels silent in an image.
  private func randomImages(_ count: Int, channels: Int, side: Int) -> [(maps: [Float], image: MeasuredImage)] {
    var random = SeededRandom(seed: 21)
    return (0..<count).map { index in
      let face = HandMadeFace(x: random.uniform(150...250), y: random.uniform(150...250))
      let geometry = AffineMap(
        mapWidth: side, mapHeight: side, inputWidth: 112, inputHeight: 112, crop: face.crop())
      let maps = (0..<channels).flatMap { _ -> [Float] in
        let height = Float(random.uniform(-0.25...1))
        let (column, row) = (random.uniform(0...Double(side)), random.uniform(0...Double(side)))
        let place = geometry(column, row)
        return Canvas.hill(side: side, geometry: geometry, x: place.x, y: place.y).map { max(0, $0 * height) }
      }
      return (
        maps, MeasuredImage(index: 100 + index, group: index / 3, geometry: geometry, annotation: face.annotation)
      )
    }
  }

  @Test func aPerfectDetectorScoresPerfectly() throws {
    var meter = try ExplainabilityMeter(channels: 9, mapWidth: 28, mapHeight: 28)
    var random = SeededRandom(seed: 1)
    for index in 0..<12 {
      let face = HandMadeFace(x: random.uniform(180...220), y: random.uniform(180...220))
      let geometry = AffineMap(
        mapWidth: 28, mapHeight: 28, inputWidth: 112, inputHeight: 112, crop: face.crop(side: 3.4),
        motion: .similarity(degrees: random.uniform(-20...20), centerX: 56, centerY: 56))
      let maps = FacePart.allCases.flatMap { part -> [Float] in
        let center = face.center(part)
        return Canvas.hill(side: 28, geometry: geometry, x: center.x, y: center.y, reach: 2)
      }
      try meter.add(
        maps,
        image: MeasuredImage(
          index: index, geometry: geometry, annotation: face.annotation, labels: try face.labels(radius: 7)))
    }
    let scores = try meter.scores()
    #expect(scores.purity.mean == Estimate(mean: 1, low: 1, high: 1))
    #expect(scores.maskPurity?.mean == Estimate(mean: 1, low: 1, high: 1))
    #expect(scores.purity.covered == 9 && scores.fivePartPurity.covered == 5)
    #expect(scores.perChannel.map(\.part) == FacePart.allCases.map(Optional.some))
    #expect(agrees(scores.instability?.mean, 0, within: 1e-3))
    #expect(agrees(scores.concentration?.mean, 1, within: 1e-6))
    #expect(scores.maskConcentration.map { $0 > 0.6 } == true)
    #expect(scores.deadChannels.isEmpty && scores.annotatedImages == 12 && scores.labeledImages == 12)
  }

  @Test func deadChannelsAreCountedAndLeftOut() throws {
    var meter = try ExplainabilityMeter(channels: 3, mapWidth: 9, mapHeight: 9, settings: plainSettings())
    let silent = Canvas(side: 9).values
    let spot = Canvas.spot(side: 9, column: 4, row: 4)
    for index in 0..<3 {
      try meter.add(
        silent + spot + (index == 0 ? spot : silent),
        image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: annotation([(.nose, 4, 4)])))
    }
    let scores = try meter.scores()
    #expect(scores.deadChannels == [0])
    #expect(agrees(scores.purity.mean?.mean, 1) && agrees(scores.concentration?.mean, 1))
    #expect(agrees(scores.instability?.mean, 0))
    let dead = scores.perChannel[0]
    #expect(dead.part == nil && dead.purity == nil && dead.instability == nil && dead.concentration == nil)
    #expect(dead.meanStrength == 0 && dead.activeShare == 0 && dead.examples.isEmpty)
    // Active once: a part, but no deviation.
    #expect(scores.perChannel[2].purity == 1 && scores.perChannel[2].instability == nil)
  }

  @Test func aFloorOfActivityIsAbsolute() throws {
    let settings = plainSettings { $0.activeAbove = 0.5 }
    var meter = try ExplainabilityMeter(channels: 1, mapWidth: 9, mapHeight: 9, settings: settings)
    for (index, value) in [Float(0.5), 0.6].enumerated() {
      try meter.add(
        Canvas.spot(side: 9, column: index, row: 0, value: value),
        image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: annotation([(.nose, 1, 0)])))
    }
    let channel = try meter.scores().perChannel[0]
    #expect(channel.activeShare == 0.5 && channel.purity == 1 && agrees(channel.meanStrength, 0.6, within: 1e-6))
  }

  @Test func namesTheStrongestImages() throws {
    let settings = plainSettings { $0.exampleCount = 3 }
    var meter = try ExplainabilityMeter(channels: 1, mapWidth: 3, mapHeight: 3, settings: settings)
    for (index, value) in [Float(1), 5, 0, 3, 5, 2].enumerated() {
      try meter.add(
        Canvas.spot(side: 3, column: 1, row: 1, value: value),
        image: MeasuredImage(index: 10 * index, geometry: cellsAreUnits, annotation: nil))
    }
    #expect(try meter.scores().perChannel[0].examples == [10, 40, 30])
  }

  @Test func imagesWithoutAGroupAreGroupsOfTheirOwn() throws {
    let (maps, grouped) = randomImages(1, channels: 5, side: 14)[0]
    var image = grouped
    image.group = nil
    var meter = try ExplainabilityMeter(channels: 5, mapWidth: 14, mapHeight: 14)
    // One group has no interval, two groups have one.
    try meter.add(maps, image: image)
    #expect(try meter.scores().purity.mean?.low == nil)
    try meter.add(maps, image: image)
    #expect(try meter.scores().purity.mean?.low != nil)
  }

  @Test func intervalsAreSeededAndHoldTheMean() throws {
    func scores(seed: UInt64) throws -> ExplainabilityScores {
      var settings = ExplainabilitySettings()
      settings.seed = seed
      var meter = try ExplainabilityMeter(channels: 5, mapWidth: 14, mapHeight: 14, settings: settings)
      for (maps, image) in randomImages(60, channels: 5, side: 14) { try meter.add(maps, image: image) }
      return try meter.scores()
    }
    let first = try scores(seed: 1)
    #expect(try first == scores(seed: 1))
    #expect(try first.concentration != scores(seed: 2).concentration)
    for estimate in [first.concentration, first.instability, first.diagonalInstability] {
      let estimate = try #require(estimate)
      let (low, high) = (try #require(estimate.low), try #require(estimate.high))
      #expect(low < estimate.mean && estimate.mean < high)
      #expect(high - low < estimate.mean)
    }
  }

  @Test func reportsSurviveJSON() throws {
    var meter = try ExplainabilityMeter(channels: 6, mapWidth: 14, mapHeight: 14)
    for (maps, image) in randomImages(4, channels: 5, side: 14) {
      try meter.add(maps + Canvas(side: 14).values, image: image)
    }
    let report = ExplainabilityReport(asCropped: try meter.scores())
    let data = try JSONEncoder().encode(report)
    #expect(try JSONDecoder().decode(ExplainabilityReport.self, from: data) == report)
  }

  @Test func refusesWhatDoesNotFit() throws {
    var meter = try ExplainabilityMeter(channels: 2, mapWidth: 3, mapHeight: 3)
    #expect(throws: MetricError.noImages) { try meter.scores() }
    let image = MeasuredImage(index: 5, geometry: .identity, annotation: nil)
    #expect(throws: MetricError.activationCount(image: 5, got: 9, channels: 2, height: 3, width: 3)) {
      try meter.add([Float](repeating: 0, count: 9), image: image)
    }
    let flat = MeasuredImage(
      index: 6, geometry: AffineMap(a: 0, b: 0, c: 0, d: 1, tx: 0, ty: 0), annotation: nil)
    #expect(throws: MetricError.degenerateGeometry(image: 6)) {
      try meter.add([Float](repeating: 0, count: 18), image: flat)
    }
    #expect(throws: MetricError.notFinite(image: 5, channel: 1)) {
      try meter.add([Float](repeating: 0, count: 17) + [.nan], image: image)
    }
    #expect(meter.images == 0)
    let bad = plainSettings { $0.coveragePurity = 1.5 }
    let error = #expect(throws: MetricError.self) {
      try ExplainabilityMeter(channels: 2, mapWidth: 3, mapHeight: 3, settings: bad)
    }
    #expect(error?.description == "coveragePurity is 1.5; it has to be from 0 to 1")
  }
}
