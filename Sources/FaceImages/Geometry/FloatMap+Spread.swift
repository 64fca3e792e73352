import Foundation

extension FloatMap {
  /// The map with each cell's number spread over its neighbors by a Gaussian of that standard deviation, in cells. Nothing
  /// is lost over the edges: a cell's number goes to the neighbors that there are, and the sum stays. 0 changes nothing.
  /// Traps when the deviation is negative or not finite.
  public func spread(deviation: Double) -> FloatMap {
    precondition(deviation >= 0 && deviation.isFinite, "a standard deviation is a number of at least 0")
    guard deviation > 0, width > 0, height > 0 else { return self }
    let across = FloatMap.weighted(values.map(Double.init), rows: height, by: FloatMap.shares(width, deviation))
    // The same from top to bottom, on the transposed map.
    let down = FloatMap.weighted(
      FloatMap.transposed(across, width: width), rows: width, by: FloatMap.shares(height, deviation))
    return FloatMap(
      width: width, height: height, values: FloatMap.transposed(down, width: height).map { Float($0) })
  }

  /// Each row of `values`, what its numbers give summed up.
  private static func weighted(_ values: [Double], rows: Int, by shares: [Double]) -> [Double] {
    let count = values.count / rows
    return [Double](unsafeUninitializedCapacity: values.count) { sums, filled in
      sums.initialize(repeating: 0)
      shares.withUnsafeBufferPointer { shares in
        for place in values.indices {
          let (row, value) = (place / count * count, values[place])
          let own = place % count * count
          for target in 0..<count { sums[row + target] += value * shares[own + target] }
        }
      }
      filled = values.count
    }
  }

  private static func transposed(_ values: [Double], width: Int) -> [Double] {
    let height = values.count / width
    return (0..<values.count).map { values[$0 % height * width + $0 / height] }
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
