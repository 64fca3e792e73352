/// Shapes. Coordinates are pixels with whole numbers at pixel centers; what falls outside
/// the picture is left out, and shapes with coordinates that are not finite are not drawn.
extension Image {
  /// Fills the `width` x `height` pixels from column `x`, row `y` on.
  public mutating func fillRectangle(x: Int, y: Int, width rectWidth: Int, height rectHeight: Int, color: RGB) {
    let columns = clipped(x, rectWidth, to: width)
    for row in clipped(y, rectHeight, to: height) {
      for column in columns { self[column, row] = color }
    }
  }

  /// Draws an antialiased line with round ends.
  public mutating func drawLine(
    from start: (x: Double, y: Double), to end: (x: Double, y: Double), thickness: Double = 1, color: RGB
  ) {
    let reach = thickness / 2 + 0.5
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let lengthSquared = dx * dx + dy * dy
    let box = Box(
      left: min(start.x, end.x) - reach, top: min(start.y, end.y) - reach,
      right: max(start.x, end.x) + reach, bottom: max(start.y, end.y) + reach)
    cover(box, color: color) { x, y in
      let along = lengthSquared > 0 ? ((x - start.x) * dx + (y - start.y) * dy) / lengthSquared : 0
      let t = max(0, min(1, along))
      return reach - distance(x - start.x - t * dx, y - start.y - t * dy)
    }
  }

  /// Draws a filled, antialiased circle.
  public mutating func fillCircle(center: (x: Double, y: Double), radius: Double, color: RGB) {
    cover(Box(around: center, reach: radius + 0.5), color: color) { x, y in
      radius + 0.5 - distance(x - center.x, y - center.y)
    }
  }

  /// Draws an antialiased ring whose middle line has the given radius.
  public mutating func drawCircle(center: (x: Double, y: Double), radius: Double, thickness: Double = 1, color: RGB) {
    let reach = thickness / 2 + 0.5
    cover(Box(around: center, reach: radius + reach), color: color) { x, y in
      reach - abs(distance(x - center.x, y - center.y) - radius)
    }
  }

  /// Mixes `color` into the pixels of `box` by what `coverage` gives for their centers, clamped to 0...1.
  private mutating func cover(_ box: Box, color: RGB, by coverage: (Double, Double) -> Double) {
    guard box.isFinite else { return }
    let columns = clipped(box.left, box.right, to: width)
    for y in clipped(box.top, box.bottom, to: height) {
      for x in columns {
        let share = max(0, min(1, coverage(Double(x), Double(y))))
        if share > 0 { blend(color, share: share, x: x, y: y) }
      }
    }
  }

  private mutating func blend(_ color: RGB, share: Double, x: Int, y: Int) {
    func mix(_ below: UInt8, _ above: UInt8) -> UInt8 {
      UInt8((Double(below) + (Double(above) - Double(below)) * share).rounded())
    }
    let below = self[x, y]
    self[x, y] = RGB(mix(below.red, color.red), mix(below.green, color.green), mix(below.blue, color.blue))
  }
}

private struct Box {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  init(left: Double, top: Double, right: Double, bottom: Double) {
    (self.left, self.top, self.right, self.bottom) = (left, top, right, bottom)
  }

  init(around center: (x: Double, y: Double), reach: Double) {
    self.init(left: center.x - reach, top: center.y - reach, right: center.x + reach, bottom: center.y + reach)
  }

  var isFinite: Bool { left.isFinite && top.isFinite && right.isFinite && bottom.isFinite }
}

private func distance(_ dx: Double, _ dy: Double) -> Double {
  (dx * dx + dy * dy).squareRoot()
}

/// The part of `start..<start + count` inside `0..<size`.
private func clipped(_ start: Int, _ count: Int, to size: Int) -> Range<Int> {
  let (end, overflow) = start.addingReportingOverflow(max(0, count))
  let low = max(0, min(size, start))
  return low..<max(low, overflow ? size : min(size, end))
}

/// The whole numbers from `low` to `high` inside `0..<size`, for bounds of any magnitude.
private func clipped(_ low: Double, _ high: Double, to size: Int) -> Range<Int> {
  let first = Int(max(0, min(Double(size), low.rounded(.up))))
  let last = Int(max(-1, min(Double(size - 1), high.rounded(.down))))
  return first..<max(first, last + 1)
}
