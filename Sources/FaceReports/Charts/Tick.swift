import Foundation

/// A marked value of an axis.
struct Tick: Equatable {
  var value: Double
  var label: String
}

/// Round values for axes.
enum Ticks {
  /// The smallest of 1, 2 and 5 times a power of ten that is at least `least`, as mantissa and exponent.
  static func niceStep(atLeast least: Double) -> (mantissa: Int, exponent: Int) {
    guard least.isFinite, least > 0 else { return (1, 0) }
    let exponent = Int(log10(least).rounded(.down))
    for mantissa in [1, 2, 5] where Double(mantissa) * power(exponent) >= least * (1 - 1e-9) {
      return (mantissa, exponent)
    }
    return (1, exponent + 1)
  }

  /// At most about `count` round values within `low...high`, which must be finite and in order.
  ///
  /// A span too small for its numbers gives just `low`.
  static func linear(_ low: Double, _ high: Double, count: Int) -> [Tick] {
    let step = niceStep(atLeast: (high - low) / Double(max(count, 1)))
    let size = Double(step.mantissa) * power(step.exponent)
    guard high > low, size > max(abs(low), abs(high)) * 1e-12 else {
      return [Tick(value: low, label: NumberText.short(low))]
    }
    let slack = 1e-9
    let first = (low / size - slack).rounded(.up)
    let last = (high / size + slack).rounded(.down)
    guard first <= last else { return [] }
    let values = stride(from: first, through: last, by: 1).map { multiple($0 * Double(step.mantissa), step.exponent) }
    let labels = linearLabels(values, exponent: step.exponent)
    return zip(values, labels).map { Tick(value: $0, label: $1) }
  }

  /// Powers of ten within `low...high` (both above zero), thinned to at most `count`; 1, 2 and 5 times them where the
  /// span is under two decades, and linear ticks where even those are too few.
  static func logarithmic(_ low: Double, _ high: Double, count: Int) -> [Tick] {
    let slack = 1e-9
    let first = Int((log10(low) - slack).rounded(.up))
    let last = Int((log10(high) + slack).rounded(.down))
    if last - first >= 2 {
      let stride = (last - first) / max(count, 1) + 1
      let exponents = (first...last).filter { (last - $0) % stride == 0 }
      return zip(exponents, decadeLabels(exponents)).map { Tick(value: power($0), label: $1) }
    }
    let parts = (first - 1...max(last, first)).flatMap { exponent in
      [1, 2, 5].map { (mantissa: $0, exponent: exponent, value: multiple(Double($0), exponent)) }
    }
    let inside = parts.filter { $0.value >= low * (1 - slack) && $0.value <= high * (1 + slack) }
    guard inside.count > 1, inside.count <= max(count, 3) + 2 else { return linear(low, high, count: count) }
    return inside.map { Tick(value: $0.value, label: smallLabel($0.mantissa, $0.exponent)) }
  }

  /// 10 to the power, correctly rounded.
  static func power(_ exponent: Int) -> Double {
    Double("1e\(exponent)") ?? 0
  }

  /// `count` times 10 to the power, correctly rounded: 3 and -1 give 0.3, not 0.30000000000000004.
  private static func multiple(_ count: Double, _ exponent: Int) -> Double {
    exponent < 0 ? count / power(-exponent) : count * power(exponent)
  }

  private static func linearLabels(_ values: [Double], exponent: Int) -> [String] {
    let largest = values.map(abs).max() ?? 0
    if largest > 0 && largest < 1e-3 || largest >= 1e15 { return values.map { scientific($0, exponent) } }
    for (unit, suffix, size) in [(1e9, "G", 9), (1e6, "M", 6), (1e4, "k", 3)] where largest >= unit {
      let digits = max(0, size - exponent)
      if digits > 3 { break }
      return values.map { $0 == 0 ? "0" : NumberText.fixed($0 / power(size), digits: digits) + suffix }
    }
    return values.map { NumberText.fixed($0, digits: max(0, -exponent)) }
  }

  /// "1.2×10⁻⁵": the tick's decimals follow from the step's exponent.
  private static func scientific(_ value: Double, _ stepExponent: Int) -> String {
    guard value != 0 else { return "0" }
    let exponent = Int((log10(abs(value)) + 1e-12).rounded(.down))
    let mantissa = exponent < 0 ? value * power(-exponent) : value / power(exponent)
    return NumberText.fixed(mantissa, digits: max(0, exponent - stepExponent)) + "×" + NumberText.powerOfTen(exponent)
  }

  private static func decadeLabels(_ exponents: [Int]) -> [String] {
    let isPlain = exponents.allSatisfy { (-3...3).contains($0) }
    return exponents.map { isPlain ? smallLabel(1, $0) : NumberText.powerOfTen($0) }
  }

  private static func smallLabel(_ mantissa: Int, _ exponent: Int) -> String {
    guard (-4...4).contains(exponent) else {
      return (mantissa == 1 ? "" : "\(mantissa)×") + NumberText.powerOfTen(exponent)
    }
    return NumberText.fixed(multiple(Double(mantissa), exponent), digits: max(0, -exponent))
  }
}
