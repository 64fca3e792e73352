extension PartMap {
  /// Labels every pixel whose center is inside a closed polygon, in pixels of the photo; what lies outside of the photo is
  /// cut off. Places that the outline goes around an even number of times are outside. O(rows * corners + pixels filled).
  mutating func fill(_ polygon: [SIMD2<Float>], with part: FacePart) {
    guard polygon.count > 2, let top = polygon.map(\.y).min(), let bottom = polygon.map(\.y).max(),
      top.isFinite, bottom.isFinite
    else { return }
    let label = PartMap.label(of: part)
    for row in pixels(from: top, to: bottom, count: height) {
      let crossings = crossings(of: polygon, y: Float(row) + 0.5)
      for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
        for column in pixels(from: crossings[pair], to: crossings[pair + 1], count: width) {
          labels[row * width + column] = label
        }
      }
    }
  }

  /// Where the outline crosses a line of constant y, from left to right.
  private func crossings(of polygon: [SIMD2<Float>], y: Float) -> [Float] {
    var crossings: [Float] = []
    var previous = polygon[polygon.count - 1]
    for corner in polygon {
      if (previous.y <= y) != (corner.y <= y) {
        crossings.append(previous.x + (corner.x - previous.x) * ((y - previous.y) / (corner.y - previous.y)))
      }
      previous = corner
    }
    return crossings.sorted()
  }

  /// The pixels of one axis whose centers are in `low..<high`.
  private func pixels(from low: Float, to high: Float, count: Int) -> Range<Int> {
    let first = max(0, min(Float(count), (low - 0.5).rounded(.up)))
    let end = max(first, min(Float(count), (high - 0.5).rounded(.up)))
    return Int(first)..<Int(end)
  }
}
