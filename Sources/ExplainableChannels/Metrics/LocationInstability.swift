import FaceDatasets
import Foundation

/// Location instability (Zhang, Wu, Zhu, CVPR 2018): the standard deviation over images of the distance from a
/// channel's peak to a landmark, averaged over landmarks. See docs/metrics.md for the edge cases.
struct LocationInstability: Sendable {
  /// What distances are divided by.
  enum Unit: Sendable {
    /// The face's eye-mouth distance.
    case eyeMouth
    /// The diagonal of the region that the network sees, Zhang's own choice.
    case diagonal
  }

  let channels: Int
  let landmarks: [FacePart]
  /// N * L * C: distances in eye-mouth distances; negative where there is none.
  private var distances: [Float] = []
  /// N: eye-mouth distance over the diagonal of what the network sees.
  private var perDiagonal: [Float] = []

  init(channels: Int, landmarks: [FacePart]) {
    self.channels = channels
    self.landmarks = landmarks
  }

  /// Measures the peaks of image `row`. A landmark with several centers (a brow, say) is their mean.
  mutating func add(
    _ peaks: ChannelPeaks, row: Int, image: MeasuredImage, mapWidth: Int, mapHeight: Int, activeAbove: Float
  ) {
    let unit = image.eyeMouthDistance
    let diagonal = image.geometry.diagonal(mapWidth: mapWidth, mapHeight: mapHeight)
    perDiagonal.append(unit.map { Float($0 / diagonal) } ?? 0)
    for landmark in landmarks {
      guard let unit, let place = image.annotation?.middle(of: landmark) else {
        distances.append(contentsOf: repeatElement(-1, count: channels))
        continue
      }
      for channel in 0..<channels {
        let point = peaks.point(image: row, channel: channel)
        let active = peaks.strength[row * channels + channel] > activeAbove
        let distance = hypot(Double(point.x) - place.x, Double(point.y) - place.y) / unit
        distances.append(active ? Float(distance) : -1)
      }
    }
  }

  /// This metric in one unit, ready to be reweighted. O(N * L * C).
  func metric(_ unit: Unit) -> ChannelMetric {
    let columns = channels * landmarks.count
    var values = distances
    if unit == .diagonal {
      for i in values.indices where values[i] >= 0 { values[i] *= perDiagonal[i / columns] }
    }
    return DeviationOverImages(channels: channels, columns: columns, values: values)
  }
}

/// Standard deviations over the rows of a table, averaged over the columns that belong to a channel.
private struct DeviationOverImages: ChannelMetric {
  let channels: Int
  /// Landmarks times channels, channels fastest.
  let columns: Int
  /// Rows of `columns` values; negative where there is none.
  let values: [Float]
  /// The mean of each column. Sums of squares are taken about it, so that single precision is enough.
  private let middle: [Float]

  init(channels: Int, columns: Int, values: [Float]) {
    self.channels = channels
    self.columns = columns
    self.values = values
    var sums = [Double](repeating: 0, count: columns)
    var counts = [Double](repeating: 0, count: columns)
    for i in values.indices where values[i] >= 0 {
      sums[i % columns] += Double(values[i])
      counts[i % columns] += 1
    }
    middle = zip(sums, counts).map { $1 > 0 ? Float($0 / $1) : 0 }
  }

  func perChannel(weights: [Float]) -> [Double] {
    let deviations = deviations(weights: weights)
    return (0..<channels).map { channel in
      stride(from: channel, to: columns, by: channels).map { deviations[$0] }.definedMean
    }
  }

  /// The deviation of each column (dividing by n, as numpy does); NaN with fewer than two images, however often one
  /// of them is drawn.
  private func deviations(weights: [Float]) -> [Double] {
    var counts = [Float](repeating: 0, count: columns)
    var sums = counts
    var squares = counts
    var images = [Int32](repeating: 0, count: columns)
    counts.withUnsafeMutableBufferPointer { counts in
      sums.withUnsafeMutableBufferPointer { sums in
        squares.withUnsafeMutableBufferPointer { squares in
          images.withUnsafeMutableBufferPointer { images in
            values.withUnsafeBufferPointer { values in
              middle.withUnsafeBufferPointer { middle in
                for (row, weight) in weights.enumerated() where weight > 0 {
                  let line = UnsafeBufferPointer(rebasing: values[(row * columns)..<((row + 1) * columns)])
                  for i in 0..<columns {
                    let counted = line[i] >= 0 ? weight : 0
                    let difference = line[i] - middle[i]
                    counts[i] += counted
                    images[i] += counted > 0 ? 1 : 0
                    sums[i] += counted * difference
                    squares[i] += counted * difference * difference
                  }
                }
              }
            }
          }
        }
      }
    }
    return (0..<columns).map { i in
      guard images[i] >= 2 else { return .nan }
      let mean = Double(sums[i] / counts[i])
      return max(0, Double(squares[i] / counts[i]) - mean * mean).squareRoot()
    }
  }
}

extension FaceAnnotation {
  /// The mean of a part's centers; nil when it has none.
  fileprivate func middle(of part: FacePart) -> (x: Double, y: Double)? {
    var (x, y, count) = (0.0, 0.0, 0.0)
    for center in centers where center.part == part && center.x.isFinite && center.y.isFinite {
      x += Double(center.x)
      y += Double(center.y)
      count += 1
    }
    return count > 0 ? (x / count, y / count) : nil
  }
}
