import FaceNetworks

/// The face's own frame, found without annotation: the similarity of each photo that lays its channels' peaks best over
/// their mean places (generalized Procrustes analysis, Gower 1975), so that a face that is moved, scaled or turned in its
/// crop has its channels in the same places.
struct FaceFrame {
  /// Mean place and spread of each channel; nil for a channel without weight.
  private(set) var places: [ChannelCatalog.Place?]

  private typealias Point = SIMD2<Double>
  private let images: Int
  private let channels: Int
  private let points: [Point]
  private let weights: [Double]
  /// How far each channel is to be believed: channels that stay put decide the frame.
  private var trust: [Double]
  private var means: [Point]

  /// xy: N * C * 2 in pixels of each photo; weights: N * C, 0 where a channel is silent. O(N * C) a round.
  init(xy: [Float], weights: [Float], channels: Int, rounds: Int = 12) {
    self.channels = channels
    images = weights.count / channels
    points = weights.indices.map { Point(Double(xy[2 * $0]), Double(xy[2 * $0 + 1])) }
    self.weights = weights.map(Double.init)
    trust = [Double](repeating: 1, count: channels)
    means = [Point](repeating: .zero, count: channels)
    places = []
    // The first mean comes from photos centered and scaled by themselves: faces are upright to begin with.
    var frames = (0..<images).map { alone($0) }
    for _ in 0..<rounds {
      update(&frames)
      frames = (0..<images).map { fitted($0) }
    }
    update(&frames)
    places = (0..<channels).map { place($0, frames) }
  }

  /// p -> scale * rotation * p + shift, the rotation and scale as one complex number.
  private struct Frame {
    var turn: Point
    var shift: Point

    func callAsFunction(_ p: Point) -> Point { multiplied(turn, p) + shift }
  }

  private func weight(_ image: Int, _ channel: Int) -> Double { weights[image * channels + channel] * trust[channel] }

  private func center(_ image: Int, of value: (Int) -> Point) -> Point {
    var sum = Point.zero
    var total = 0.0
    for channel in 0..<channels {
      sum += weight(image, channel) * value(channel)
      total += weight(image, channel)
    }
    return total > 0 ? sum / total : .zero
  }

  private func point(_ image: Int, _ channel: Int) -> Point { points[image * channels + channel] }

  private func alone(_ image: Int) -> Frame {
    let middle = center(image) { point(image, $0) }
    var square = 0.0
    var total = 0.0
    for channel in 0..<channels {
      let offset = point(image, channel) - middle
      square += weight(image, channel) * (offset * offset).sum()
      total += weight(image, channel)
    }
    let scale = square > 0 ? (total / square).squareRoot() : 1
    return Frame(turn: Point(scale, 0), shift: -scale * middle)
  }

  /// The similarity from a photo's peaks to the means with the least weighted squares.
  private func fitted(_ image: Int) -> Frame {
    let from = center(image) { point(image, $0) }
    let to = center(image) { means[$0] }
    var product = Point.zero
    var square = 0.0
    for channel in 0..<channels {
      let (p, q) = (point(image, channel) - from, means[channel] - to)
      product += weight(image, channel) * multiplied(Point(p.x, -p.y), q)
      square += weight(image, channel) * (p * p).sum()
    }
    let turn = square > 0 ? product / square : Point(1, 0)
    return Frame(turn: turn, shift: to - multiplied(turn, from))
  }

  /// New means, brought back with the frames to middle 0 and size 1, and how well each channel keeps to its own.
  private mutating func update(_ frames: inout [Frame]) {
    let found = (0..<channels).map { mean($0, frames) }
    let seen = found.compactMap { $0 }
    guard !seen.isEmpty else { return }
    let middle = seen.reduce(.zero, +) / Double(seen.count)
    let square = seen.reduce(0) { $0 + (($1 - middle) * ($1 - middle)).sum() } / Double(seen.count)
    let scale = square > 0 ? 1 / square.squareRoot() : 1
    for image in frames.indices {
      frames[image].turn *= scale
      frames[image].shift = (frames[image].shift - middle) * scale
    }
    for (channel, place) in found.enumerated() {
      guard let place else { continue }
      means[channel] = (place - middle) * scale
      let spread = spread(channel, frames)
      trust[channel] = 1 / (0.01 + spread * spread)
    }
  }

  private func mean(_ channel: Int, _ frames: [Frame]) -> Point? {
    var sum = Point.zero
    var total = 0.0
    for image in 0..<images {
      sum += weights[image * channels + channel] * frames[image](point(image, channel))
      total += weights[image * channels + channel]
    }
    return total > 0 ? sum / total : nil
  }

  private func spread(_ channel: Int, _ frames: [Frame]) -> Double {
    var sum = 0.0
    var total = 0.0
    for image in 0..<images {
      let offset = frames[image](point(image, channel)) - means[channel]
      sum += weights[image * channels + channel] * (offset * offset).sum()
      total += weights[image * channels + channel]
    }
    return total > 0 ? (sum / total).squareRoot() : 0
  }

  private func place(_ channel: Int, _ frames: [Frame]) -> ChannelCatalog.Place? {
    guard mean(channel, frames) != nil else { return nil }
    return .init(x: means[channel].x, y: means[channel].y, spread: spread(channel, frames))
  }
}

/// The product of two complex numbers.
private func multiplied(_ a: SIMD2<Double>, _ b: SIMD2<Double>) -> SIMD2<Double> {
  SIMD2(a.x * b.x - a.y * b.y, a.x * b.y + a.y * b.x)
}
