import Foundation

/// An axis whose ends are settled.
struct AxisDomain: Equatable {
  var isLog: Bool
  var low: Double
  var high: Double

  /// - Parameters:
  ///   - values: the data; those the axis cannot show are passed over.
  ///   - roundedTo: moves ends that the data decide out to round values, about this many to the axis; nil leaves them.
  init(_ axis: Axis, values: some Sequence<Double>, roundedTo parts: Int?) {
    isLog = axis.scale == .log
    if let range = axis.range, axis.canShow(range.lowerBound), axis.canShow(range.upperBound) {
      (low, high) = (range.lowerBound, range.upperBound)
      widen()
      return
    }
    (low, high) = (.infinity, -.infinity)
    for value in values where axis.canShow(value) {
      low = min(low, value)
      high = max(high, value)
    }
    if low > high { (low, high) = isLog ? (0.1, 1) : (0, 1) }
    widen()
    if let parts { round(to: parts) }
  }

  /// Where `value` lies, 0 at the low end and 1 at the high end; may lie outside.
  func fraction(_ value: Double) -> Double {
    isLog ? (log10(value) - log10(low)) / (log10(high) - log10(low)) : (value - low) / (high - low)
  }

  func ticks(count: Int) -> [Tick] {
    isLog ? Ticks.logarithmic(low, high, count: count) : Ticks.linear(low, high, count: count)
  }

  /// Gives one lone value some room to stand in. The bounds keep away from numbers too small to divide by.
  private mutating func widen() {
    guard high - low <= max(max(abs(low), abs(high)) * 1e-9, 1e-100) else { return }
    if isLog {
      (low, high) = (low / 2, high * 2)
    } else {
      let room = abs(low) < 1e-90 ? 1 : abs(low) * 0.1
      (low, high) = (low - room, high + room)
    }
  }

  private mutating func round(to parts: Int) {
    if isLog {
      guard high / low >= 10 else { return }
      low = Ticks.power(Self.decade(of: low))
      high = Ticks.power(Int((log10(high) - 1e-9).rounded(.up)))
    } else {
      let step = Ticks.niceStep(atLeast: (high - low) / Double(parts))
      let size = Double(step.mantissa) * Ticks.power(step.exponent)
      low = (low / size + 1e-9).rounded(.down) * size
      high = (high / size - 1e-9).rounded(.up) * size
    }
  }
}

extension AxisDomain {
  /// The exponent of the power of ten at or below `value`, which is above zero.
  static func decade(of value: Double) -> Int {
    Int((log10(value) + 1e-9).rounded(.down))
  }
}
