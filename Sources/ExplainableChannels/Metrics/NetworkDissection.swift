/// Network dissection (Bau et al., CVPR 2017): the IoU of a channel's strongest regions with a part's masks over the whole
/// set, all intersections over all unions, for the part where it is largest.
struct NetworkDissection: ChannelMetric {
  let overlaps: PartOverlaps
  /// Channels that are active in no image.
  let dead: Set<Int>

  func perChannel(weights: [Float]) -> [Double] { best(weights: weights).map { $0?.share ?? .nan } }

  /// The best part of each channel (ties: the first of the list) and its IoU; nil for a dead channel, or without any mask.
  /// O(N * C * P).
  func best(weights: [Float]) -> [(part: Int, share: Double)?] {
    let (channels, parts) = (overlaps.channels, overlaps.parts)
    let weights = overlaps.rows.map { weights[$0] }
    let shared = weightedSum(overlaps.shared, columns: channels * parts, weights: weights)
    let active = weightedSum(overlaps.active, columns: channels, weights: weights)
    let masks = weightedSum(overlaps.masks, columns: parts, weights: weights)
    return (0..<channels).map { channel in
      guard !dead.contains(channel) else { return nil }
      return strongest(parts) { part in
        let both = shared[channel * parts + part]
        return masks[part] > 0 ? Double(both) / Double(active[channel] + masks[part] - both) : nil
      }
    }
  }
}

/// What network dissection says of a layer.
public struct DissectionScores: Codable, Sendable, Equatable {
  /// Mean over channels of the IoU with the best part.
  public var meanIoU: Estimate
  /// Channels whose best IoU is above the limit.
  public var detectors: Int
  /// Different parts that have such a channel.
  public var parts: Int
}
