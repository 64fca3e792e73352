import Foundation

/// A figure worth a card: its name, value, and how it stands against a baseline.
public struct Metric: Sendable, Equatable {
  public var name: String
  public var value: Double
  /// Written small after the value, such as "%" or "ms"; may be empty.
  public var unit: String
  /// Decimals shown.
  public var digits: Int
  public var baseline: Double?
  /// What the baseline is called.
  public var baselineName: String
  /// Which way is better; nil when neither is.
  public var better: BetterDirection?
  /// A short line under the value; may be empty.
  public var note: String

  public init(
    _ name: String, value: Double, unit: String = "", digits: Int = 2, baseline: Double? = nil,
    baselineName: String = "baseline", better: BetterDirection? = .higher, note: String = ""
  ) {
    self.name = name
    self.value = value
    self.unit = unit
    self.digits = digits
    self.baseline = baseline
    self.baselineName = baselineName
    self.better = better
    self.note = note
  }

  /// How the value stands against the baseline at the precision shown.
  enum Standing: String {
    case better, worse, same, changed
  }

  var standing: Standing? {
    guard let baseline, baseline.isFinite, value.isFinite else { return nil }
    let shown = NumberText.fixed(value, digits: digits)
    if shown == NumberText.fixed(baseline, digits: digits) { return .same }
    guard let better else { return .changed }
    return (value > baseline) == (better == .higher) ? .better : .worse
  }

  /// The change in words, so that color is never the only sign.
  var comparison: (change: String, against: String)? {
    guard let baseline, let standing else { return nil }
    let against = "\(baselineName) \(NumberText.fixed(baseline, digits: digits))"
    let scale = pow(10, Double(digits))
    // Of the numbers as they are shown.
    let change = NumberText.change(((value * scale).rounded() - (baseline * scale).rounded()) / scale, digits: digits)
    return switch standing {
    case .same: ("equal", against)
    case .changed: (change, against)
    case .better, .worse: ("\(change) \(standing.rawValue)", against)
    }
  }
}

/// The figures to see first, side by side.
public struct MetricCards: ReportBlock {
  public var metrics: [Metric]

  public init(_ metrics: [Metric]) {
    self.metrics = metrics
  }

  public func write(to page: inout PageWriter) {
    guard !metrics.isEmpty else { return }
    page.element("ul", ["class": "cards"]) { page in
      for metric in metrics { page.element("li") { write(metric, to: &$0) } }
    }
  }

  private func write(_ metric: Metric, to page: inout PageWriter) {
    page.element("p", ["class": "label"], text: metric.name)
    page.element("p", ["class": "value"]) { page in
      page.text(NumberText.fixed(metric.value, digits: metric.digits))
      if !metric.unit.isEmpty { page.element("span", ["class": "unit"], text: metric.unit) }
    }
    if let comparison = metric.comparison {
      page.element("p", ["class": "delta"]) { page in
        page.element("span", ["class": metric.standing?.rawValue ?? ""], text: comparison.change)
        page.text(" ")
        page.element("span", ["class": "against"], text: "vs " + comparison.against)
      }
    }
    if !metric.note.isEmpty { page.element("p", ["class": "delta"], text: metric.note) }
  }
}
