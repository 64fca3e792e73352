import ExplainableChannels
import Foundation

extension Measure.Unit {
  /// Decimals that are written.
  public var digits: Int { self == .number ? 3 : 1 }

  /// What values are multiplied by before they are written.
  public var factor: Double { self == .percent ? 100 : 1 }
}

extension Estimate {
  /// "0.88 to 0.93", its ends written by `text`; nil without an interval.
  public func range(_ text: (Double) -> String) -> String? {
    guard let low, let high else { return nil }
    return "\(text(low)) to \(text(high))"
  }
}

extension SeedComparison.Row {
  /// "82.4 ± 0.7", "82.4" for one seed, "-" for none.
  public func text(_ summary: SeedSummary) -> String {
    guard let mean = summary.mean else { return "-" }
    let deviation = summary.standardDeviation.map { " ± " + fixed($0 * unit.factor, unit.digits) } ?? ""
    return fixed(mean * unit.factor, unit.digits) + deviation
  }

  /// "+3.4" or "x 0.61"; "-" where nothing can be said.
  public func text(_ contrast: PairedContrast) -> String {
    contrast.overall.map { (contrast.contrast == .ratio ? "x " : "") + text($0, contrast.contrast) } ?? "-"
  }

  /// "+3.4 (+1.24 to +5.71)" with the interval over people where there is one, else as ``text(_:)``.
  public func text(_ result: SeedComparison.Result) -> String {
    guard let against = result.againstBaseline else { return "" }
    // A decimal more, which tells an end from 0.
    let range = result.lead?.range { String(format: "%+.\(unit.digits + 1)f", $0 * unit.factor) }
    return text(against) + (range.map { " (\($0))" } ?? "")
  }

  /// "+3.4, +4.3, +2.4".
  public func bySeed(_ contrast: PairedContrast) -> String {
    if contrast.bySeed.allSatisfy({ $0 == nil }) { return "-" }
    return contrast.bySeed.map { $0.map { text($0, contrast.contrast) } ?? "-" }.joined(separator: ", ")
  }

  private func text(_ value: Double, _ contrast: Measure.Contrast) -> String {
    switch contrast {
    case .ratio: fixed(value, 2)
    case .difference: (value < 0 ? "" : "+") + fixed(value * unit.factor, unit.digits)
    }
  }

  private func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
