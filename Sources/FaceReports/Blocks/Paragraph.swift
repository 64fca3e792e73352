/// A stretch of running text.
public enum TextSpan: Sendable, Equatable, ExpressibleByStringLiteral {
  case plain(String)
  case strong(String)
  case code(String)
  /// A link to another section of the same report, by its anchor.
  case link(String, anchor: String)

  public init(stringLiteral value: String) {
    self = .plain(value)
  }

  func write(to page: inout PageWriter) {
    switch self {
    case .plain(let text): page.text(text)
    case .strong(let text): page.element("strong", text: text)
    case .code(let text): page.element("code", text: text)
    case .link(let text, let anchor): page.element("a", ["href": "#" + HTMLText.slug(anchor)], text: text)
    }
  }
}

/// Running text.
public struct Paragraph: ReportBlock {
  public var spans: [TextSpan]

  public init(_ text: String) {
    spans = [.plain(text)]
  }

  public init(_ spans: [TextSpan]) {
    self.spans = spans
  }

  public func write(to page: inout PageWriter) {
    page.element("p") { page in
      for span in spans { span.write(to: &page) }
    }
  }
}

/// Points one under the other.
public struct BulletList: ReportBlock {
  public var items: [String]

  public init(_ items: [String]) {
    self.items = items
  }

  public func write(to page: inout PageWriter) {
    guard !items.isEmpty else { return }
    page.element("ul") { page in
      for item in items { page.element("li", text: item) }
    }
  }
}
