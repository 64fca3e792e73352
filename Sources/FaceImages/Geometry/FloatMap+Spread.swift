import Foundation

extension FloatMap {
  /// The map with each cell's number spread over its neighbors by a Gaussian of that standard deviation, in cells. Nothing
  /// is lost over the edges: a cell's number goes to the neighbors that there are, and the sum stays. 0 changes nothing.
  /// Traps when the deviation is negative or not finite.
  public func spread(deviation: Double) -> FloatMap {
    precondition(deviation >= 0 && deviation.isFinite, "a standard deviation is a number of at least 0")
    guard deviation > 0, width > 0, height > 0 else { return self }
    let (across, down) = (FloatMap.shares(width, deviation), FloatMap.shares(height, deviation))
    var rows = [Double](repeating: 0, count: values.count)
    for y in 0..<height {
      for x in 0..<width {
        let value = Double(values[y * width + x])
        for target in 0..<width { rows[y * width + target] += value * across[x * width + target] }
      }
    }
    var sums = [Double](repeating: 0, count: values.count)
    for y in 0..<height {
      for target in 0..<height {
        let share = down[y * height + target]
        for x in 0..<width { sums[target * width + x] += share * rows[y * width + x] }
      }
    }
    return FloatMap(width: width, height: height, values: sums.map(Float.init))
  }

  /// What each of `count` cells in a row gives to each, a row a giver. Rows add up to 1.
  private static func shares(_ count: Int, _ deviation: Double) -> [Double] {
    (0..<count).flatMap { giver in
      let weights = (0..<count).map { exp(-Double(($0 - giver) * ($0 - giver)) / (2 * deviation * deviation)) }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
  }
}
