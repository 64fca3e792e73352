/// A small, fast, seeded random number generator (SplitMix64, Steele et al. 2014): the same numbers on every
/// platform and in every version, which the system's generator does not promise.
///
/// Streams are named, so that adding one draw to the augmentation does not change the order of the data.
public struct SeededRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: UInt64) { state = seed }

  /// The stream `name` of `seed`, at a position given by further numbers (epoch, batch, ...).
  public init(seed: UInt64, stream name: String, _ positions: Int...) {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325 ^ seed
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    state = SeededRandom.mix(hash)
    for position in positions { state = SeededRandom.mix(state ^ UInt64(bitPattern: Int64(position))) }
  }

  /// The first number of a named stream: a seed for a generator of somebody else's.
  public static func value(seed: UInt64, stream name: String, _ position: Int) -> UInt64 {
    var random = SeededRandom(seed: seed, stream: name, position)
    return random.next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return SeededRandom.mix(state)
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1).
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// Uniform in the range.
  public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }

  /// Uniform in `0..<bound`, without bias (Lemire 2019). Traps unless `bound` is at least 1.
  public mutating func int(below bound: Int) -> Int {
    precondition(bound > 0, "a number below \(bound) cannot be drawn")
    let range = UInt64(bound)
    var (high, low) = next().multipliedFullWidth(by: range)
    if low < range {
      let floor = (0 &- range) % range
      while low < floor { (high, low) = next().multipliedFullWidth(by: range) }
    }
    return Int(high)
  }

  /// Shuffles in place (Fisher-Yates). Unlike the standard library's, the order is promised not to change.
  public mutating func shuffle<Element>(_ elements: inout [Element]) {
    guard elements.count > 1 else { return }
    for i in stride(from: elements.count - 1, to: 0, by: -1) { elements.swapAt(i, int(below: i + 1)) }
  }

  /// The numbers `0..<count` in random order.
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    shuffle(&order)
    return order
  }
}
