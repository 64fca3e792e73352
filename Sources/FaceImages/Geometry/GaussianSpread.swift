import Foundation

/// Spreads each cell's number of a map over its neighbors by a Gaussian. Nothing is lost over the edges: what would fall beyond one
/// is mirrored back, so that the sum stays and a map of equal numbers stays as it is. Made once for all maps of a size.
public struct GaussianSpread: Sendable {
  private let width: Int
  private let height: Int
  /// What each column, or row, gives to each, a line a giver; nil where nothing is to be spread.
  private let shares: (across: [Double], down: [Double])?

  /// For maps of that size; `deviation` is in cells, and 0 changes nothing. Traps when it is negative or not finite.
  public init(width: Int, height: Int, deviation: Double) {
    precondition(deviation >= 0 && deviation.isFinite, "a standard deviation is a number of at least 0")
    (self.width, self.height) = (width, height)
    guard deviation > 0 else {
      shares = nil
      return
    }
    let across = GaussianSpread.shares(width, deviation)
    shares = (across, height == width ? across : GaussianSpread.shares(height, deviation))
  }

  /// The map spread. Traps when it has another size.
  public func callAsFunction(_ map: FloatMap) -> FloatMap {
    require(map)
    guard shares != nil else { return map }
    return FloatMap(width: width, height: height, values: spread(map.values.map(Double.init)).map { Float($0) })
  }

  /// The map spread onto cells of different weight: each cell gets of a neighbor's number by the Gaussian times its own weight, and
  /// the sum stays. Traps when a map has another size or a weight is not above 0 and finite.
  public func callAsFunction(_ map: FloatMap, onto weights: FloatMap) -> FloatMap {
    require(map)
    require(weights)
    precondition(weights.values.allSatisfy { $0 > 0 && $0.isFinite }, "weights are above 0 and finite")
    guard shares != nil else { return map }
    let weights = weights.values.map(Double.init)
    // What all cells would take of a giver's number; the mirrored Gaussian is the same from giver to taker and back.
    let taken = spread(weights)
    let spread = spread(zip(map.values, taken).map { Double($0) / $1 })
    return FloatMap(width: width, height: height, values: zip(spread, weights).map { Float($0 * $1) })
  }

  private func require(_ map: FloatMap) {
    precondition(map.width == width && map.height == height, "a spread for \(width) x \(height)")
  }

  private func spread(_ values: [Double]) -> [Double] {
    guard let shares else { return values }
    let across = GaussianSpread.weighted(values, rows: height, by: shares.across)
    // The same from top to bottom, on the transposed map.
    let down = GaussianSpread.weighted(
      GaussianSpread.transposed(across, width: width), rows: width, by: shares.down)
    return GaussianSpread.transposed(down, width: height)
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

  /// What each of `count` cells in a line gives to each, a giver after the other, each of whose shares add up to 1: the Gaussian
  /// mirrored at both ends of the line, so that of equal numbers each cell also gets 1.
  private static func shares(_ count: Int, _ deviation: Double) -> [Double] {
    let period = Double(2 * count)
    // Wider ones are even to the last bit.
    guard deviation < 2 * period else { return [Double](repeating: 1 / Double(count), count: count * count) }
    let laps = Int((8 * deviation / period).rounded(.up))
    func weight(_ distance: Double) -> Double { exp(-distance * distance / (2 * deviation * deviation)) }
    return (0..<count).flatMap { giver in
      let weights = (0..<count).map { target in
        (-laps...laps).reduce(0.0) { sum, lap in
          let shift = Double(lap) * period
          return sum + weight(Double(target - giver) + shift) + weight(Double(target + giver + 1) + shift)
        }
      }
      let sum = weights.reduce(0, +)
      return weights.map { $0 / sum }
    }
  }
}
