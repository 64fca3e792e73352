import ExplainableChannels
import FaceDatasets
import Foundation
import Testing

@Suite struct LocationInstabilityTests {
  private func measure(
    _ maps: [[Float]], _ faces: [FaceAnnotation?], channels: Int = 1, landmarks: [FacePart] = [.nose]
  ) throws -> ExplainabilityScores {
    let settings = plainSettings { $0.landmarks = landmarks }
    var meter = try ExplainabilityMeter(channels: channels, mapWidth: 9, mapHeight: 9, settings: settings)
    for (index, (map, face)) in zip(maps, faces).enumerated() {
      try meter.add(map, image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: face))
    }
    return try meter.scores()
  }

  @Test func isTheDeviationOfTheDistance() throws {
    let maps = [Canvas.spot(side: 9, column: 4, row: 2), Canvas.spot(side: 9, column: 8, row: 4)]
    let face = annotation([(.nose, 4, 4)], unit: 2)
    // Distances are 1 and 2 eye-mouth distances: a deviation of one half.
    let scores = try measure(maps, [face, face])
    #expect(agrees(scores.instability?.mean, 0.5))
    // In pixels 2 and 4, so 1 over the diagonal of 9 x 9.
    #expect(agrees(scores.diagonalInstability?.mean, 1 / (9 * 2.0.squareRoot())))
  }

  @Test func isZeroForAChannelThatFollowsTheFace() throws {
    let maps = (1..<8).map { Canvas.spot(side: 9, column: $0, row: 8 - $0) }
    let faces = (1..<8).map { place -> FaceAnnotation in
      let (x, y) = (Float(place), Float(8 - place))
      return annotation([(.nose, x, y), (.mouth, x, y + 2)])
    }
    let scores = try measure(maps, faces, landmarks: [.nose, .mouth])
    #expect(agrees(scores.instability?.mean, 0))
    #expect(scores.perChannel[0].instability.map { $0 < 1e-6 } == true)
  }

  @Test func isTheSpreadOfTheFaceForAFixedChannel() throws {
    let map = Canvas.spot(side: 9, column: 0, row: 4)
    let faces = [2, 4, 6, 8].map { annotation([(.nose, Float($0), 4)], unit: 2) }
    // Distances 1, 2, 3, 4.
    #expect(agrees(try measure([map, map, map, map], faces).instability?.mean, 1.25.squareRoot()))
  }

  @Test func averagesLandmarksThenChannels() throws {
    let still = Canvas.spot(side: 9, column: 0, row: 0)
    let maps = [still + still, still + Canvas.spot(side: 9, column: 0, row: 4)]
    let faces = [annotation([(.nose, 2, 0), (.mouth, 4, 0)]), annotation([(.nose, 4, 0), (.mouth, 4, 0)])]
    let scores = try measure(maps, faces, channels: 2, landmarks: [.nose, .mouth])
    // First channel: nose 2 then 4 (1), mouth 4 and 4 (0). Second: nose 2 then sqrt 32, mouth 4 then sqrt 32.
    let far = 32.0.squareRoot()
    let second: Double = (far - 2) / 4 + (far - 4) / 4
    #expect(agrees(scores.perChannel[0].instability, 0.5))
    #expect(agrees(scores.perChannel[1].instability, second))
    #expect(agrees(scores.instability?.mean, (0.5 + second) / 2))
  }

  @Test func aLandmarkWithTwoCentersIsTheirMiddle() throws {
    let map = Canvas.spot(side: 9, column: 4, row: 0)
    let faces = [annotation([(.brow, 2, 2), (.brow, 6, 2)]), annotation([(.brow, 3, 4), (.brow, 5, 4)])]
    #expect(agrees(try measure([map, map], faces, landmarks: [.brow]).instability?.mean, 1))
  }

  /// An image that is drawn twice and no other has no deviation, not one of 0.
  @Test func resampledImagesCountOnce() throws {
    let settings = plainSettings {
      $0.landmarks = [.nose]
      $0.bootstrapReplicates = 40
    }
    let face = annotation([(.nose, 4, 4)], unit: 2)
    func instability(_ rows: [Int]) throws -> Estimate? {
      var meter = try ExplainabilityMeter(channels: 1, mapWidth: 9, mapHeight: 9, settings: settings)
      for (index, row) in rows.enumerated() {
        try meter.add(
          Canvas.spot(side: 9, column: 4, row: row),
          image: MeasuredImage(index: index, geometry: cellsAreUnits, annotation: face))
      }
      return try meter.scores().instability
    }
    // Distances of 1, 2 and 1/2; least apart where the first comes once and the last twice, or the reverse.
    let three = try #require(try instability([2, 8, 5]))
    let (low, high) = (try #require(three.low), try #require(three.high))
    #expect(low > 0.23 && low < three.mean && high > three.mean)
    // Of two both are needed: no draw can say more.
    let two = try #require(try instability([2, 8]))
    #expect(agrees(two.mean, 0.5) && two.low == nil && two.high == nil)
  }

  @Test func needsTwoImagesAndALandmark() throws {
    let map = Canvas.spot(side: 9, column: 4, row: 0)
    #expect(try measure([map], [annotation([(.nose, 1, 1)])]).instability == nil)
    #expect(try measure([map, map], [annotation([(.chin, 1, 1)]), nil]).instability == nil)
  }
}
