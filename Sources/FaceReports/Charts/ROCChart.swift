/// Receiver operating characteristics: true accept rate over false accept rate on a log axis.
public struct ROCChart: ReportBlock {
  public var title: String
  /// x is the false accept rate, y the true accept rate, both 0...1. Of the points left of the lowest rate
  /// shown, the one with the highest TAR is drawn at the left edge.
  public var curves: [Series]
  /// The lowest rate shown; when nil, the decade of the lowest rate above zero, but not below 1e-8.
  public var lowestFAR: Double?
  /// What the TAR axis spans.
  public var tarRange: ClosedRange<Double>
  /// False accept rates to mark, such as 1e-3.
  public var operatingPoints: [Double]
  public var caption: String

  public init(
    title: String, curves: [Series], lowestFAR: Double? = nil, tarRange: ClosedRange<Double> = 0...1,
    operatingPoints: [Double] = [], caption: String = ""
  ) {
    self.title = title
    self.curves = curves
    self.lowestFAR = lowestFAR
    self.tarRange = tarRange
    self.operatingPoints = operatingPoints
    self.caption = caption
  }

  public func write(to page: inout PageWriter) {
    chart.write(to: &page)
  }

  /// The same as a line chart.
  var chart: LineChart {
    let low = leftEdge
    let clamped = curves.map { Self.starting($0, at: low) }
    return LineChart(
      title: title, series: clamped, xAxis: Axis("False accept rate (FAR)", scale: .log, range: low...1),
      yAxis: Axis("True accept rate (TAR)", range: tarRange),
      references: operatingPoints.map { ReferenceLine($0, label: "FAR " + Self.label($0)) }, caption: caption)
  }

  /// Replaces all points left of `low` by one at `low` with the highest rate among them.
  private static func starting(_ curve: Series, at low: Double) -> Series {
    var copy = curve
    copy.points = curve.points.filter { !($0.x < low) }
    let left = curve.points.filter { $0.x < low && $0.y.isFinite }
    guard let rate = left.map(\.y).max() else { return copy }
    // Curves may run either way.
    let isRising = (curve.points.first?.x ?? 0) < low
    copy.points.insert(Series.Point(low, rate), at: isRising ? 0 : copy.points.count)
    return copy
  }

  private var leftEdge: Double {
    if let lowestFAR, lowestFAR > 0, lowestFAR < 1 { return max(lowestFAR, 1e-12) }
    let rates = curves.lazy.flatMap(\.points).map(\.x).filter { $0 > 0 && $0 < 1 }
    let lowest = max(rates.min() ?? 1e-4, 1e-8)
    return Ticks.power(min(-1, AxisDomain.decade(of: lowest)))
  }

  private static func label(_ rate: Double) -> String {
    guard rate > 0, rate.isFinite else { return NumberText.short(rate) }
    let exponent = AxisDomain.decade(of: rate)
    return abs(rate / Ticks.power(exponent) - 1) < 1e-9 ? NumberText.powerOfTen(exponent) : NumberText.short(rate)
  }
}
