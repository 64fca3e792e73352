/// A named curve.
public struct Series: Sendable, Equatable {
  public enum Style: Sendable, Equatable {
    case solid, dashed, dotted
  }

  /// One point, in the units of the axes.
  public struct Point: Sendable, Equatable {
    public var x: Double
    public var y: Double

    public init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  public var name: String
  public var points: [Point]
  public var style: Style
  /// Which of the palette's colors, from 0; nil takes the series' place in the chart.
  /// Curves that belong together can share a color and differ in style.
  public var color: Int?

  public init(_ name: String, points: [Point], style: Style = .solid, color: Int? = nil) {
    self.name = name
    self.points = points
    self.style = style
    self.color = color
  }

  /// Pairs `x` with `y`; the longer one is cut.
  public init(_ name: String, x: [Double], y: [Double], style: Style = .solid, color: Int? = nil) {
    self.init(name, points: zip(x, y).map { Point($0, $1) }, style: style, color: color)
  }
}

/// How a series looks: a color, and past the palette's end a dash too.
struct SeriesLook: Equatable {
  static let colorCount = 7
  var classes: String

  init(index: Int, color: Int? = nil, style: Series.Style = .solid) {
    let slot = max(0, color ?? index)
    var style = style
    if style == .solid && slot >= Self.colorCount {
      style = slot / Self.colorCount % 2 == 1 ? .dashed : .dotted
    }
    let dash = style == .solid ? "" : (style == .dashed ? " dashed" : " dotted")
    classes = "c\(slot % Self.colorCount + 1)\(dash)"
  }
}
