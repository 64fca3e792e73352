/// A report: one HTML page that needs no other file and no network.
///
/// The same report always gives the same bytes; nothing like a date is added.
public struct Report: Sendable {
  public var title: String
  /// One or two sentences under the title; may be empty.
  public var subtitle: String
  public var sections: [ReportSection]
  /// A last line, such as the program's name and version; may be empty.
  public var footer: String
  /// The BCP 47 tag of the text's language.
  public var language: String

  public init(
    title: String, subtitle: String = "", sections: [ReportSection] = [], footer: String = "",
    language: String = "en"
  ) {
    self.title = title
    self.subtitle = subtitle
    self.sections = sections
    self.footer = footer
    self.language = language
  }

  /// The whole page as XHTML-compatible HTML5.
  public func html() -> String {
    var page = PageWriter()
    let content = page.uniqueID("content")
    let anchors = sections.map { page.uniqueID($0.anchor) }
    page.trusted("<!DOCTYPE html>\n")
    page.element("html", ["lang": language]) { page in
      writeHead(to: &page)
      page.element("body") { page in
        page.element("a", ["class": "skip", "href": "#" + content], text: "Skip to content")
        writeHeader(to: &page)
        page.element("div", ["class": "layout"]) { page in
          writeContents(anchors, to: &page)
          page.element("main", ["id": content]) { page in
            for (section, anchor) in zip(sections, anchors) { section.write(anchor: anchor, to: &page) }
          }
        }
        if !footer.isEmpty { page.element("footer") { $0.element("p", text: footer) } }
      }
    }
    return page.markup
  }

  /// The policy makes the browser itself refuse anything that is not in the page.
  private func writeHead(to page: inout PageWriter) {
    page.element("head") { page in
      page.void("meta", ["charset": "utf-8"])
      page.void(
        "meta",
        [
          "http-equiv": "Content-Security-Policy",
          "content": "default-src 'none'; img-src data:; style-src 'unsafe-inline'",
        ])
      page.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
      page.void("meta", ["name": "color-scheme", "content": "light dark"])
      page.element("title", text: title)
      page.element("style") { $0.trusted(Stylesheet.css) }
    }
  }

  private func writeHeader(to page: inout PageWriter) {
    page.element("header") { page in
      page.element("h1", text: title)
      if !subtitle.isEmpty { page.element("p", ["class": "subtitle"], text: subtitle) }
    }
  }

  private func writeContents(_ anchors: [String], to page: inout PageWriter) {
    guard sections.count > 1 else { return }
    page.element("nav", ["aria-label": "Contents"]) { page in
      page.element("ol") { page in
        for (section, anchor) in zip(sections, anchors) {
          page.element("li") { $0.element("a", ["href": "#" + anchor], text: section.title) }
        }
      }
    }
  }
}
