/// A chart's axis.
public struct Axis: Sendable, Equatable {
  public enum Scale: Sendable, Equatable {
    case linear
    /// Base 10. Values that are not above zero are left out.
    case log
  }

  public var title: String
  public var scale: Scale
  /// What the axis spans; the data decide when nil, or when a log axis is asked to begin at zero or below.
  public var range: ClosedRange<Double>?

  public init(_ title: String, scale: Scale = .linear, range: ClosedRange<Double>? = nil) {
    self.title = title
    self.scale = scale
    self.range = range
  }

  /// Whether the axis has a place for `value`. The bound keeps spans finite.
  func canShow(_ value: Double) -> Bool {
    value.isFinite && abs(value) < 1e100 && (scale == .linear || value > 1e-100)
  }
}

/// A line at a value worth knowing: a threshold, an operating point.
public struct ReferenceLine: Sendable, Equatable {
  public enum Direction: Sendable, Equatable {
    /// At a value of the x axis.
    case vertical
    /// At a value of the y axis.
    case horizontal
  }

  public var value: Double
  public var label: String
  public var direction: Direction

  public init(_ value: Double, label: String, direction: Direction = .vertical) {
    self.value = value
    self.label = label
    self.direction = direction
  }
}
