/// Mean and spread of some numbers; NaN of none.
package struct Moments {
  package let count: Int
  package let mean: Double
  /// The sum of squared distances from the mean.
  private let squares: Double

  /// O(values).
  package init(_ values: [Double]) {
    count = values.count
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  }

  /// Divided by the count (numpy's default).
  package var deviation: Double { (squares / Double(count)).squareRoot() }

  /// Of the sample, divided by the count less one; nil for fewer than two values.
  package var sampleDeviation: Double? { count > 1 ? (squares / Double(count - 1)).squareRoot() : nil }

  /// Of the mean: the sample's deviation over the root of the count; nil for fewer than two values.
  package var standardError: Double? {
    count > 1 ? (squares / Double(count - 1) / Double(count)).squareRoot() : nil
  }
}
