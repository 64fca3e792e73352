import ExplainableChannels

/// How many of how many, with the interval that such a count has.
public struct Share: Codable, Sendable, Equatable {
  public var hits: Int
  public var count: Int

  public init(hits: Int, of count: Int) {
    self.hits = hits
    self.count = count
  }

  /// NaN of nothing.
  public var value: Double { count > 0 ? Double(hits) / Double(count) : .nan }

  /// The 95 % interval of Wilson (1927), which holds near 0 and 1 too; nil of nothing.
  public var interval: ClosedRange<Double>? {
    guard count > 0 else { return nil }
    let (n, z, p) = (Double(count), 1.96, value)
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let reach = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    return max(0, middle - reach)...min(1, middle + reach)
  }
}

/// A mean over things measured one by one, with the 95 % interval of a normal mean.
public struct MeanEstimate: Codable, Sendable, Equatable {
  public var mean: Double
  /// Half the interval's width: 1.96 standard errors; nil for fewer than two values.
  public var margin: Double?
  public var count: Int

  /// NaN without values.
  public init(_ values: [Double]) {
    let moments = Moments(values)
    (count, mean) = (moments.count, moments.mean)
    margin = moments.standardError.map { 1.96 * $0 }
  }
}
