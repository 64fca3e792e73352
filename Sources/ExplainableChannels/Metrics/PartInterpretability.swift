/// Part interpretability (Zhang, Wu, Zhu, CVPR 2018): of the images that show a part, the share in which the channel's
/// strongest region and the part's mask overlap by more than an IoU of 0.2; of the part where that is most often so.
struct PartInterpretability: ChannelMetric {
  let channels: Int
  let parts: Int
  private let rows: [Int]
  /// N * P: 1 where the image shows the part.
  private let present: [Float]
  /// N * C * P: 1 where the channel hits the part.
  private let hits: [Float]
  /// Channels that are active in no image.
  private let dead: Set<Int>

  init(_ overlaps: PartOverlaps, leastIoU: Double, dead: Set<Int>) {
    (channels, parts, rows, self.dead) = (overlaps.channels, overlaps.parts, overlaps.rows, dead)
    present = overlaps.masks.map { $0 > 0 ? 1 : 0 }
    hits = overlaps.shared.indices.map { i in
      let (pair, part) = i.quotientAndRemainder(dividingBy: overlaps.parts)
      let mask = overlaps.masks[pair / overlaps.channels * overlaps.parts + part]
      let union = overlaps.active[pair] + mask - overlaps.shared[i]
      return union > 0 && Double(overlaps.shared[i]) / Double(union) > leastIoU ? 1 : 0
    }
  }

  func perChannel(weights: [Float]) -> [Double] { best(weights: weights).map { $0?.share ?? .nan } }

  /// The part each channel hits most often (ties: the first of the list) and how often; nil for a dead channel, or when no
  /// image shows a part. O(N * C * P).
  func best(weights: [Float]) -> [(part: Int, share: Double)?] {
    let weights = rows.map { weights[$0] }
    let hits = weightedSum(hits, columns: channels * parts, weights: weights)
    let present = weightedSum(present, columns: parts, weights: weights)
    return (0..<channels).map { channel in
      guard !dead.contains(channel) else { return nil }
      return strongest(parts) { present[$0] > 0 ? Double(hits[channel * parts + $0] / present[$0]) : nil }
    }
  }
}

/// The sum of rows of `columns` values, each times its weight.
func weightedSum(_ values: [Float], columns: Int, weights: [Float]) -> [Float] {
  var sums = [Float](repeating: 0, count: columns)
  values.withUnsafeBufferPointer { values in
    sums.withUnsafeMutableBufferPointer { sums in
      for (row, weight) in weights.enumerated() where weight > 0 {
        for column in 0..<columns { sums[column] += weight * values[row * columns + column] }
      }
    }
  }
  return sums
}

/// The part with the largest value, the first of equals; nil when no part has one.
func strongest(_ parts: Int, _ value: (Int) -> Double?) -> (part: Int, share: Double)? {
  var best: (part: Int, share: Double)?
  for part in 0..<parts {
    guard let value = value(part) else { continue }
    if best.map({ value > $0.share }) ?? true { best = (part, value) }
  }
  return best
}
