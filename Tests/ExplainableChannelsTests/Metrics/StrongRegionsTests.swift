import FaceDatasets
import Foundation
import Testing

@testable import ExplainableChannels

/// A map of 20 x 20 cells, each a pixel of the photo, and masks painted on it.
private struct Picture {
  static let side = 20
  var labels = [UInt8](repeating: 255, count: side * side)

  mutating func paint(_ part: FacePart, columns: Range<Int>, rows: Range<Int>) {
    for row in rows { for column in columns { labels[row * Picture.side + column] = PartMap.label(of: part) } }
  }

  func image(_ index: Int) throws -> MeasuredImage {
    MeasuredImage(
      index: index, geometry: .identity, annotation: nil,
      labels: try PartLabels(width: Picture.side, height: Picture.side, labels: labels))
  }

  /// 1 in a rectangle, 0 elsewhere.
  static func map(columns: Range<Int>, rows: Range<Int>) -> [Float] {
    var canvas = Canvas(side: side)
    for row in rows { for column in columns { canvas.values[row * side + column] = 1 } }
    return canvas.values
  }
}

@Suite struct StrongRegionsTests {
  /// A tenth of the cells may be strong, so every cell that is above 0 here is; the grid is that of the cells.
  private func meter(channels: Int) throws -> ExplainabilityMeter {
    try ExplainabilityMeter(
      channels: channels, mapWidth: Picture.side, mapHeight: Picture.side,
      settings: plainSettings {
        $0.topShare = 0.1
        $0.gridSide = Picture.side
      })
  }

  @Test func aPerfectDetectorScoresOne() throws {
    var meter = try meter(channels: 2)
    for index in 0..<4 {
      var picture = Picture()
      picture.paint(.nose, columns: index..<(index + 3), rows: 5..<8)
      picture.paint(.chin, columns: 9..<13, rows: 14..<16)
      try meter.add(
        Picture.map(columns: index..<(index + 3), rows: 5..<8) + Picture.map(columns: 9..<13, rows: 14..<16),
        image: picture.image(index))
    }
    let scores = try meter.scores()
    #expect(agrees(scores.partInterpretability?.mean, 1) && agrees(scores.dissection?.meanIoU.mean, 1))
    #expect(scores.dissection?.detectors == 2 && scores.dissection?.parts == 2 && scores.mapImages == 4)
    #expect(scores.perChannel.map(\.interpretedPart) == [.nose, .chin])
    #expect(scores.perChannel.map(\.dissectedPart) == [.nose, .chin])
  }

  /// "More than 0.2": two cells of ten are none more.
  @Test func aFifthIsNoHit() throws {
    var meter = try meter(channels: 2)
    var picture = Picture()
    picture.paint(.nose, columns: 4..<6, rows: 4..<7)
    try meter.add(
      Picture.map(columns: 4..<6, rows: 6..<9) + Picture.map(columns: 4..<6, rows: 5..<8), image: picture.image(0))
    let channels = try meter.scores().perChannel
    #expect(agrees(channels[0].partInterpretability, 0) && agrees(channels[1].partInterpretability, 1))
    #expect(agrees(channels[0].dissectionIoU, 0.2))
  }

  @Test func overlapsAreCountedAsTheirAuthorsDo() throws {
    var meter = try meter(channels: 3)
    // Two cells of four: IoU 2 / 6 is a hit. One of four: 1 / 7 is none, but enough for a detector. Nothing.
    var first = Picture()
    first.paint(.nose, columns: 4..<6, rows: 4..<6)
    try meter.add(
      Picture.map(columns: 5..<7, rows: 4..<6) + Picture.map(columns: 5..<7, rows: 5..<7)
        + Picture.map(columns: 0..<2, rows: 0..<2), image: first.image(0))
    // All of it; the second channel is silent where a mouth is all there is to see.
    var second = Picture()
    second.paint(.nose, columns: 4..<6, rows: 4..<6)
    let exact = Picture.map(columns: 4..<6, rows: 4..<6)
    try meter.add(exact + exact + Canvas(side: Picture.side).values, image: second.image(1))
    var third = Picture()
    third.paint(.mouth, columns: 4..<6, rows: 15..<17)
    try meter.add(exact + Canvas(side: Picture.side).values + exact, image: third.image(2))
    let channels = try meter.scores().perChannel
    // Only the two images that show a nose count.
    #expect(channels[0].interpretedPart == .nose && agrees(channels[0].partInterpretability, 1))
    #expect(agrees(channels[1].partInterpretability, 0.5))
    #expect(channels[2].interpretedPart == nil && agrees(channels[2].partInterpretability, 0))
    // All images count: (2 + 4 + 0) / (6 + 4 + 4) and (1 + 4) / (7 + 4).
    #expect(agrees(channels[0].dissectionIoU, 6.0 / 14) && agrees(channels[1].dissectionIoU, 5.0 / 11))
    #expect(agrees(channels[2].dissectionIoU, 0) && channels[2].dissectedPart == nil)
    let dissection = try #require(try meter.scores().dissection)
    #expect(dissection.detectors == 2 && dissection.parts == 1)
  }

  @Test func theThresholdLeavesTheStrongestShare() throws {
    var random = SeededRandom(seed: 3)
    var kept = KeptMaps(memory: 1 << 20, activations: 200, grid: 4, seed: 0)
    // Channel 0: 0 to 599 in random order. Channel 1: two active cells. Channel 2: negative. Over three images.
    let order = random.permutation(600).map(Float.init)
    for row in 0..<3 {
      var values = Array(order[(row * 200)..<(row * 200 + 200)])
      values += (0..<200).map { $0 == 7 && row < 2 ? 3 : 0 } + [Float](repeating: -1, count: 200)
      let image = MeasuredImage(index: row, geometry: .identity, annotation: nil)
      values.withUnsafeBufferPointer {
        kept.add(ActivationMaps(channels: 3, height: 10, width: 20, values: $0), row: row, image: image)
      }
    }
    let thresholds = try ActivationThresholds.top(0.005, of: kept.inOrder, channels: 3, area: 200)
    #expect(thresholds == [596, 0, 0], "3 of 600 are larger than 596")
  }

  @Test func mapsAreUpsampledBeforeTheyAreCut() throws {
    var kept = KeptMaps(memory: 1 << 10, activations: 4, grid: 4, seed: 0)
    let labels = try PartLabels(width: 2, height: 2, labels: [0, 255, 255, 255])
    let geometry = AffineMap(a: 1, b: 0, c: 0, d: 1, tx: 0.5, ty: 0.5)
    [Float(1), 0, 0, 0].withUnsafeBufferPointer {
      kept.add(
        ActivationMaps(channels: 1, height: 2, width: 2, values: $0), row: 0,
        image: MeasuredImage(index: 0, geometry: geometry, annotation: nil, labels: labels))
    }
    // Along each axis the grid has 1, 3/4, 1/4 and 0 of the corner.
    for (threshold, cells) in [(Float(0.1), Float(8)), (0.2, 6), (0.5, 4), (0.6, 3), (0.8, 1)] {
      let overlaps = try PartOverlaps(
        kept.inOrder, thresholds: [threshold], mapWidth: 2, mapHeight: 2, grid: 4)
      #expect(overlaps.active == [cells] && overlaps.masks[0] == 4 && overlaps.shared[0] == min(cells, 4))
    }
  }

  @Test func randomMapsGetNextToNothing() throws {
    var meter = try ExplainabilityMeter(channels: 8, mapWidth: 14, mapHeight: 14, settings: plainSettings())
    var random = SeededRandom(seed: 5)
    for index in 0..<60 {
      let face = HandMadeFace(x: random.uniform(180...220), y: random.uniform(180...220))
      let geometry = AffineMap(mapWidth: 14, mapHeight: 14, inputWidth: 112, inputHeight: 112, crop: face.crop())
      let maps = (0..<(8 * 196)).map { _ in Float(random.uniform()) }
      try meter.add(
        maps,
        image: MeasuredImage(index: index, geometry: geometry, annotation: nil, labels: try face.labels(radius: 8)))
    }
    let scores = try meter.scores()
    #expect(scores.partInterpretability.map { $0.mean < 0.05 } == true)
    #expect(scores.dissection.map { $0.meanIoU.mean < 0.04 && $0.detectors <= 2 } == true)
  }

  @Test func deadChannelsAndMissingMasksAreNotZero() throws {
    var meter = try meter(channels: 2)
    let spot = Picture.map(columns: 4..<6, rows: 4..<6)
    let image = MeasuredImage(index: 0, geometry: .identity, annotation: nil)
    try meter.add(spot + spot, image: image)
    let blind = try meter.scores()
    #expect(blind.partInterpretability == nil && blind.dissection == nil && blind.channelGroups == nil)
    #expect(blind.perChannel[0].partInterpretability == nil && blind.perChannel[0].dissectionIoU == nil)
    var second = try self.meter(channels: 2)
    var picture = Picture()
    picture.paint(.nose, columns: 4..<6, rows: 4..<6)
    try second.add(spot + Canvas(side: Picture.side).values, image: picture.image(0))
    let scores = try second.scores()
    #expect(scores.perChannel[1].partInterpretability == nil && scores.perChannel[1].dissectionIoU == nil)
    #expect(agrees(scores.partInterpretability?.mean, 1))
    // Nothing is kept when there is no memory for it.
    var none = try ExplainabilityMeter(
      channels: 2, mapWidth: 20, mapHeight: 20, settings: plainSettings { $0.mapMemory = 0 })
    try none.add(spot + spot, image: picture.image(0))
    #expect(try none.scores().mapImages == 0 && none.scores().partInterpretability == nil)
  }

  @Test func intervalsHoldTheMean() throws {
    var meter = try ExplainabilityMeter(
      channels: 1, mapWidth: Picture.side, mapHeight: Picture.side,
      settings: {
        var settings = ExplainabilitySettings()
        settings.topShare = 0.1
        return settings
      }())
    for index in 0..<30 {
      var picture = Picture()
      picture.paint(.nose, columns: 4..<8, rows: 4..<8)
      let right = index % 3 == 0 ? 0 : 4
      try meter.add(Picture.map(columns: right..<(right + 4), rows: 4..<8), image: picture.image(index))
    }
    let estimate = try #require(try meter.scores().partInterpretability)
    #expect(agrees(estimate.mean, 2.0 / 3))
    let (low, high) = (try #require(estimate.low), try #require(estimate.high))
    #expect(low < 0.66 && high > 0.67 && low > 0.4 && high < 0.95)
  }
}
