import FaceDatasets

/// A mean with a 95 % interval.
public struct Estimate: Codable, Sendable, Equatable {
  /// The number itself, over all images.
  public var mean: Double
  /// The 2.5 and 97.5 % points over resampled sets of images or people; nil when no interval was asked for.
  public var low: Double?
  public var high: Double?

  public init(mean: Double, low: Double? = nil, high: Double? = nil) {
    self.mean = mean
    self.low = low
    self.high = high
  }

  /// The interval is that of the number's values over resampled sets; none without values.
  public init(_ mean: Double, over values: [Double]) {
    let sorted = values.sorted()
    self.init(mean: mean)
    if !sorted.isEmpty { (low, high) = (quantile(sorted, 0.025), quantile(sorted, 0.975)) }
  }
}

/// The percentile bootstrap (Efron 1979) over groups of images: draw as many groups as there are, with replacement,
/// and look at how the metric spreads. Seeded, so the same images give the same interval.
struct Bootstrap {
  /// One list of image weights a replicate: how many times each image was drawn.
  private let replicates: [[Float]]
  private let everything: [Float]
  /// The group of each image, from 0.
  private let members: [Int]
  private let groupCount: Int

  init(groups: [Int], replicates: Int, seed: UInt64) {
    everything = [Float](repeating: 1, count: groups.count)
    var numbers: [Int: Int] = [:]
    let members = groups.map { group -> Int in
      let number = numbers[group] ?? numbers.count
      numbers[group] = number
      return number
    }
    let count = numbers.count
    (self.members, groupCount) = (members, count)
    // One group only has no spread to show.
    self.replicates = (0..<(count < 2 ? 0 : replicates)).map { replicate in
      var random = SeededRandom(seed: seed, stream: "explainability bootstrap", replicate)
      var drawn = [Float](repeating: 0, count: count)
      for _ in 0..<count { drawn[Int(random.uniform() * Double(count))] += 1 }
      return members.map { drawn[$0] }
    }
  }

  /// The metric of each channel over all images.
  func perChannel(_ metric: ChannelMetric) -> [Double] { metric.perChannel(weights: everything) }

  /// The mean over channels with its interval; nil when no channel has a value.
  func estimate(_ metric: ChannelMetric) -> Estimate? {
    guard let mean = perChannel(metric).definedMean.defined else { return nil }
    let spread = replicates.compactMap { metric.perChannel(weights: $0).definedMean.defined }
    let estimate = Estimate(mean, over: spread)
    guard let low = estimate.low, let high = estimate.high else { return estimate }
    // Where one group alone has a value, that is no certainty: it has no spread to show. Metrics sum in single precision.
    let isPoint = high - low <= 1e-6 * abs(mean) && spread.count < replicates.count
    return isPoint && hangsOnOneGroup(metric) ? Estimate(mean: mean) : estimate
  }

  private func hangsOnOneGroup(_ metric: ChannelMetric) -> Bool {
    (0..<groupCount).contains { group in
      metric.perChannel(weights: members.map { $0 == group ? 0 : 1 }).definedMean.defined == nil
    }
  }
}

/// The quantile of sorted values, between neighbors in proportion.
private func quantile(_ sorted: [Double], _ share: Double) -> Double {
  let position = share * Double(sorted.count - 1)
  let below = Int(position)
  let above = min(below + 1, sorted.count - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (position - Double(below))
}
