import FaceDatasets
import Foundation

/// Concentration: the share of a channel's energy (the plain sum of its activations) that lies around its peak,
/// averaged over images.
struct EnergyConcentration: ChannelMetric, Sendable {
  let channels: Int
  /// N * C: shares in 0...1; negative where there is none.
  private(set) var shares: [Float] = []

  init(channels: Int) {
    self.channels = channels
  }

  /// Measures image `row`: cells whose centers are within `radius` eye-mouth distances of the peak count, and the
  /// strongest cell always does. O(C * cells in reach).
  mutating func add(
    _ maps: ActivationMaps, peaks: ChannelPeaks, row: Int, image: MeasuredImage, inverse: AffineMap,
    radius: Double, activeAbove: Float
  ) {
    guard let unit = image.eyeMouthDistance else {
      shares.append(contentsOf: repeatElement(-1, count: channels))
      return
    }
    let disk = SourceDisk(geometry: image.geometry, inverse: inverse, radius: radius * unit)
    for channel in 0..<channels {
      let i = row * channels + channel
      guard peaks.strength[i] > activeAbove, peaks.energy[i] > 0 else {
        shares.append(-1)
        continue
      }
      let point = peaks.point(image: row, channel: channel)
      let inside = disk.energy(
        maps.map(channel), width: maps.width, height: maps.height, x: Double(point.x), y: Double(point.y),
        always: Int(peaks.cell[i]))
      shares.append(min(1, inside / peaks.energy[i]))
    }
  }

  func perChannel(weights: [Float]) -> [Double] {
    var sums = [Double](repeating: 0, count: channels)
    var counts = sums
    shares.withUnsafeBufferPointer { shares in
      for (image, weight) in weights.enumerated() where weight > 0 {
        for channel in 0..<channels where shares[image * channels + channel] >= 0 {
          sums[channel] += Double(weight * shares[image * channels + channel])
          counts[channel] += Double(weight)
        }
      }
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / $1 : .nan }
  }
}

/// A disk in the photo, seen from the map: the cells whose centers fall into it.
private struct SourceDisk {
  let geometry: AffineMap
  let inverse: AffineMap
  let radius: Double

  /// Sum of the positive activations in the disk around (x, y), and of the cell `always` in any case.
  func energy(
    _ map: UnsafePointer<Float>, width: Int, height: Int, x: Double, y: Double, always: Int
  ) -> Float {
    let middle = inverse(x, y)
    // A cell on the rim must not depend on how the peak was rounded to single precision.
    let radius = radius * (1 + 1e-5) + 1e-5 * abs(geometry.determinant).squareRoot()
    let columns = cells(middle.x, reach: radius * hypot(inverse.a, inverse.b), count: width)
    let rows = cells(middle.y, reach: radius * hypot(inverse.c, inverse.d), count: height)
    var sum: Float = 0
    var seen = false
    for row in rows {
      for column in columns {
        let center = geometry(Double(column), Double(row))
        let (dx, dy) = (center.x - x, center.y - y)
        guard dx * dx + dy * dy <= radius * radius else { continue }
        let cell = row * width + column
        sum += max(map[cell], 0)
        if cell == always { seen = true }
      }
    }
    return seen ? sum : sum + max(map[always], 0)
  }

  /// The cells of one axis that a disk can reach.
  private func cells(_ middle: Double, reach: Double, count: Int) -> Range<Int> {
    let low = max(0, (middle - reach).rounded(.up))
    let high = min(Double(count - 1), (middle + reach).rounded(.down))
    return low <= high ? Int(low)..<(Int(high) + 1) : 0..<0
  }
}
