import Foundation

extension RandomNumberGenerator {
  /// A standard normal number (Box and Muller 1958), of two draws.
  public mutating func gaussian() -> Double {
    let (radius, turn) = (uniform(), uniform())
    return (-2 * log(1 - radius)).squareRoot() * cos(2 * .pi * turn)
  }

  /// Uniform in [0, 1).
  private mutating func uniform() -> Double {
    let bits: UInt64 = next()
    return Double(bits >> 11) * 0x1p-53
  }
}
