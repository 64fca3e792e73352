import ExplainableChannels
import FaceEvaluation
import FaceImages
import Foundation

/// The picture of both faces as a page shows it: text stays text, and a phone gets a drawing of its own.
struct GlanceFigure: ReportBlock {
  let rows: [GlanceRow]
  let names: (a: String, b: String)
  let caption: String
  private let faces: (a: Face, b: Face)

  private struct Face {
    let link: String
    /// Width over height.
    let proportion: Double
  }

  /// candidate: what a ranking calls photo B.
  init(_ pair: ExplainedPair, candidate: String? = nil) throws {
    rows = GlanceRow.rows(pair)
    names = pair.shownNames(candidate: candidate)
    let rest = NumberText.change(GlanceRow.rest(pair, rows: rows), digits: 3)
    caption =
      "Orange parts speak for the same person, blue parts against it; the stronger, the more they count. The numbers and "
      + "\(rest) from the parts not named, \(GlanceRow.restInWords(pair)) add up to the score. Left and right are the "
      + "person's own."
    func face(_ photo: Image) throws -> Face {
      let data = try photo.gray().jpegData(quality: 85)
      return Face(
        link: "data:image/jpeg;base64," + data.base64EncodedString(),
        proportion: Double(photo.width) / Double(photo.height))
    }
    faces = (try face(pair.photoA), try face(pair.photoB))
  }

  func write(to page: inout PageWriter) {
    let description = rows.map { row in
      let note = row.note.isEmpty ? "" : " (\(row.note))"
      return "\(row.name) \(NumberText.change(row.contribution, digits: 3))\(note)"
    }
    let figure = ChartFigure(
      title: "What each part adds to the score", caption: caption,
      description: description.joined(separator: ", ") + ".", legend: [])
    figure.write(to: &page) { page, size in
      let layout = Layout(faces: (faces.a.proportion, faces.b.proportion), rows: rows.count, size: size)
      figure.svg(&page, width: layout.width, height: layout.height) { page in
        drawFace(faces.a, "A: " + names.a, layout.a, rows.map(\.placeA), layout, to: &page)
        drawFace(faces.b, "B: " + names.b, layout.b, rows.map(\.placeB), layout, to: &page)
        for index in rows.indices {
          if size == .wide { drawLabel(index, layout, to: &page) } else { drawEntry(index, layout, to: &page) }
        }
      }
    }
  }

  private struct Frame {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    func point(_ place: Match.Place) -> (x: Double, y: Double) { (x + place.x * width, y + place.y * height) }
  }

  private struct Layout {
    let size: ChartWidth
    let width: Double
    let height: Double
    let a: Frame
    let b: Frame
    let rows: Int

    init(faces: (Double, Double), rows: Int, size: ChartWidth) {
      self.size = size
      self.rows = rows
      width = size.rawValue
      // Faces of one height, as wide as the drawing allows.
      let room = size == .wide ? width - 260 : width - 12
      let tall = min(size == .wide ? 360 : 220, room / (faces.0 + faces.1))
      let middle = size == .wide ? width - tall * (faces.0 + faces.1) : 12
      let left = size == .wide ? 0 : (width - 12 - tall * (faces.0 + faces.1)) / 2
      a = Frame(x: left, y: 24, width: tall * faces.0, height: tall)
      b = Frame(x: left + a.width + middle, y: 24, width: tall * faces.1, height: tall)
      height = size == .wide ? max(24 + tall, 24 + Double(rows) * 34) : 24 + tall + 14 + Double(rows) * 26
    }

    /// The middle of a row's text.
    func rowHeight(_ index: Int) -> Double {
      size == .wide
        ? 24 + (Double(index) + 0.5) * (height - 24) / Double(max(1, rows))
        : a.y + a.height + 14 + (Double(index) + 0.5) * 26
    }
  }

  private func text(_ value: Double) -> String { NumberText.coordinate(value) }
  private func style(_ row: GlanceRow) -> String { row.contribution < 0 ? "against" : "for" }

  private func drawFace(
    _ face: Face, _ name: String, _ frame: Frame, _ places: [Match.Place?], _ layout: Layout, to page: inout PageWriter
  ) {
    page.element(
      "text", ["class": "name", "x": text(frame.x), "y": "14"],
      text: TextMeasure.fit(name, width: frame.width, size: 13))
    page.void(
      "image",
      [
        "x": text(frame.x), "y": text(frame.y), "width": text(frame.width), "height": text(frame.height),
        "preserveAspectRatio": "none", "href": face.link,
      ])
    // Strong parts last, on top.
    let marks = rows.indices.sorted { rows[$0].strength < rows[$1].strength }.compactMap { index in
      places[index].map { (index: index, place: $0) }
    }
    let clip = page.uniqueID("clip")
    page.element("clipPath", ["id": clip]) { page in
      page.void(
        "rect",
        ["x": text(frame.x), "y": text(frame.y), "width": text(frame.width), "height": text(frame.height)])
    }
    page.element("g", ["clip-path": "url(#\(clip))"]) { page in
      // Rings above all light, which would change their colors.
      for isRing in [false, true] {
        for mark in marks { drawCircle(rows[mark.index], mark.place, frame, isRing: isRing, to: &page) }
      }
    }
    guard layout.size == .narrow else { return }
    // After all circles, or these would cover them.
    for mark in marks {
      let (x, y) = frame.point(mark.place)
      drawNumber(mark.index, x, y, to: &page)
    }
  }

  private func drawCircle(
    _ row: GlanceRow, _ place: Match.Place, _ frame: Frame, isRing: Bool, to page: inout PageWriter
  ) {
    let (x, y) = frame.point(place)
    page.void(
      "circle",
      [
        "class": "part " + style(row), "cx": text(x), "cy": text(y), "r": text(place.radius * frame.height),
        "fill-opacity": isRing ? "0" : "0.\(10 + Int(45 * row.strength))",
        "stroke-width": isRing ? text(1.5 + 2.5 * row.strength) : "0",
      ])
  }

  /// On a phone numbers stand for names.
  private func drawNumber(_ index: Int, _ x: Double, _ y: Double, to page: inout PageWriter) {
    page.void("circle", ["class": "badge", "cx": text(x), "cy": text(y), "r": "8"])
    page.element(
      "text", ["class": "badge-text", "x": text(x), "y": text(y), "dy": ".36em", "text-anchor": "middle"],
      text: String(index + 1))
  }

  /// A name between the faces with lines to both.
  private func drawLabel(_ index: Int, _ layout: Layout, to page: inout PageWriter) {
    let row = rows[index]
    let y = layout.rowHeight(index)
    let number = NumberText.change(row.contribution, digits: 3)
    let center = (layout.a.x + layout.a.width + layout.b.x) / 2
    let reach = TextMeasure.width("\(row.name) \(number)", size: 13) / 2 + 4
    for (place, frame, sign) in [(row.placeA, layout.a, -1.0), (row.placeB, layout.b, 1.0)] {
      guard let place else { continue }
      let start = (x: center + sign * reach, y: y)
      let end = GlanceRow.lineEnd(
        from: start, to: frame.point(place), radius: place.radius * frame.height,
        sides: (frame.x, frame.x + frame.width))
      page.void(
        "path",
        [
          "class": "lead " + style(row),
          "d": "M\(text(start.x)) \(text(start.y))L\(text(end.x)) \(text(end.y))",
        ])
    }
    let lift = row.note.isEmpty ? 0.0 : 7
    page.element(
      "text", ["class": "name", "x": text(center), "y": text(y - lift), "dy": ".35em", "text-anchor": "middle"]
    ) { page in
      page.text(row.name + " ")
      page.element("tspan", ["class": "number-" + style(row)], text: number)
    }
    if !row.note.isEmpty {
      page.element(
        "text", ["x": text(center), "y": text(y + 8), "dy": ".35em", "text-anchor": "middle"], text: row.note)
    }
  }

  /// A line of the list under the faces.
  private func drawEntry(_ index: Int, _ layout: Layout, to page: inout PageWriter) {
    let row = rows[index]
    let y = layout.rowHeight(index)
    drawNumber(index, 9, y, to: &page)
    page.element("text", ["class": "name", "x": "26", "y": text(y), "dy": ".35em"]) { page in
      page.text(row.name)
      if !row.note.isEmpty { page.element("tspan", ["class": "soft"], text: "  " + row.note) }
    }
    page.element(
      "text",
      [
        "class": "name number-" + style(row), "x": text(layout.width), "y": text(y), "dy": ".35em",
        "text-anchor": "end",
      ],
      text: NumberText.change(row.contribution, digits: 3))
  }
}
