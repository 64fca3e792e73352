/// Horizontal bars in groups: a group for each category (a metric), a bar for each series (a method).
///
/// Bars begin at zero. Where a given range leaves zero out, dots are drawn instead, since a cut bar misleads.
public struct BarChart: ReportBlock {
  /// One value for each category.
  public struct BarSeries: Sendable, Equatable {
    public var name: String
    /// nil or not finite is shown as missing.
    public var values: [Double?]
    /// Half the length of each value's whisker, such as a standard deviation; may be shorter than `values`.
    public var errors: [Double]

    public init(_ name: String, values: [Double?], errors: [Double] = []) {
      self.name = name
      self.values = values
      self.errors = errors
    }
  }

  public var title: String
  public var categories: [String]
  public var series: [BarSeries]
  public var axisTitle: String
  /// Decimals of the values.
  public var digits: Int
  public var range: ClosedRange<Double>?
  public var caption: String

  public init(
    title: String, categories: [String], series: [BarSeries], axisTitle: String = "", digits: Int = 2,
    range: ClosedRange<Double>? = nil, caption: String = ""
  ) {
    self.title = title
    self.categories = categories
    self.series = series
    self.axisTitle = axisTitle
    self.digits = digits
    self.range = range
    self.caption = caption
  }

  public func write(to page: inout PageWriter) {
    let figure = ChartFigure(
      title: title, caption: caption, description: description,
      legend: series.indices.map {
        LegendEntry(name: series[$0].name, look: SeriesLook(index: $0), isFilled: true)
      })
    figure.write(to: &page) { page, size in
      let layout = BarLayout(self, size)
      figure.svg(&page, width: layout.width, height: layout.height) { layout.draw(to: &$0) }
    }
  }

  /// The value, when there is one to draw.
  func value(_ series: BarSeries, _ category: Int) -> Double? {
    guard category < series.values.count, let value = series.values[category], Axis("").canShow(value) else {
      return nil
    }
    return value
  }

  /// The whisker's half length, 0 when there is none.
  func error(_ series: BarSeries, _ category: Int) -> Double {
    guard category < series.errors.count, Axis("").canShow(series.errors[category]) else { return 0 }
    return max(0, series.errors[category])
  }

  func label(_ series: BarSeries, _ category: Int) -> String {
    guard let value = value(series, category) else { return "n/a" }
    let error = error(series, category)
    let text = NumberText.fixed(value, digits: digits)
    return error > 0 ? "\(text) ± \(NumberText.fixed(error, digits: digits))" : text
  }

  private var description: String {
    guard !categories.isEmpty, !series.isEmpty else { return "No data." }
    return categories.indices.map { category in
      let values = series.map { "\($0.name) \(label($0, category))" }.joined(separator: ", ")
      return "\(categories[category]): \(values)."
    }.joined(separator: " ")
  }
}
