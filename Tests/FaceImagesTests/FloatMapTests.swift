import Foundation
import Testing

@testable import FaceImages

@Suite struct FloatMapTests {
  @Test func enlargesBetweenCenters() {
    let map = FloatMap(width: 2, height: 2, values: [0, 4, 8, 12]).resized(width: 4, height: 4)
    #expect(map.values == [0, 1, 3, 4, 2, 3, 5, 6, 6, 7, 9, 10, 8, 9, 11, 12])
  }

  @Test func keepsConstantsAndTheMean() {
    let constant = FloatMap(width: 7, height: 7, values: .init(repeating: 2.5, count: 49))
    #expect(constant.resized(width: 112, height: 96).values.allSatisfy { abs($0 - 2.5) < 1e-6 })
    let ramp = FloatMap(width: 8, height: 1, values: (0..<8).map { Float($0) }).resized(width: 1, height: 1)
    #expect(abs(ramp.values[0] - 3.5) < 1e-5)
  }

  @Test func normalizesFiniteValues() {
    let map = FloatMap(width: 5, height: 1, values: [-2, 0, 2, .nan, .infinity])
    #expect(map.normalized().values == [0, 0.5, 1, 0, 0])
    #expect(map.normalized(from: 0, to: 4).values == [0, 0, 0.5, 0, 0])
    #expect(FloatMap(width: 2, height: 1, values: [3, 3]).normalized().values == [0, 0])
    #expect(FloatMap(width: 1, height: 1, values: [.nan]).normalized().values == [0])
    let widest = Float.greatestFiniteMagnitude
    #expect(FloatMap(width: 3, height: 1, values: [-widest, 0, widest]).normalized().values == [0, 0.5, 1])
  }

  @Test func spreadsWhatACellHas() {
    var map = FloatMap(width: 15, height: 11, values: .init(repeating: 0, count: 165))
    map[7, 5] = 2
    map[0, 0] = -3
    #expect(GaussianSpread(width: 15, height: 11, deviation: 0)(map) == map)
    let spread = GaussianSpread(width: 15, height: 11, deviation: 1.5)(map)
    #expect(abs(spread.values.reduce(0, +) + 1) < 1e-5)
    // Far from the corner it is the Gaussian itself; beside an edge nothing gets lost.
    let far = Float(2 / (2 * Double.pi * 1.5 * 1.5))
    #expect(abs(spread[7, 5] - far) < 1e-4 && abs(spread[7, 8] - far * Float(exp(-2.0))) < 1e-4)
    #expect(spread[0, 0] < -far && abs(spread[8, 5] - spread[6, 5]) < 1e-3)
    // In the corner both edges mirror it: the square of (1 + exp(-1 / 4.5)) / (1.5 * sqrt(2 pi)).
    #expect(abs(spread[0, 0] + 0.6883) < 1e-3 && abs(spread[1, 0] - spread[0, 1]) < 1e-6)
  }

  /// Drawing puts nothing into the middle: what is alike everywhere stays so, to the corners.
  @Test(arguments: [0.4, 1.5, 6, 40, 59, 61, 1e6]) func spreadingLeavesEqualNumbersAlone(deviation: Double) {
    let ones = FloatMap(width: 15, height: 11, values: .init(repeating: 1, count: 165))
    let spread = GaussianSpread(width: 15, height: 11, deviation: deviation)
    #expect(spread(ones).values.allSatisfy { abs($0 - 1) < 1e-6 })
    var spike = FloatMap(width: 15, height: 11, values: .init(repeating: 0, count: 165))
    spike[1, 9] = 5
    #expect(abs(spread(spike).values.reduce(0, +) - 5) < 1e-5)
    #expect(spread(spike).values.allSatisfy { deviation < 59 ? $0 >= 0 : abs($0 - 5 / 165) < 1e-6 })
  }
  @Test(arguments: [0.4, 1.5, 6, 1e6]) func spreadsOntoWeights(deviation: Double) {
    let spread = GaussianSpread(width: 15, height: 11, deviation: deviation)
    var map = FloatMap(width: 15, height: 11, values: .init(repeating: 0, count: 165))
    map[7, 5] = 2
    map[0, 0] = -3
    map[14, 3] = 5
    func weights(_ weight: (Int) -> Float) -> FloatMap {
      FloatMap(width: 15, height: 11, values: (0..<165).map(weight))
    }
    // Even weights, however large, change nothing.
    let even = spread(map, onto: weights { _ in 40 }).values
    #expect(zip(even, spread(map).values).allSatisfy { abs($0 - $1) < 1e-6 })
    let uneven = spread(map, onto: weights { $0 % 3 == 0 ? 0.01 : 1 })
    #expect(abs(uneven.values.reduce(0, +) - 4) < 1e-5)
    // One spike is shared out as the Gaussian times the weights says.
    var spike = FloatMap(width: 15, height: 11, values: .init(repeating: 0, count: 165))
    spike[7, 5] = 1
    let (plain, weighted) = (spread(spike), spread(spike, onto: weights { Float($0 % 4 + 1) }))
    let sum = zip(plain.values, 0...).reduce(Float(0)) { $0 + $1.0 * Float($1.1 % 4 + 1) }
    for place in 0..<165 {
      #expect(abs(weighted.values[place] - plain.values[place] * Float(place % 4 + 1) / sum) < 1e-6)
    }
  }

  @Test func spreadingOntoWeightsByHand() {
    // As good as even: each cell gives both halves of what it has, one to three by their weights.
    let spread = GaussianSpread(width: 2, height: 1, deviation: 1e6)
    let map = FloatMap(width: 2, height: 1, values: [3, 5])
    let shared = spread(map, onto: FloatMap(width: 2, height: 1, values: [1, 3]))
    #expect(zip(shared.values, [2, 6]).allSatisfy { abs($0 - $1) < 1e-6 })
    let still = GaussianSpread(width: 2, height: 1, deviation: 0)
    #expect(still(map, onto: FloatMap(width: 2, height: 1, values: [1, 3])) == map)
  }
}
