/// Rows of pictures, each with a header and a few facts: a channel, the part it found, its purity, its faces.
///
/// The pictures of a row flow into as many lines as the screen needs.
public struct ImageGrid: ReportBlock {
  public struct Row: Sendable, Equatable {
    /// The row's name; may be empty.
    public var header: String
    /// Facts under the name.
    public var facts: [Definitions.Entry]
    public var images: [ReportImage]

    public init(_ header: String = "", facts: [Definitions.Entry] = [], images: [ReportImage]) {
      self.header = header
      self.facts = facts
      self.images = images
    }
  }

  /// How large the pictures are shown.
  public enum TileSize: String, Sendable {
    case small, medium, large
  }

  public var rows: [Row]
  public var caption: String
  public var tileSize: TileSize

  public init(_ rows: [Row], caption: String = "", tileSize: TileSize = .medium) {
    self.rows = rows
    self.caption = caption
    self.tileSize = tileSize
  }

  public func write(to page: inout PageWriter) {
    guard !rows.isEmpty else { return }
    page.element("figure", ["class": "sheet " + tileSize.rawValue]) { page in
      for row in rows { write(row, to: &page) }
      if !caption.isEmpty { page.element("figcaption", text: caption) }
    }
  }

  private func write(_ row: Row, to page: inout PageWriter) {
    page.element("div", ["class": "sheet-row", "role": "group", "aria-label": row.header]) { page in
      if !row.header.isEmpty || !row.facts.isEmpty {
        page.element("div", ["class": "sheet-head"]) { writeHeader(row, to: &$0) }
      }
      page.element("ul", ["class": "tiles"]) { page in
        for image in row.images {
          page.element("li") { page in
            image.write(to: &page)
            if !image.label.isEmpty { page.element("span", ["class": "tile-label"], text: image.label) }
          }
        }
      }
    }
  }

  private func writeHeader(_ row: Row, to page: inout PageWriter) {
    if !row.header.isEmpty { page.element("p", ["class": "sheet-name"], text: row.header) }
    guard !row.facts.isEmpty else { return }
    page.element("dl", ["class": "facts"]) { page in
      for fact in row.facts {
        page.element("div") { page in
          page.element("dt", text: fact.name)
          page.element("dd", text: fact.value)
        }
      }
    }
  }
}
