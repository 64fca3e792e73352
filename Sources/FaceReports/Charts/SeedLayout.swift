/// Places a seed chart's parts. Pixels, from the top left.
struct SeedLayout {
  let chart: SeedChart
  let width: Double
  let height: Double
  private let domain: AxisDomain
  private let ticks: [TickPlacement]
  private let left: Double
  private let right: Double
  private let bottom: Double
  private let rowHeight: Double
  /// On a narrow screen names stand over their dots, not beside them.
  private let namesAbove: Bool
  private let nameWidth: Double

  private static let titleHeight = 26.0

  init(_ chart: SeedChart, _ size: ChartWidth) {
    self.chart = chart
    width = size.rawValue
    namesAbove = size == .narrow
    let methods = chart.groups.flatMap(\.methods)
    let reach = methods.flatMap { method -> [Double] in
      let around = method.mean.map { mean in [-1, 1].map { mean + $0 * (method.deviation ?? 0) } } ?? []
      return chart.values(method) + around
    }
    domain = AxisDomain(Axis(""), values: reach, roundedTo: 5)
    let labelWidth = min((methods.map { TextMeasure.width(chart.label($0)) }.max() ?? 0) + 10, size.rawValue * 0.3)
    let widest = methods.map { TextMeasure.width($0.name, size: 13) }.max() ?? 0
    nameWidth = size == .narrow ? size.rawValue : min(widest, 340)
    left = size == .narrow ? 8 : nameWidth + 20
    right = size.rawValue - labelWidth - 12
    rowHeight = size == .narrow ? 40 : 24
    let rows = Double(chart.groups.map(\.methods.count).reduce(0, +))
    bottom = 4 + Double(chart.groups.count) * Self.titleHeight + rows * rowHeight
    height = bottom + 24
    ticks = TickPlacement.fitting(domain, left: left, right: right, margin: size == .wide ? 14 : 2)
  }

  func draw(to page: inout PageWriter) {
    for placed in ticks {
      let at = text(placed.at)
      page.void("path", ["class": "gridline", "d": "M\(at) 4V\(text(bottom))"])
      page.element(
        "text", ["x": text(placed.labelMiddle), "y": text(bottom + 17), "text-anchor": "middle"],
        text: placed.tick.label)
    }
    var top = 4.0
    for group in chart.groups {
      draw(group, top, to: &page)
      top += Self.titleHeight + Double(group.methods.count) * rowHeight
    }
  }

  private func text(_ value: Double) -> String { NumberText.coordinate(value) }
  private func px(_ value: Double) -> Double { left + domain.fraction(value) * (right - left) }

  private func draw(_ group: SeedChart.Group, _ top: Double, to page: inout PageWriter) {
    page.element("text", ["class": "halo", "x": "0", "y": text(top + 17)], text: group.title)
    let start = top + Self.titleHeight
    for (index, method) in group.methods.enumerated() {
      let row = start + Double(index) * rowHeight
      if let mean = group.methods[0].mean, Axis("").canShow(mean) {
        // Below the name where that stands above.
        page.void(
          "path",
          ["class": "refline", "d": "M\(text(px(mean))) \(text(row + rowHeight - 22))V\(text(row + rowHeight))"])
      }
      draw(method, SeriesLook(index: index), row, to: &page)
    }
  }

  private func draw(_ method: SeedChart.Method, _ look: SeriesLook, _ top: Double, to page: inout PageWriter) {
    let middle = top + rowHeight - 12
    drawName(method.name, top, middle, to: &page)
    if let mean = method.mean, Axis("").canShow(mean) {
      let reach = method.deviation ?? 0
      let (low, high) = (text(px(mean - reach)), text(px(mean + reach)))
      page.void("path", ["class": "whisker", "d": "M\(low) \(text(middle))H\(high)"])
      for value in chart.values(method) {
        page.void("circle", ["class": "dot seed " + look.classes, "cx": text(px(value)), "cy": text(middle), "r": "4"])
      }
      page.void("path", ["class": "mean", "d": "M\(text(px(mean))) \(text(middle - 8))v16"])
    }
    page.element(
      "text", ["class": "halo", "x": text(width), "y": text(middle), "dy": ".35em", "text-anchor": "end"],
      text: chart.label(method))
  }

  private func drawName(_ name: String, _ top: Double, _ middle: Double, to page: inout PageWriter) {
    let shown = TextMeasure.fit(name, width: nameWidth, size: 13)
    if namesAbove {
      page.element("text", ["class": "name halo", "x": "0", "y": text(top + 13)], text: shown)
    } else {
      page.element(
        "text", ["class": "name", "x": text(nameWidth), "y": text(middle), "dy": ".35em", "text-anchor": "end"],
        text: shown)
    }
  }
}
