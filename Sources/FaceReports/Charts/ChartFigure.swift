/// A chart is drawn twice, because text that fits a desktop is too small on a phone; the stylesheet shows one.
enum ChartWidth: Double, CaseIterable {
  case wide = 880
  case narrow = 360

  var className: String { self == .wide ? "wide" : "narrow" }
  var plotHeight: Double { self == .wide ? 400 : 300 }
}

/// A legend's entry.
struct LegendEntry {
  var name: String
  var look: SeriesLook
  var isFilled = false
}

/// The frame all charts share: title, legend, both drawings, caption.
struct ChartFigure {
  var title: String
  var caption: String
  /// The chart in words, for those who cannot see it.
  var description: String
  var legend: [LegendEntry]

  func write(to page: inout PageWriter, draw: (inout PageWriter, ChartWidth) -> Void) {
    page.element("figure", ["class": "chart"]) { page in
      page.element("p", ["class": "chart-title"], text: title)
      writeLegend(to: &page)
      for width in ChartWidth.allCases {
        page.element("div", ["class": width.className]) { draw(&$0, width) }
      }
      if !caption.isEmpty { page.element("figcaption", text: caption) }
    }
  }

  /// An `svg` with its title and description; sizes in pixels.
  func svg(_ page: inout PageWriter, width: Double, height: Double, body: (inout PageWriter) -> Void) {
    let name = page.uniqueID("chart-title")
    let words = page.uniqueID("chart-desc")
    let box = "0 0 \(NumberText.coordinate(width)) \(NumberText.coordinate(height))"
    page.element("svg", ["viewBox": box, "role": "img", "aria-labelledby": "\(name) \(words)"]) { page in
      page.element("title", ["id": name], text: title)
      page.element("desc", ["id": words], text: description)
      body(&page)
    }
  }

  private func writeLegend(to page: inout PageWriter) {
    guard legend.count > 1 || legend.contains(where: { !$0.name.isEmpty && $0.name != title }) else { return }
    page.element("ul", ["class": "legend"]) { page in
      for entry in legend {
        page.element("li") { page in
          writeKey(entry, to: &page)
          page.element("span", text: entry.name)
        }
      }
    }
  }
}

extension ChartFigure {
  /// The patch of color, or the piece of line, beside a legend's name.
  private func writeKey(_ entry: LegendEntry, to page: inout PageWriter) {
    let (style, box) = entry.isFilled ? ("patch", "0 0 12 12") : ("piece", "0 0 24 12")
    page.element("svg", ["class": style, "viewBox": box, "aria-hidden": "true"]) { page in
      if entry.isFilled {
        page.void("rect", ["class": "bar " + entry.look.classes, "width": "12", "height": "12", "rx": "2"])
      } else {
        page.void("path", ["class": "curve " + entry.look.classes, "d": "M1 6H23"])
      }
    }
  }
}

/// Rough text measures: no font is at hand, so that widths are guessed on the generous side.
enum TextMeasure {
  static func width(_ text: String, size: Double = 12) -> Double {
    text.reduce(0) { $0 + share(of: $1) * size }
  }

  private static func share(of character: Character) -> Double {
    if "iljt.,:;|'! ".contains(character) { return 0.38 }
    if "mwMW%".contains(character) { return 0.96 }
    return character.isUppercase ? 0.74 : 0.63
  }

  /// `text`, cut with an ellipsis where it is wider than `limit`.
  static func fit(_ text: String, width limit: Double, size: Double = 12) -> String {
    guard width(text, size: size) > limit else { return text }
    var short = text
    while !short.isEmpty && width(short + "…", size: size) > limit { short.removeLast() }
    return short + "…"
  }
}
