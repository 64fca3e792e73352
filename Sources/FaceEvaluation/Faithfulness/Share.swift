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

/// A mean over things measured one by one, with its 95 % interval.
public struct MeanEstimate: Codable, Sendable, Equatable {
  public var mean: Double
  /// Half the interval's width: standard errors times Student's t, 2.78 for five values, 1.96 for very many; nil for fewer than two.
  public var margin: Double?
  public var count: Int

  /// NaN without values.
  public init(_ values: [Double]) { self.init(values, kinds: [Bool](repeating: true, count: values.count)) }

  /// Of values of two kinds, how many of each was chosen and not drawn: the distance between the kinds' means is then no chance,
  /// and is not in the margin. NaN without values; no margin where a kind has a single one.
  public init(_ values: [Double], kinds: [Bool]) {
    (count, mean) = (values.count, Moments(values).mean)
    let own = [true, false].map { kind in Moments(zip(values, kinds).filter { $0.1 == kind }.map(\.0)) }
      .filter { $0.count > 0 }
    // Of each kind's mean, in the mean of all.
    let squares = own.compactMap { moments in
      moments.standardError.map { $0 * Double(moments.count) / Double(values.count) }.map { $0 * $0 }
    }
    guard !own.isEmpty, squares.count == own.count else { return }
    let square = squares.reduce(0, +)
    guard square != 0 else {
      margin = 0
      return
    }
    // Satterthwaite (1946): of one kind, the count less one, but for rounding.
    let fourth = zip(squares, own).reduce(0) { $0 + $1.0 * $1.0 / Double($1.1.count - 1) }
    margin = square.squareRoot() * MeanEstimate.quantile(freedom: square * square / fourth + 1e-9)
  }

  /// Student's t that 2.5 % are beyond: by Cornish and Fisher's series (Abramowitz and Stegun 26.7.5), within 0.2 % from three degrees
  /// of freedom on; below, that of the whole number below.
  static func quantile(freedom: Double) -> Double {
    if freedom < 2 { return 12.7062 }
    if freedom < 3 { return 4.3027 }
    let inverse = 1 / freedom
    return 1.95996 + inverse * (2.37227 + inverse * (2.82250 + inverse * (2.55585 + inverse * 1.58953)))
  }
}
