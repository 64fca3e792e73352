import Foundation

extension Tensor {
  /// Normal numbers drawn from `random`, so that they are the same on every device (platforms' `log` and `cos` may
  /// differ in the last bit).
  @inlinable
  public static func normal(
    _ shape: [Int], mean: Double = 0, deviation: Double = 1, using random: inout some RandomNumberGenerator
  ) throws -> Tensor {
    if random is BlankWeights { return try empty(shape) }
    return try written(shape) { values in
      // Box and Muller's pairs.
      for place in stride(from: 0, to: values.count, by: 2) {
        let radius = (-2 * Foundation.log(Double(random.next() >> 11) * 0x1p-53 + 0x1p-54)).squareRoot() * deviation
        let angle = 2 * Double.pi * Double(random.next() >> 11) * 0x1p-53
        values[place] = Float(mean + radius * Foundation.cos(angle))
        if place + 1 < values.count { values[place + 1] = Float(mean + radius * Foundation.sin(angle)) }
      }
    }
  }

  /// Uniform numbers in a range, drawn from `random`.
  @inlinable
  public static func uniform(
    _ shape: [Int], _ range: ClosedRange<Double>, using random: inout some RandomNumberGenerator
  ) throws -> Tensor {
    if random is BlankWeights { return try empty(shape) }
    let width = range.upperBound - range.lowerBound
    return try written(shape) { values in
      for place in values.indices {
        values[place] = Float(range.lowerBound + Double(random.next() >> 11) * 0x1p-53 * width)
      }
    }
  }

  /// A tensor of single precision whose numbers `write` gives, in row-major order; LibTorch refuses what memory cannot hold.
  @usableFromInline
  static func written(_ shape: [Int], _ write: (UnsafeMutableBufferPointer<Float>) -> Void) throws -> Tensor {
    let tensor = try empty(shape)
    try tensor.withUnsafeBytes { write(UnsafeMutableRawBufferPointer(mutating: $0).bindMemory(to: Float.self)) }
    return tensor
  }
}

/// In place of a generator of random numbers: weights start as whatever is in memory, since they are loaded next. Drawing a
/// hundred million numbers to overwrite them takes seconds, and memory that is not touched is not taken.
public struct BlankWeights: RandomNumberGenerator {
  public init() {}
  public mutating func next() -> UInt64 { 0 }
}

/// How the weights of a layer start. Fans are counted as PyTorch counts them: sizes per group times the kernel's area.
public enum Initialization: Sendable {
  /// Normal with a fixed deviation.
  case normal(deviation: Double)
  /// Normal, variance 2 / fan-out (He et al. 2015).
  case heNormal
  /// Uniform, variance 1 / (3 fan-in): PyTorch's default for convolutions and linear layers.
  case heUniform
  /// Uniform, variance 2 / (fan-in + fan-out) (Glorot & Bengio 2010).
  case xavierUniform

  /// A weight of shape [out, in / groups, ...].
  func weight(_ shape: [Int], using random: inout some RandomNumberGenerator) throws -> Tensor {
    let area = shape.dropFirst(2).reduce(1, *)
    let fanIn = Double(shape[1] * area)
    let fanOut = Double(shape[0] * area)
    switch self {
    case .normal(let deviation): return try .normal(shape, deviation: deviation, using: &random)
    case .heNormal: return try .normal(shape, deviation: (2 / fanOut).squareRoot(), using: &random)
    case .heUniform:
      let bound = (1 / fanIn).squareRoot()
      return try .uniform(shape, -bound...bound, using: &random)
    case .xavierUniform:
      let bound = (6 / (fanIn + fanOut)).squareRoot()
      return try .uniform(shape, -bound...bound, using: &random)
    }
  }
}
