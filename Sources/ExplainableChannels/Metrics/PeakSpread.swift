import FaceDatasets

/// How far the peaks of different channels are from one another (after Yin et al., ICCV 2019). See docs/metrics.md.
public struct PeakSpreadScores: Codable, Sendable, Equatable {
  /// Distance of the channels' average places from their common middle, in eye-mouth distances, in the face's own frame.
  public var averagePlaces: Estimate?
  /// The same in the network's input, in pixels when the input is scaled to 96 x 96: the unit of the paper.
  public var inputPixels: Estimate?
  /// Distance between the peaks of two channels in one image, in eye-mouth distances.
  public var withinFace: Estimate?
}

/// Distances of the channels' average places from their common middle.
struct AveragePlaces: ChannelMetric, Sendable {
  let channels: Int
  /// N * C: places; NaN where there is none.
  private var x: [Float] = []
  private var y: [Float] = []

  init(channels: Int) { self.channels = channels }

  /// Adds the peaks of image `row`, mapped from photo pixels into a frame that all images share; nil leaves it out.
  mutating func add(_ peaks: ChannelPeaks, row: Int, frame: AffineMap?, activeAbove: Float) {
    for channel in 0..<channels {
      let point = peaks.point(image: row, channel: channel)
      let active = peaks.strength[row * channels + channel] > activeAbove
      let place = active ? frame?(Double(point.x), Double(point.y)) : nil
      x.append(place.map { Float($0.x) } ?? .nan)
      y.append(place.map { Float($0.y) } ?? .nan)
    }
  }

  func perChannel(weights: [Float]) -> [Double] {
    var sums = [SIMD3<Double>](repeating: .zero, count: channels)
    for (row, weight) in weights.enumerated() where weight > 0 {
      for channel in 0..<channels where !x[row * channels + channel].isNaN {
        let i = row * channels + channel
        sums[channel] += Double(weight) * SIMD3(Double(x[i]), Double(y[i]), 1)
      }
    }
    let places = sums.map { $0.z > 0 ? SIMD2($0.x, $0.y) / $0.z : SIMD2(repeating: .nan) }
    let middle = SIMD2(places.map(\.x).definedMean, places.map(\.y).definedMean)
    return places.map { place in
      let away = place - middle
      return (away * away).sum().squareRoot()
    }
  }
}

/// The mean distance from each channel's peak to the peaks of the other channels in the same image.
struct PeakDistances: ChannelMetric, Sendable {
  let channels: Int
  /// N * C: eye-mouth distances; NaN where there is none.
  private var distances: [Float] = []

  init(channels: Int) { self.channels = channels }

  /// Adds the peaks of image `row`. O(C * C).
  mutating func add(_ peaks: ChannelPeaks, row: Int, unit: Double?, activeAbove: Float) {
    var own = [Float](repeating: .nan, count: channels)
    let active = (0..<channels).filter { peaks.strength[row * channels + $0] > activeAbove }
    if let unit, active.count > 1 {
      let places = active.map { channel -> SIMD2<Float> in
        let point = peaks.point(image: row, channel: channel)
        return SIMD2(point.x, point.y)
      }
      for (channel, place) in zip(active, places) {
        var sum: Float = 0
        for other in places { sum += ((place - other) * (place - other)).sum().squareRoot() }
        own[channel] = sum / Float(active.count - 1) / Float(unit)
      }
    }
    distances += own
  }

  func perChannel(weights: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: channels)
    var counts = sums
    for (row, weight) in weights.enumerated() where weight > 0 {
      for channel in 0..<channels where !distances[row * channels + channel].isNaN {
        sums[channel] += Double(weight * distances[row * channels + channel])
        counts[channel] += Double(weight)
      }
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
  }
}

extension MeasuredImage {
  /// From photo pixels to the face's own frame: the middle of the visible eyes at (0, 0), the mouth at (0, 1) when it is an
  /// eye-mouth distance away; x to the right of the upright face. Nil without eyes, mouth or a unit.
  var faceFrame: AffineMap? {
    guard let unit = eyeMouthDistance, let annotation else { return nil }
    let eyes = annotation.centers.filter { $0.part == .leftEye || $0.part == .rightEye }
    guard !eyes.isEmpty, let mouth = annotation.centers.first(where: { $0.part == .mouth }) else { return nil }
    let x = Double(eyes.reduce(0) { $0 + $1.x }) / Double(eyes.count)
    let y = Double(eyes.reduce(0) { $0 + $1.y }) / Double(eyes.count)
    let (dx, dy) = (Double(mouth.x) - x, Double(mouth.y) - y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length > 0, length.isFinite else { return nil }
    // Columns of the frame in the photo: right = (dy, -dx), down = (dx, dy), both an eye-mouth distance long.
    let scale = unit / length
    return AffineMap(a: scale * dy, b: scale * dx, c: -scale * dx, d: scale * dy, tx: x, ty: y).inverse
  }

  /// From photo pixels to the network's input scaled to 96 x 96, up to a shift.
  func paperFrame(_ inverse: AffineMap, mapWidth: Int, mapHeight: Int) -> AffineMap {
    inverse.then(
      AffineMap(a: 96 / Double(mapWidth), b: 0, c: 0, d: 96 / Double(mapHeight), tx: 0, ty: 0))
  }
}
