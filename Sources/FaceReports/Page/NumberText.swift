import Foundation

/// Numbers as a reader wants them, the same in every locale.
public enum NumberText {
  /// `value` with `digits` decimals, thousands set off by commas, with a true minus sign; "–" when not a number.
  static func fixed(_ value: Double, digits: Int) -> String {
    if value.isNaN { return "–" }
    if value.isInfinite { return value < 0 ? "−∞" : "∞" }
    if abs(value) >= 1e15 { return signed(String(format: "%.3e", value)) }
    let text = String(format: "%.\(min(max(digits, 0), 17))f", value)
    let isZero = !text.contains { ("1"..."9").contains($0) }
    return signed(grouped(isZero && text.hasPrefix("-") ? String(text.dropFirst()) : text))
  }

  /// How many decimals tell two numbers apart, `least` at least and 9 at most; `least` where they are equal.
  static func digits(telling a: Double, from b: Double, atLeast least: Int) -> Int {
    a == b ? least : (least...max(least, 9)).first { fixed(a, digits: $0) != fixed(b, digits: $0) } ?? least
  }

  /// As `fixed`, with a sign before positive numbers too.
  static func change(_ value: Double, digits: Int) -> String {
    let text = fixed(value, digits: digits)
    return value > 0 ? "+" + text : text
  }

  /// A probability in percent, without claiming certainty: "over 99 %", "97 %", "under 1 %".
  public static func chance(_ probability: Double, digits: Int) -> String {
    let step = pow(10, Double(-digits))
    let percent = (probability * 100 / step).rounded() * step
    if percent >= 100 { return "over \(fixed(100 - step, digits: digits)) %" }
    if percent <= 0 { return "under \(fixed(step, digits: digits)) %" }
    return "\(fixed(percent, digits: digits)) %"
  }

  /// Up to `figures` significant figures, for prose.
  static func short(_ value: Double, figures: Int = 4) -> String {
    guard value.isFinite else { return fixed(value, digits: 0) }
    return signed(String(format: "%.\(figures)g", value))
  }

  /// An SVG coordinate: at most one decimal, which is finer than a screen's pixel.
  static func coordinate(_ value: Double) -> String {
    guard value.isFinite else { return "0" }
    let tenths = Int((min(max(value, -1e6), 1e6) * 10).rounded())
    let sign = tenths < 0 ? "-" : ""
    let whole = abs(tenths) / 10
    let tenth = abs(tenths) % 10
    return tenth == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(tenth)"
  }

  /// "10⁻⁶" for -6.
  static func powerOfTen(_ exponent: Int) -> String {
    let raised: [Character: Character] = [
      "-": "⁻", "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸", "9": "⁹",
    ]
    return "10" + String(String(exponent).map { raised[$0] ?? $0 })
  }

  private static func signed(_ text: String) -> String {
    text.replacingOccurrences(of: "-", with: "−")
  }

  private static func grouped(_ text: String) -> String {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isNegative = parts[0].hasPrefix("-")
    let whole = Array(isNegative ? parts[0].dropFirst() : parts[0])
    guard whole.count > 3 else { return text }
    var result = isNegative ? "-" : ""
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return parts.count > 1 ? result + "." + parts[1] : result
  }
}
