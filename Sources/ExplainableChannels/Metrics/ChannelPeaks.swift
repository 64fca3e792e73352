import FaceDatasets

/// Where each channel answers most in each image, and how much.
public struct ChannelPeaks: Sendable {
  /// Images so far (N).
  public private(set) var images = 0
  /// Channels of the layer (C).
  public let channels: Int
  /// N * C * 2: the peak's x and y in pixels of the source photo. Where the channel is silent (strength 0): the
  /// middle of the map.
  public private(set) var xy: [Float] = []
  /// N * C: the activation at the strongest cell, 0 or more.
  public private(set) var strength: [Float] = []
  /// N * C: the strongest cell, `row * width + column`.
  public private(set) var cell: [Int32] = []
  /// N * C: the sum of the map's activations.
  public private(set) var energy: [Float] = []

  /// An empty table for a layer of `channels` channels.
  public init(channels: Int) {
    self.channels = channels
  }

  /// The peak of one channel in one image, in pixels of the source photo.
  public func point(image: Int, channel: Int) -> (x: Float, y: Float) {
    let i = 2 * (image * channels + channel)
    return (xy[i], xy[i + 1])
  }

  /// Finds the peaks of one more image.
  ///
  /// The peak is the strongest cell (ties: the first, row by row), moved toward its neighbors by a parabola through
  /// it and the two beside it, separately along x and y and by half a cell at most. At the map's edge, where a
  /// neighbor is missing, and on a plateau, the peak is not moved along that axis. O(C * H * W).
  ///
  /// - Parameters:
  ///   - maps: The image's activations.
  ///   - geometry: Cells to photo pixels.
  ///   - image: The image's number for error messages.
  /// - Throws: `MetricError.notFinite`, with nothing added, when a map contains NaN or plus infinity.
  public mutating func append(_ maps: ActivationMaps, geometry: AffineMap, image: Int) throws {
    precondition(maps.channels == channels, "peaks are of another layer")
    let first = images * channels
    do {
      for channel in 0..<channels {
        let map = maps.map(channel)
        let summary = MapSummary(map, count: maps.area)
        guard summary.energy.isFinite else { throw MetricError.notFinite(image: image, channel: channel) }
        let place =
          summary.strength > 0
          ? refinedPeak(map, cell: summary.cell, width: maps.width, height: maps.height)
          : (column: Double(maps.width - 1) / 2, row: Double(maps.height - 1) / 2)
        let point = geometry(place.column, place.row)
        xy.append(Float(point.x))
        xy.append(Float(point.y))
        strength.append(summary.strength)
        cell.append(Int32(summary.cell))
        energy.append(summary.energy)
      }
    } catch {
      truncate(to: first)
      throw error
    }
    images += 1
  }

  private mutating func truncate(to count: Int) {
    xy.removeSubrange((2 * count)...)
    strength.removeSubrange(count...)
    cell.removeSubrange(count...)
    energy.removeSubrange(count...)
  }
}

/// The strongest cell's center, moved to the top of the parabola through its neighbors along each axis.
private func refinedPeak(
  _ map: UnsafePointer<Float>, cell: Int, width: Int, height: Int
) -> (column: Double, row: Double) {
  let (row, column) = cell.quotientAndRemainder(dividingBy: width)
  var x = Double(column)
  var y = Double(row)
  if column > 0, column < width - 1 { x += parabolaTop(map[cell - 1], map[cell], map[cell + 1]) }
  if row > 0, row < height - 1 { y += parabolaTop(map[cell - width], map[cell], map[cell + width]) }
  return (x, y)
}

/// Where, in cells from the middle, a parabola through three values one cell apart is highest; within half a cell.
private func parabolaTop(_ before: Float, _ middle: Float, _ after: Float) -> Double {
  let (l, m, r) = (Double(max(before, 0)), Double(middle), Double(max(after, 0)))
  let curvature = l - 2 * m + r
  guard curvature < 0 else { return 0 }
  return min(max((l - r) / (2 * curvature), -0.5), 0.5)
}
