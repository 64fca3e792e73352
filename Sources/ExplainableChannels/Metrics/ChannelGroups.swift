import Foundation
import Torch

/// Channels gathered into groups that light up together: the stand-in for part templates, which only some methods have and
/// only in training, so that every method is measured alike.
struct ChannelGroups: Sendable {
  /// C: the group of each channel, numbered by their first channels; nil for a channel that never varies.
  let group: [Int?]
  /// How many groups there are.
  let count: Int
  /// C: the inverse of a channel's mean strength; 0 for a channel without a group.
  let scale: [Float]

  /// Ward's agglomerative clustering (1963) of the channels' maps, each centered and of unit length over all cells of all
  /// images, so that two channels are `2 (1 - correlation)` apart, squared. Deterministic. O(N C^2 H W + C^3).
  ///
  /// - Parameters:
  ///   - strengths: The channels' mean strengths; 0 for a dead one.
  ///   - area: Cells of a map.
  init(_ entries: [KeptMaps.Entry], strengths: [Double], area: Int, count: Int) throws {
    let channels = strengths.count
    let correlation = try mapCorrelation(entries, channels: channels, area: area)
    let live = (0..<channels).filter { strengths[$0] > 0 && correlation[$0 * channels + $0] > 0.5 }
    let distances = live.map { a in live.map { b in 2 * (1 - correlation[a * channels + b]) } }
    let clusters = wardClusters(distances, count: count)
    var group = [Int?](repeating: nil, count: channels)
    for (place, channel) in live.enumerated() { group[channel] = clusters[place] }
    self.group = group
    self.count = (clusters.max() ?? -1) + 1
    scale = (0..<channels).map { group[$0] == nil ? 0 : Float(1 / strengths[$0]) }
  }

  /// The map of each group, [K, H * W]: the mean of its channels, each divided by its mean strength.
  func maps(_ entry: KeptMaps.Entry, area: Int) throws -> Tensor {
    try weights().matmul(Tensor(entry.values, [group.count, area]).relu())
  }

  private func weights() throws -> Tensor {
    var sizes = [Float](repeating: 0, count: count)
    for case let number? in group { sizes[number] += 1 }
    var values = [Float](repeating: 0, count: count * group.count)
    for (channel, number) in group.enumerated() {
      if let number { values[number * group.count + channel] = scale[channel] / sizes[number] }
    }
    return try Tensor(values, [count, group.count])
  }
}

/// The correlation of each two channels' maps over all cells of all images, [C * C]; rows of a channel that never varies are
/// 0, also on the diagonal. One image at a time, in double precision.
private func mapCorrelation(_ entries: [KeptMaps.Entry], channels: Int, area: Int) throws -> [Double] {
  let products = try Tensor.zeros([channels, channels], dtype: .float64)
  let sums = try Tensor.zeros([channels], dtype: .float64)
  for entry in entries {
    let maps = try Tensor(entry.values, [channels, area]).relu().to(.float64)
    try products.add(inPlace: maps.matmul(maps.transposed(0, 1)))
    try sums.add(inPlace: maps.sum(1))
  }
  let cells = Double(max(1, entries.count * area))
  let mean = try (sums / cells).doubles()
  var correlation = try (products / cells).doubles()
  let power = (0..<channels).map { correlation[$0 * channels + $0] }
  let deviation = (0..<channels).map { channel -> Double in
    let variance = power[channel] - mean[channel] * mean[channel]
    // What is left of a constant map is rounding.
    return variance > 1e-9 * power[channel] ? variance.squareRoot() : 0
  }
  for a in 0..<channels {
    for b in 0..<channels {
      let scale = deviation[a] * deviation[b]
      let covariance = correlation[a * channels + b] - mean[a] * mean[b]
      correlation[a * channels + b] = scale > 0 ? covariance / scale : 0
    }
  }
  return correlation
}

/// Merges the two clusters whose union adds least to the sum of squares until `count` are left. Clusters are numbered by
/// their first members. O(n^3) at worst.
///
/// - Parameter distances: Squared distances of all pairs.
func wardClusters(_ distances: [[Double]], count: Int) -> [Int] {
  var distances = distances
  var members = distances.indices.map { [$0] }
  var alive = Array(distances.indices)
  while alive.count > max(1, count) {
    var (first, second, least) = (alive[0], alive[1], Double.infinity)
    for (place, a) in alive.enumerated() {
      for b in alive[(place + 1)...] where distances[a][b] < least { (first, second, least) = (a, b, distances[a][b]) }
    }
    // Lance and Williams's update for Ward's criterion.
    let (n, m) = (Double(members[first].count), Double(members[second].count))
    for other in alive where other != first && other != second {
      let k = Double(members[other].count)
      let updated =
        ((n + k) * distances[first][other] + (m + k) * distances[second][other] - k * least) / (n + m + k)
      distances[first][other] = updated
      distances[other][first] = updated
    }
    members[first] += members[second]
    alive.removeAll { $0 == second }
  }
  var clusters = [Int](repeating: 0, count: distances.count)
  for (number, root) in alive.enumerated() {
    for member in members[root] { clusters[member] = number }
  }
  return clusters
}
