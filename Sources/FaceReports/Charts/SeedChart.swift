/// Methods as rows, a dot for each seed, their mean and standard deviation, in one or more groups over a common axis.
///
/// The axis covers the data, not zero: dots mislead nobody there. The first method is the baseline; its mean is drawn
/// through the group.
public struct SeedChart: ReportBlock {
  /// One method's values.
  public struct Method: Sendable, Equatable {
    public var name: String
    /// A value for each seed; nil or not finite is left out.
    public var values: [Double?]
    public var mean: Double?
    public var deviation: Double?

    public init(_ name: String, values: [Double?], mean: Double?, deviation: Double?) {
      self.name = name
      self.values = values
      self.mean = mean
      self.deviation = deviation
    }
  }

  /// What is shown together, such as a view of the photos. All groups have the same methods.
  public struct Group: Sendable, Equatable {
    public var title: String
    public var methods: [Method]

    public init(_ title: String, methods: [Method]) {
      self.title = title
      self.methods = methods
    }
  }

  public var title: String
  public var groups: [Group]
  /// Decimals of the values.
  public var digits: Int
  public var caption: String

  public init(title: String, groups: [Group], digits: Int = 2, caption: String = "") {
    self.title = title
    self.groups = groups
    self.digits = digits
    self.caption = caption
  }

  public func write(to page: inout PageWriter) {
    let figure = ChartFigure(title: title, caption: caption, description: description, legend: [])
    figure.write(to: &page) { page, size in
      let layout = SeedLayout(self, size)
      figure.svg(&page, width: layout.width, height: layout.height) { layout.draw(to: &$0) }
    }
  }

  /// The values that can be drawn.
  func values(_ method: Method) -> [Double] {
    method.values.compactMap { $0 }.filter { Axis("").canShow($0) }
  }

  func label(_ method: Method) -> String {
    guard let mean = method.mean else { return "n/a" }
    let deviation = method.deviation.map { " ± " + NumberText.fixed($0, digits: digits) } ?? ""
    return NumberText.fixed(mean, digits: digits) + deviation
  }

  private var description: String {
    let parts = groups.map { group in
      let methods = group.methods.map { "\($0.name) \(label($0))" }.joined(separator: ", ")
      return "\(group.title): \(methods)."
    }
    return parts.isEmpty ? "No data." : parts.joined(separator: " ")
  }
}
