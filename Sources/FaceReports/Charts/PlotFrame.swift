/// The rectangle that data are drawn in, with its axes around it. Pixels, from the top left.
struct PlotFrame {
  let width: Double
  let height: Double
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let x: AxisDomain
  let y: AxisDomain
  private let xTitle: String
  private let yTitle: String
  private let xTicks: [TickPlacement]
  private let yTicks: [Tick]
  private let references: [ReferenceLine]
  private let referenceRows: [Int]

  private static let rowHeight = 18.0

  init(
    _ size: ChartWidth, axes: (x: Axis, y: Axis), domains: (x: AxisDomain, y: AxisDomain), references: [ReferenceLine]
  ) {
    (x, y) = domains
    (xTitle, yTitle) = (axes.x.title, axes.y.title)
    (width, height) = (size.rawValue, size.plotHeight)
    yTicks = y.ticks(count: size == .wide ? 6 : 5)
    left = 12 + (yTicks.map { TextMeasure.width($0.label) }.max() ?? 0)
    right = width - 16
    xTicks = TickPlacement.fitting(x, left: left, right: right, margin: 14)
    self.references = references.filter { line in
      let (axis, domain) = line.direction == .vertical ? (axes.x, domains.x) : (axes.y, domains.y)
      return axis.canShow(line.value) && (-1e-9...1 + 1e-9).contains(domain.fraction(line.value))
    }
    let (start, span) = (left, right - left)
    let places = self.references.filter { $0.direction == .vertical }.map { line in
      TickPlacement.span(line.label, at: start + domains.x.fraction(line.value) * span, within: start...(start + span))
    }
    referenceRows = Self.stack(places)
    let rows = Double((referenceRows.max() ?? -1) + 1)
    top = (yTitle.isEmpty ? 8 : 26) + rows * Self.rowHeight
    bottom = height - (xTitle.isEmpty ? 24 : 44)
  }

  func px(_ value: Double) -> Double { left + x.fraction(value) * (right - left) }
  func py(_ value: Double) -> Double { bottom - y.fraction(value) * (bottom - top) }

  /// Draws grid and axes, then `body` cut to the frame, then the reference lines.
  func draw(to page: inout PageWriter, body: (inout PageWriter) -> Void) {
    drawAxes(to: &page)
    let clip = page.uniqueID("clip")
    page.element("clipPath", ["id": clip]) { page in
      // Two pixels of room, so that a line along an edge keeps its full width.
      page.void(
        "rect",
        [
          "x": text(left - 2), "y": text(top - 2), "width": text(right - left + 4), "height": text(bottom - top + 4),
        ])
    }
    page.element("g", ["clip-path": "url(#\(clip))"], body)
    drawReferences(to: &page)
  }

  /// Says in the middle of the frame that there is nothing to see.
  func drawNoData(to page: inout PageWriter) {
    page.element(
      "text",
      ["class": "halo", "x": text((left + right) / 2), "y": text((top + bottom) / 2), "text-anchor": "middle"],
      text: "No data")
  }

  private func text(_ value: Double) -> String { NumberText.coordinate(value) }

  private func drawAxes(to page: inout PageWriter) {
    for tick in yTicks {
      let at = text(py(tick.value))
      page.void("path", ["class": "gridline", "d": "M\(text(left)) \(at)H\(text(right))"])
      page.element(
        "text", ["x": text(left - 8), "y": at, "dy": ".35em", "text-anchor": "end"], text: tick.label)
    }
    for placed in xTicks {
      page.void("path", ["class": "axisline", "d": "M\(text(placed.at)) \(text(bottom))v5"])
      page.element(
        "text", ["x": text(placed.labelMiddle), "y": text(bottom + 19), "text-anchor": "middle"],
        text: placed.tick.label)
    }
    page.void("path", ["class": "axisline", "d": "M\(text(left)) \(text(bottom))H\(text(right))"])
    if !yTitle.isEmpty { page.element("text", ["x": "0", "y": "13"], text: TextMeasure.fit(yTitle, width: width)) }
    if !xTitle.isEmpty {
      page.element(
        "text", ["x": text(right), "y": text(height - 4), "text-anchor": "end"],
        text: TextMeasure.fit(xTitle, width: width))
    }
  }

  /// All lines before all labels, so that no line crosses a label.
  private func drawReferences(to page: inout PageWriter) {
    let vertical = zip(references.filter { $0.direction == .vertical }, referenceRows)
    for (line, row) in vertical {
      let start = text(labelBaseline(row) + 4)
      page.void("path", ["class": "refline", "d": "M\(text(px(line.value))) \(start)V\(text(bottom))"])
    }
    for (line, row) in vertical {
      let place = TickPlacement.span(line.label, at: px(line.value), within: left...right)
      let middle = text((place.lowerBound + place.upperBound) / 2)
      page.element(
        "text", ["class": "mark halo", "x": middle, "y": text(labelBaseline(row)), "text-anchor": "middle"],
        text: line.label)
    }
    for line in references where line.direction == .horizontal { drawHorizontal(line, to: &page) }
  }

  private func labelBaseline(_ row: Int) -> Double { top - 7 - Double(row) * Self.rowHeight }

  private func drawHorizontal(_ line: ReferenceLine, to page: inout PageWriter) {
    let at = py(line.value)
    page.void("path", ["class": "refline", "d": "M\(text(left)) \(text(at))H\(text(right))"])
    let baseline = at - 6 < top + 6 ? at + 15 : at - 6
    page.element(
      "text", ["class": "mark halo", "x": text(right - 4), "y": text(baseline), "text-anchor": "end"],
      text: line.label)
  }

  /// The lowest row for each label where it touches none placed before it.
  private static func stack(_ places: [ClosedRange<Double>]) -> [Int] {
    var rows: [[ClosedRange<Double>]] = []
    return places.map { place in
      let free = rows.firstIndex { row in
        !row.contains { $0.lowerBound - 8 < place.upperBound && place.lowerBound < $0.upperBound + 8 }
      }
      if let free {
        rows[free].append(place)
        return free
      }
      rows.append([place])
      return rows.count - 1
    }
  }
}
