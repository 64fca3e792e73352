import Testing

@testable import ExplainableChannels

@Suite struct BootstrapTests {
  /// One channel, whose value is the mean of the images that have one.
  private struct Mean: ChannelMetric {
    let values: [Double?]

    func perChannel(weights: [Float]) -> [Double] {
      let known = zip(values, weights).compactMap { value, weight in value.map { ($0, Double(weight)) } }
      let total = known.reduce(0) { $0 + $1.1 }
      return [total == 0 ? .nan : known.reduce(0) { $0 + $1.0 * $1.1 } / total]
    }
  }

  /// One channel, whose value is the spread of the images: one alone has none.
  private struct Spread: ChannelMetric {
    let values: [Double]

    func perChannel(weights: [Float]) -> [Double] {
      let total = Double(weights.reduce(0, +))
      guard total > 1 else { return [.nan] }
      let mean = zip(values, weights).reduce(0) { $0 + $1.0 * Double($1.1) } / total
      return [zip(values, weights).reduce(0) { $0 + ($1.0 - mean) * ($1.0 - mean) * Double($1.1) } / total]
    }
  }

  private func estimate(_ values: [Double?], groups: [Int]) -> Estimate? {
    Bootstrap(groups: groups, replicates: 200, seed: 1).estimate(Mean(values: values))
  }

  @Test func anIntervalTakesTwoGroupsThatHaveAValue() throws {
    let groups = [7, 7, 3, 3, 9]
    let both = try #require(estimate([1, 3, 5, nil, nil], groups: groups))
    #expect(both.mean == 3)
    #expect(try #require(both.low) == 2 && #require(both.high) == 5)
    // The mean of group 7 alone is as certain as one group can say, which is nothing.
    #expect(estimate([1, 3, nil, nil, nil], groups: groups) == Estimate(mean: 2))
    #expect(estimate([1, 3, 5], groups: [4, 4, 4]) == Estimate(mean: 3))
    #expect(estimate([nil, nil], groups: [0, 1]) == nil)
    // No value is without group 1, and yet group 0 has a say.
    let uneven = Bootstrap(groups: [0, 1, 1, 1, 1, 1], replicates: 200, seed: 1)
    let spread = try #require(uneven.estimate(Spread(values: [9, 1, 2, 3, 4, 5])))
    #expect(try #require(spread.low) < #require(spread.high))
    // Every replicate has a value here, and spreads.
    let all = try #require(estimate([1, 2, 3, 4, 5], groups: groups))
    #expect(try #require(all.low) < 3 && #require(all.high) > 3)
  }
}
