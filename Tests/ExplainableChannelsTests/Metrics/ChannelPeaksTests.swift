import FaceDatasets
import Testing

@testable import ExplainableChannels

@Suite struct ChannelPeaksTests {
  private func peaks(
    _ values: [Float], channels: Int = 1, height: Int, width: Int, geometry: AffineMap = .identity
  ) throws -> ChannelPeaks {
    var peaks = ChannelPeaks(channels: channels)
    try values.withUnsafeBufferPointer {
      try peaks.append(
        ActivationMaps(channels: channels, height: height, width: width, values: $0), geometry: geometry, image: 7)
    }
    return peaks
  }

  @Test func findsTheStrongestCellOfEachChannel() throws {
    let values = Canvas.spot(side: 7, column: 2, row: 5, value: 3) + Canvas.spot(side: 7, column: 6, row: 0)
    let peaks = try peaks(values, channels: 2, height: 7, width: 7)
    #expect(peaks.images == 1)
    #expect(peaks.xy == [2, 5, 6, 0])
    #expect(peaks.strength == [3, 1])
    #expect(peaks.energy == [3, 1])
    #expect(peaks.cell == [37, 6])
  }

  @Test func agreesWithAPlainSearchAtEverySize() throws {
    var random = SeededRandom(seed: 11)
    for side in [1, 2, 3, 7, 8, 14, 17, 32] {
      let values = (0..<(side * side)).map { _ in Float(random.uniform(-1...1)) }
      let peaks = try peaks(values, height: side, width: side)
      let positive = values.map { max($0, 0) }
      let strongest = positive.max()!
      #expect(peaks.strength == [strongest])
      #expect(agrees(Double(peaks.energy[0]), positive.reduce(0) { $0 + Double($1) }, within: 1e-3))
      if strongest > 0 { #expect(Int(peaks.cell[0]) == positive.firstIndex(of: strongest)) }
    }
  }

  @Test func refinesWithinACell() throws {
    for (x, y) in [(3.0, 4.0), (3.25, 4.4), (2.6, 3.9), (4.49, 2.51)] {
      let map = Canvas.hill(side: 8, geometry: .identity, x: x, y: y)
      let point = try peaks(map, height: 8, width: 8).point(image: 0, channel: 0)
      #expect(agrees(Double(point.x), x, within: 1e-4) && agrees(Double(point.y), y, within: 1e-4))
    }
  }

  @Test func tiedNeighborsMeetHalfway() throws {
    let point = try peaks([0, 2, 2, 0], height: 1, width: 4).point(image: 0, channel: 0)
    #expect(point.x == 1.5 && point.y == 0)
  }

  @Test func distantTiesTakeTheFirstCell() throws {
    let found = try peaks([0, 5, 0, 0, 0, 5, 0, 0, 5], height: 3, width: 3)
    #expect(found.cell == [1])
  }

  @Test func neverMovesAtTheEdgeOrOnAPlateau() throws {
    #expect(try peaks([3, 2, 1, 0], height: 1, width: 4).xy == [0, 0])
    #expect(try peaks([Float](repeating: 1, count: 16), height: 4, width: 4).xy == [0, 0])
    #expect(try peaks([1, 1, 1, 0, 1, 1, 1, 2, 1], height: 3, width: 3).point(image: 0, channel: 0).y == 2)
  }

  @Test func silentChannelsPeakNowhere() throws {
    let found = try peaks([0, -1, 0, -3, 0, 0, 0, 0, 0], height: 3, width: 3)
    #expect(found.strength == [0] && found.energy == [0])
    #expect(found.xy == [1, 1])
  }

  @Test func mapsPeaksToThePhoto() throws {
    let geometry = AffineMap(a: 10, b: 0, c: 0, d: 20, tx: 5, ty: 100)
    let found = try peaks(Canvas.spot(side: 4, column: 3, row: 1), height: 4, width: 4, geometry: geometry)
    #expect(found.xy == [35, 120])
  }

  @Test(arguments: [Float.nan, .infinity]) func refusesWhatIsNotFinite(_ bad: Float) throws {
    for place in [0, 9, 24] {
      var second = [Float](repeating: 1, count: 25)
      second[place] = bad
      var peaks = ChannelPeaks(channels: 2)
      let values = [Float](repeating: 1, count: 25) + second
      #expect(throws: MetricError.notFinite(image: 7, channel: 1)) {
        try values.withUnsafeBufferPointer {
          try peaks.append(
            ActivationMaps(channels: 2, height: 5, width: 5, values: $0), geometry: .identity, image: 7)
        }
      }
      #expect(peaks.images == 0 && peaks.xy.isEmpty && peaks.strength.isEmpty)
    }
  }
}
