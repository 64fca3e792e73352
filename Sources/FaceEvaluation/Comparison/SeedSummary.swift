import ExplainableChannels

/// One measure of one method over the seeds it was trained with.
public struct SeedSummary: Codable, Sendable, Equatable {
  /// A value for each seed, in the order of the seeds; nil where there is none.
  public let values: [Double?]
  /// The mean of the values that are there; nil without any.
  public let mean: Double?
  /// Of the sample, divided by the number of values less one; nil with fewer than two.
  public let standardDeviation: Double?

  /// Values that are not finite count as missing. O(values).
  public init(_ values: [Double?]) {
    self.values = values.map { $0.flatMap { $0.isFinite ? $0 : nil } }
    let moments = Moments(self.values.compactMap { $0 })
    mean = moments.count > 0 ? moments.mean : nil
    standardDeviation = moments.sampleDeviation
  }

  /// This method against a baseline that was trained with the same seeds in the same order.
  public func paired(with baseline: SeedSummary, as contrast: Measure.Contrast) -> PairedContrast {
    PairedContrast(self, baseline, contrast)
  }
}

/// A method against a baseline: seed by seed, since what a seed decides (first weights, order of the photos) is the same
/// for both, and over all seeds that both have.
public struct PairedContrast: Codable, Sendable, Equatable {
  public let contrast: Measure.Contrast
  /// Difference (method less baseline) or ratio (method over baseline) for each seed; nil where one has no value, or a
  /// ratio would divide by zero.
  public let bySeed: [Double?]
  /// Difference or ratio of the means over the seeds that both have.
  public let overall: Double?
  /// Standard deviation of `bySeed`; nil with fewer than two.
  public let standardDeviation: Double?

  init(_ method: SeedSummary, _ baseline: SeedSummary, _ contrast: Measure.Contrast) {
    func set(_ value: Double, against other: Double) -> Double? {
      switch contrast {
      case .difference: value - other
      case .ratio: other == 0 ? nil : value / other
      }
    }
    self.contrast = contrast
    let seeds = max(method.values.count, baseline.values.count)
    let pairs = (0..<seeds).map { seed -> (value: Double, other: Double)? in
      guard seed < method.values.count, seed < baseline.values.count, let value = method.values[seed],
        let other = baseline.values[seed]
      else { return nil }
      return (value, other)
    }
    bySeed = pairs.map { $0.flatMap { set($0.value, against: $0.other) } }
    let both = pairs.compactMap { $0 }
    let means = (SeedSummary(both.map(\.value)).mean, SeedSummary(both.map(\.other)).mean)
    if let mean = means.0, let other = means.1 { overall = set(mean, against: other) } else { overall = nil }
    standardDeviation = SeedSummary(bySeed).standardDeviation
  }

  /// How many seeds the method is ahead on.
  public func wins(higherIsBetter: Bool) -> Int {
    // Of negative values no ratio says which is the larger; none of what is contrasted by ratio can be negative.
    let even: Double = contrast == .difference ? 0 : 1
    return bySeed.count { value in value.map { higherIsBetter ? $0 > even : $0 < even } ?? false }
  }
}
