/// Where a tick of a horizontal axis and its label stand, in pixels.
struct TickPlacement {
  var tick: Tick
  /// The tick itself.
  var at: Double
  /// What its label covers.
  var label: ClosedRange<Double>

  var labelMiddle: Double { (label.lowerBound + label.upperBound) / 2 }

  /// As many ticks between `left` and `right` as fit without their labels touching. Labels reach at most `margin`
  /// beyond the ends.
  static func fitting(_ domain: AxisDomain, left: Double, right: Double, margin: Double) -> [TickPlacement] {
    var count = max(2, Int((right - left) / 64))
    let bounds = (left - margin)...(right + margin)
    while true {
      let places = domain.ticks(count: count).map { tick in
        let at = left + domain.fraction(tick.value) * (right - left)
        return TickPlacement(tick: tick, at: at, label: span(tick.label, at: at, within: bounds))
      }
      let touches = zip(places, places.dropFirst()).contains { $0.label.upperBound + 10 > $1.label.lowerBound }
      if !touches { return places }
      if count <= 1 { return Array(places.prefix(1)) }
      count -= 1
    }
  }

  /// What a label centered at `at` covers once pushed inside `bounds`.
  static func span(_ label: String, at: Double, within bounds: ClosedRange<Double>) -> ClosedRange<Double> {
    let width = TextMeasure.width(label)
    let latest = max(bounds.lowerBound, bounds.upperBound - width)
    let start = min(max(at - width / 2, bounds.lowerBound), latest)
    return start...(start + width)
  }
}
