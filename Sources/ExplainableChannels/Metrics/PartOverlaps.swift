import FaceDatasets
import Torch

/// How the strongest regions of every channel overlap with the true masks of the parts, image by image, counted in squares
/// of a grid over what the network sees.
struct PartOverlaps: Sendable {
  let channels: Int
  let parts = FacePart.allCases.count
  /// N: the rows of the meter's tables that have true masks.
  private(set) var rows: [Int] = []
  /// N * C: squares where the channel is above its threshold.
  private(set) var active: [Float] = []
  /// N * P: squares of each part's mask.
  private(set) var masks: [Float] = []
  /// N * C * P: squares in both.
  private(set) var shared: [Float] = []

  /// Upsamples each map bilinearly to the grid and cuts it at the channel's threshold, one image at a time: no more than
  /// C * grid * grid values at once. O(N * C * P * grid * grid).
  init(
    _ entries: [KeptMaps.Entry], thresholds: [Float], mapWidth: Int, mapHeight: Int, grid: Int
  ) throws {
    channels = thresholds.count
    let levels = try Tensor(thresholds, [1, channels, 1, 1])
    for entry in entries where !entry.parts.isEmpty {
      let maps = try Tensor(entry.values, [1, channels, mapHeight, mapWidth]).relu()
      let fine = try (maps - levels).resized(height: grid, width: grid, antialias: false)
      let region = try fine.greater(than: 0).to(.float32).reshaped(channels, grid * grid)
      let mask = try Tensor(oneHot(entry.parts), [grid * grid, parts])
      rows.append(entry.row)
      active += try region.sum(1).floats()
      masks += try mask.sum(0).floats()
      shared += try region.matmul(mask).floats()
    }
  }

  /// One row a place, 1 in the column of its part, all 0 on none.
  private func oneHot(_ labels: [UInt8]) -> [Float] {
    var values = [Float](repeating: 0, count: labels.count * parts)
    for (place, label) in labels.enumerated() where label < parts { values[place * parts + Int(label)] = 1 }
    return values
  }
}
