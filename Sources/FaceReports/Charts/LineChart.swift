/// Curves over a common axis, such as losses over training steps.
///
/// Points that are not numbers, are infinite, lie beyond 1e100 or cannot stand on a log axis are left out and the line
/// goes straight on. At most 600 points a series are drawn, each stretch's extremes among them.
public struct LineChart: ReportBlock {
  public var title: String
  public var series: [Series]
  public var xAxis: Axis
  public var yAxis: Axis
  public var references: [ReferenceLine]
  public var caption: String
  /// 0 draws the curves as they are; up to 0.99 draws them faint with their moving average over them.
  public var smoothing: Double

  public init(
    title: String, series: [Series], xAxis: Axis, yAxis: Axis, references: [ReferenceLine] = [],
    caption: String = "", smoothing: Double = 0
  ) {
    self.title = title
    self.series = series
    self.xAxis = xAxis
    self.yAxis = yAxis
    self.references = references
    self.caption = caption
    self.smoothing = smoothing
  }

  public func write(to page: inout PageWriter) {
    let shown = series.map(visible)
    let domains = (
      x: AxisDomain(xAxis, values: shown.joined().lazy.map(\.x), roundedTo: nil),
      y: AxisDomain(yAxis, values: shown.joined().lazy.map(\.y), roundedTo: 5)
    )
    let figure = ChartFigure(
      title: title, caption: fullCaption, description: describe(shown),
      legend: series.indices.map { LegendEntry(name: series[$0].name, look: look($0)) })
    figure.write(to: &page) { page, size in
      let frame = PlotFrame(size, axes: (xAxis, yAxis), domains: domains, references: references)
      figure.svg(&page, width: frame.width, height: frame.height) { page in
        frame.draw(to: &page) { page in
          for index in series.indices { draw(shown[index], look(index), frame, to: &page) }
          if shown.allSatisfy(\.isEmpty) { frame.drawNoData(to: &page) }
        }
      }
    }
  }

  /// The points that the axes can show.
  func visible(_ series: Series) -> [Series.Point] {
    series.points.filter { xAxis.canShow($0.x) && yAxis.canShow($0.y) }
  }

  private var weight: Double { smoothing.isFinite ? min(max(smoothing, 0), 0.99) : 0 }

  private var fullCaption: String {
    guard weight > 0 else { return caption }
    let remark = "Bold: exponential moving average, weight \(NumberText.short(weight)); faint: as recorded."
    return caption.isEmpty ? remark : caption + " " + remark
  }

  private func look(_ index: Int) -> SeriesLook {
    SeriesLook(index: index, color: series[index].color, style: series[index].style)
  }

  private func draw(_ points: [Series.Point], _ look: SeriesLook, _ frame: PlotFrame, to page: inout PageWriter) {
    guard !points.isEmpty else { return }
    if weight > 0 && points.count > 1 {
      drawCurve(points, "curve faint " + look.classes, frame, to: &page)
      drawCurve(Downsampling.smooth(points, weight: weight), "curve " + look.classes, frame, to: &page)
    } else {
      drawCurve(points, "curve " + look.classes, frame, to: &page)
    }
  }

  private func drawCurve(_ points: [Series.Point], _ style: String, _ frame: PlotFrame, to page: inout PageWriter) {
    let pixels = Downsampling.thin(points).map { (x: frame.px($0.x), y: frame.py($0.y)) }
    page.void("path", ["class": style, "d": CurvePath.line(pixels)])
  }

  private func describe(_ shown: [[Series.Point]]) -> String {
    let parts = zip(series, shown).map { series, points in
      guard let first = points.first, let last = points.last else { return "\(series.name): no data." }
      let from = "(\(NumberText.short(first.x)), \(NumberText.short(first.y)))"
      let to = "(\(NumberText.short(last.x)), \(NumberText.short(last.y)))"
      return "\(series.name): \(points.count) points from \(from) to \(to)."
    }
    let heading = "\(yAxis.title.isEmpty ? "Values" : yAxis.title) over \(xAxis.title.isEmpty ? "x" : xAxis.title)."
    return ([heading] + (parts.isEmpty ? ["No data."] : parts)).joined(separator: " ")
  }
}
