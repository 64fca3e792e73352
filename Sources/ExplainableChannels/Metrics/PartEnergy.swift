import FaceDatasets

/// How much of each cell of a map belongs to each part, by the true labels of the photo.
struct CellCoverage: Sendable {
  /// Samples along each side of a cell.
  private static let samples = 8
  /// H * W: the share of the cell that each part covers, in the order of the parts; "none" is not kept.
  let cells: [SIMD16<Float>]

  /// Samples the labels at 8 x 8 places of each cell; what lies outside of the photo belongs to no part.
  init(labels: PartLabels, geometry: AffineMap, mapWidth: Int, mapHeight: Int) {
    let n = CellCoverage.samples
    let share = 1 / Float(n * n)
    let offsets = (0..<n).map { (Double($0) + 0.5) / Double(n) - 0.5 }
    var cells = [SIMD16<Float>](repeating: .zero, count: mapWidth * mapHeight)
    for row in 0..<mapHeight {
      for column in 0..<mapWidth {
        var cell = SIMD16<Float>.zero
        for dy in offsets {
          for dx in offsets {
            let point = geometry(Double(column) + dx, Double(row) + dy)
            let label = labels.label(x: point.x, y: point.y)
            if label != FacePartLabel.none { cell[Int(label)] += share }
          }
        }
        cells[row * mapWidth + column] = cell
      }
    }
    self.cells = cells
  }
}

/// The share of each channel's energy inside each part's true mask, averaged over images.
struct PartEnergy: Sendable {
  let channels: Int
  /// C: sums over images of the shares, one lane a part.
  private var sums: [SIMD16<Float>]
  /// C: images in which the channel was active and labels were given.
  private var counts: [Float]

  init(channels: Int) {
    self.channels = channels
    sums = [SIMD16<Float>](repeating: .zero, count: channels)
    counts = [Float](repeating: 0, count: channels)
  }

  /// Measures image `row`; images without labels are skipped. O(C * H * W).
  mutating func add(
    _ maps: ActivationMaps, peaks: ChannelPeaks, row: Int, image: MeasuredImage, activeAbove: Float
  ) {
    guard let labels = image.labels, labels.hasParts else { return }
    let coverage = CellCoverage(
      labels: labels, geometry: image.geometry, mapWidth: maps.width, mapHeight: maps.height)
    coverage.cells.withUnsafeBufferPointer { cells in
      for channel in 0..<channels {
        let i = row * channels + channel
        guard peaks.strength[i] > activeAbove, peaks.energy[i] > 0 else { continue }
        let map = maps.map(channel)
        var energy = SIMD16<Float>.zero
        for cell in 0..<cells.count where map[cell] > 0 { energy += map[cell] * cells[cell] }
        sums[channel] += energy / peaks.energy[i]
        counts[channel] += 1
      }
    }
  }

  /// The mean share of a channel's energy inside a part's mask; NaN when the channel was never counted.
  func share(_ channel: Int, part: Int) -> Double {
    counts[channel] > 0 ? Double(sums[channel][part]) / Double(counts[channel]) : .nan
  }
}
