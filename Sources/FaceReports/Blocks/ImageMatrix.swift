import FaceImages

/// Pictures in rows and columns that must stay in line, such as the same faces seen by several methods. What is wider than
/// the screen scrolls.
public struct ImageMatrix: ReportBlock {
  public struct Row: Sendable, Equatable {
    public var header: String
    /// One for each column; nil leaves a gap.
    public var images: [ReportImage?]

    public init(_ header: String, images: [ReportImage?]) {
      self.header = header
      self.images = images
    }
  }

  /// What a color in the pictures means.
  public struct Key: Sendable, Equatable {
    public var name: String
    public var color: RGB

    public init(_ name: String, color: RGB) {
      self.name = name
      self.color = color
    }
  }

  public var title: String
  public var columns: [String]
  public var rows: [Row]
  public var keys: [Key]
  public var caption: String

  public init(title: String, columns: [String], rows: [Row], keys: [Key] = [], caption: String = "") {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.keys = keys
    self.caption = caption
  }

  public func write(to page: inout PageWriter) {
    guard !rows.isEmpty else { return }
    let name = page.uniqueID("matrix-" + title)
    page.element("figure", ["class": "matrix"]) { page in
      page.element("p", ["class": "table-title", "id": name], text: title)
      writeKeys(to: &page)
      // Focusable, so that the keyboard can scroll it.
      page.element("div", ["class": "scroll", "role": "region", "aria-labelledby": name, "tabindex": "0"]) { page in
        page.element("table", ["aria-labelledby": name]) { page in
          writeHeader(to: &page)
          page.element("tbody") { page in
            for row in rows { write(row, to: &page) }
          }
        }
      }
      if !caption.isEmpty { page.element("figcaption", text: caption) }
    }
  }

  private func writeKeys(to page: inout PageWriter) {
    guard !keys.isEmpty else { return }
    page.element("ul", ["class": "legend"]) { page in
      for key in keys {
        page.element("li") { page in
          let color = "rgb(\(key.color.red) \(key.color.green) \(key.color.blue))"
          page.element("svg", ["class": "patch", "viewBox": "0 0 12 12", "aria-hidden": "true"]) { page in
            page.void("rect", ["class": "key", "width": "12", "height": "12", "rx": "2", "style": "fill: \(color)"])
          }
          page.element("span", text: key.name)
        }
      }
    }
  }

  private func writeHeader(to page: inout PageWriter) {
    page.element("thead") { page in
      page.element("tr") { page in
        page.element("td") { _ in }
        for column in columns { page.element("th", ["scope": "col"], text: column) }
      }
    }
  }

  private func write(_ row: Row, to page: inout PageWriter) {
    page.element("tr") { page in
      page.element("th", ["scope": "row"], text: row.header)
      for column in columns.indices {
        page.element("td") { page in
          if column < row.images.count, let image = row.images[column] {
            image.write(to: &page)
            if !image.label.isEmpty { page.element("span", ["class": "tile-label"], text: image.label) }
          }
        }
      }
    }
  }
}
