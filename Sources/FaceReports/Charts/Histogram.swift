/// How values are spread, such as the scores of same and different pairs, with a line at the threshold.
///
/// All series share the bins. Values that are not finite are left out; values outside a given range count into the
/// outermost bins.
public struct Histogram: ReportBlock {
  /// One set of values.
  public struct Distribution: Sendable, Equatable {
    public var name: String
    public var values: [Double]

    public init(_ name: String, values: [Double]) {
      self.name = name
      self.values = values
    }

    public init(_ name: String, values: [Float]) {
      self.init(name, values: values.map(Double.init))
    }
  }

  public enum Height: Sendable, Equatable {
    /// Percent of the series' own values, so that series of unlike sizes compare.
    case percent
    case count
  }

  public var title: String
  public var distributions: [Distribution]
  public var xTitle: String
  public var range: ClosedRange<Double>?
  /// 1...200.
  public var bins: Int
  public var height: Height
  /// Vertical lines such as the threshold.
  public var references: [ReferenceLine]
  public var caption: String

  public init(
    title: String, distributions: [Distribution], xTitle: String, range: ClosedRange<Double>? = nil, bins: Int = 60,
    height: Height = .percent, references: [ReferenceLine] = [], caption: String = ""
  ) {
    self.title = title
    self.distributions = distributions
    self.xTitle = xTitle
    self.range = range
    self.bins = bins
    self.height = height
    self.references = references
    self.caption = caption
  }

  public func write(to page: inout PageWriter) {
    let xAxis = Axis(xTitle, range: range)
    let yAxis = Axis(height == .percent ? "Share in bin (%)" : "Count")
    let x = AxisDomain(xAxis, values: distributions.lazy.flatMap(\.values), roundedTo: 12)
    let heights = distributions.map { binned($0, in: x) }
    let y = AxisDomain(yAxis, values: heights.joined() + [0], roundedTo: 5)
    let figure = ChartFigure(
      title: title, caption: caption, description: describe(xAxis),
      legend: distributions.indices.map {
        LegendEntry(name: distributions[$0].name, look: SeriesLook(index: $0), isFilled: true)
      })
    figure.write(to: &page) { page, size in
      let frame = PlotFrame(size, axes: (xAxis, yAxis), domains: (x, y), references: references)
      figure.svg(&page, width: frame.width, height: frame.height) { page in
        frame.draw(to: &page) { page in
          for (index, heights) in heights.enumerated() {
            let path = outline(heights, x, frame)
            page.void("path", ["class": "area " + SeriesLook(index: index).classes, "d": path])
          }
          if heights.joined().allSatisfy({ $0 == 0 }) { frame.drawNoData(to: &page) }
        }
      }
    }
  }

  /// The height of each bin.
  func binned(_ distribution: Distribution, in domain: AxisDomain) -> [Double] {
    let bins = min(max(bins, 1), 200)
    var counts = [Double](repeating: 0, count: bins)
    var total = 0.0
    for value in distribution.values where Axis("").canShow(value) {
      let bin = Int(min(max(domain.fraction(value) * Double(bins), 0), Double(bins - 1)))
      counts[bin] += 1
      total += 1
    }
    guard height == .percent, total > 0 else { return counts }
    return counts.map { $0 * 100 / total }
  }

  /// Steps from bin to bin, left out where all is empty.
  private func outline(_ heights: [Double], _ domain: AxisDomain, _ frame: PlotFrame) -> String {
    guard let first = heights.firstIndex(where: { $0 > 0 }), let last = heights.lastIndex(where: { $0 > 0 }) else {
      return ""
    }
    let step = (domain.high - domain.low) / Double(heights.count)
    func edge(_ index: Int) -> String { NumberText.coordinate(frame.px(domain.low + Double(index) * step)) }
    let floor = NumberText.coordinate(frame.py(0))
    var path = "M\(edge(first)) \(floor)"
    for index in first...last { path += "V\(NumberText.coordinate(frame.py(heights[index])))H\(edge(index + 1))" }
    return path + "V\(floor)Z"
  }

  private func describe(_ axis: Axis) -> String {
    let parts = distributions.map { distribution in
      let values = distribution.values.filter(axis.canShow)
      guard let low = values.min(), let high = values.max() else { return "\(distribution.name): no data." }
      let mean = values.reduce(0, +) / Double(values.count)
      return "\(distribution.name): \(values.count) values from \(NumberText.short(low)) to \(NumberText.short(high)), "
        + "mean \(NumberText.short(mean))."
    }
    let lines = references.map { "\($0.label) at \(NumberText.short($0.value))." }
    return (["Histogram of \(xTitle)."] + (parts.isEmpty ? ["No data."] : parts) + lines).joined(separator: " ")
  }
}
