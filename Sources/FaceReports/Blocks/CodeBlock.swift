/// Text kept as typed: a command and its output, a recipe as JSON.
public struct CodeBlock: ReportBlock {
  public var code: String
  /// A label above the code; may be empty.
  public var title: String

  public init(_ code: String, title: String = "") {
    self.code = code
    self.title = title
  }

  public func write(to page: inout PageWriter) {
    page.element("figure", ["class": "code"]) { page in
      if !title.isEmpty { page.element("figcaption", text: title) }
      // Focusable, so that the keyboard can scroll long lines.
      page.element("pre", ["tabindex": "0", "role": "region", "aria-label": title.isEmpty ? "Code" : title]) { page in
        page.element("code", text: code)
      }
    }
  }
}
