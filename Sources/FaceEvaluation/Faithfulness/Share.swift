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

  /// Of values of two kinds, how many of each was chosen and not drawn: the distance between the kinds' means is then no chance,
  /// and is not in the margin. NaN without values; no margin where a kind has a single one.
  public init(_ values: [Double], kinds: [Bool]) {
    (count, mean) = (values.count, Moments(values).mean)
    var square: Double? = 0
    for kind in [true, false] {
      let own = Moments(zip(values, kinds).filter { $0.1 == kind }.map(\.0))
      if own.count == 0 { continue }
      let share = Double(own.count) / Double(values.count)
      square = square.flatMap { sum in own.standardError.map { sum + (share * $0) * (share * $0) } }
    }
    margin = values.isEmpty ? nil : square.map { 1.96 * $0.squareRoot() }
  }
}
