/// Places a bar chart's parts. Pixels, from the top left.
struct BarLayout {
  let chart: BarChart
  let width: Double
  let height: Double
  private let domain: AxisDomain
  private let ticks: [TickPlacement]
  private let left: Double
  private let right: Double
  private let barHeight: Double
  private let groupHeight: Double
  private let bottom: Double
  /// On a narrow screen names stand over their bars, not beside them.
  private let headHeight: Double
  private let nameWidth: Double
  private let drawsDots: Bool

  private static let barGap = 3.0
  private static let groupGap = 16.0

  init(_ chart: BarChart, _ size: ChartWidth) {
    self.chart = chart
    width = size.rawValue
    domain = Self.domain(of: chart)
    drawsDots = domain.low > 0 || domain.high < 0
    let labels = chart.series.flatMap { series in chart.categories.indices.map { chart.label(series, $0) } }
    // Bounded, so that labels of huge numbers leave room for bars.
    let labelWidth = min((labels.map { TextMeasure.width($0) }.max() ?? 0) + 14, width * 0.3)
    let widest = chart.categories.map { TextMeasure.width($0, size: 13) }.max() ?? 0
    nameWidth = size == .wide ? min(widest, 240) : width
    headHeight = size == .wide ? 0 : 22
    left = (size == .wide ? nameWidth + 16 : 2) + (domain.low < 0 ? labelWidth : 0)
    right = width - max(labelWidth, 20)
    barHeight = chart.series.count > 4 ? 14 : 18
    let bars = Double(max(chart.series.count, 1))
    groupHeight = headHeight + bars * (barHeight + Self.barGap) - Self.barGap + Self.groupGap
    bottom = 8 + Double(chart.categories.count) * groupHeight
    height = bottom + (chart.axisTitle.isEmpty ? 24 : 44)
    ticks = TickPlacement.fitting(domain, left: left, right: right, margin: size == .wide ? 14 : 2)
  }

  func draw(to page: inout PageWriter) {
    drawAxis(to: &page)
    if !drawsDots {
      page.void("path", ["class": "axisline", "d": "M\(text(px(0))) 4V\(text(bottom))"])
    }
    for category in chart.categories.indices { drawGroup(category, to: &page) }
  }

  private static func domain(of chart: BarChart) -> AxisDomain {
    var values = [0.0]
    for series in chart.series {
      for category in chart.categories.indices {
        guard let value = chart.value(series, category) else { continue }
        let error = chart.error(series, category)
        values += [value - error, value + error].map { (value < 0) == ($0 < 0) ? $0 : value }
      }
    }
    if values.allSatisfy({ $0 == 0 }) { values.append(1) }
    return AxisDomain(Axis("", range: chart.range), values: values, roundedTo: 5)
  }

  private func text(_ value: Double) -> String { NumberText.coordinate(value) }

  /// Values beyond the axis stop at its end.
  private func px(_ value: Double) -> Double {
    left + min(max(domain.fraction(value), 0), 1) * (right - left)
  }

  private func drawAxis(to page: inout PageWriter) {
    for placed in ticks {
      let at = text(placed.at)
      page.void("path", ["class": "gridline", "d": "M\(at) 4V\(text(bottom))"])
      page.element(
        "text", ["x": text(placed.labelMiddle), "y": text(bottom + 17), "text-anchor": "middle"],
        text: placed.tick.label)
    }
    if !chart.axisTitle.isEmpty {
      page.element(
        "text", ["x": text(right), "y": text(height - 4), "text-anchor": "end"],
        text: TextMeasure.fit(chart.axisTitle, width: width))
    }
  }

  private func drawGroup(_ category: Int, to page: inout PageWriter) {
    let start = 8 + Double(category) * groupHeight + Self.groupGap / 2
    drawName(category, start, to: &page)
    for index in chart.series.indices {
      let top = start + headHeight + Double(index) * (barHeight + Self.barGap)
      drawBar(chart.series[index], category, SeriesLook(index: index), top, to: &page)
    }
  }

  private func drawName(_ category: Int, _ start: Double, to page: inout PageWriter) {
    let name = chart.categories[category]
    let shown = TextMeasure.fit(name, width: nameWidth, size: 13)
    if headHeight > 0 {
      page.element("text", ["class": "name halo", "x": "0", "y": text(start + 14)], text: shown)
      return
    }
    let middle = start + (groupHeight - Self.groupGap) / 2
    page.element(
      "text", ["class": "name", "x": text(nameWidth), "y": text(middle), "dy": ".35em", "text-anchor": "end"]
    ) { page in
      if shown != name { page.element("title", text: name) }
      page.text(shown)
    }
  }

  private func drawBar(
    _ series: BarChart.BarSeries, _ category: Int, _ look: SeriesLook, _ top: Double, to page: inout PageWriter
  ) {
    let middle = top + barHeight / 2
    let origin = px(min(max(0, domain.low), domain.high))
    guard let value = chart.value(series, category) else {
      drawLabel("n/a", at: drawsDots ? left + 6 : origin + 6, middle, isLeft: false, to: &page)
      return
    }
    let end = px(value)
    if drawsDots {
      page.void("circle", ["class": "dot " + look.classes, "cx": text(end), "cy": text(middle), "r": "5"])
    } else {
      page.void(
        "rect",
        [
          "class": "bar " + look.classes, "x": text(min(origin, end)), "y": text(top),
          "width": text(max(abs(end - origin), 1)), "height": text(barHeight), "rx": "1.5",
        ])
    }
    let error = chart.error(series, category)
    let (low, high) = (px(value - error), px(value + error))
    if error > 0 {
      let cap = "v6m0 -3"
      page.void(
        "path", ["class": "whisker", "d": "M\(text(low)) \(text(middle - 3))\(cap)H\(text(high))m0 -3v6"])
    }
    let isLeft = value < 0 && !drawsDots
    drawLabel(
      chart.label(series, category), at: isLeft ? min(low, end) - 6 : max(high, end) + (drawsDots ? 9 : 6), middle,
      isLeft: isLeft, to: &page)
  }

  private func drawLabel(_ label: String, at x: Double, _ middle: Double, isLeft: Bool, to page: inout PageWriter) {
    page.element(
      "text",
      ["class": "halo", "x": text(x), "y": text(middle), "dy": ".35em", "text-anchor": isLeft ? "end" : "start"],
      text: label)
  }
}
