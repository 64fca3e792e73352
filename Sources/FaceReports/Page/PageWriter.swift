/// Collects the page's markup while blocks write themselves into it.
///
/// It writes XHTML-compatible HTML (every element closed, every attribute quoted), escapes everything it is given
/// and hands out ids that are unique in the page.
public struct PageWriter {
  private(set) var markup = ""
  private var usedIDs: Set<String> = []

  init() {
    markup.reserveCapacity(1 << 16)
  }

  /// Writes `<name attributes>`, what `body` writes, and `</name>`.
  public mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ body: (inout PageWriter) -> Void
  ) {
    open(name, attributes)
    markup += ">"
    body(&self)
    markup += "</\(name)>"
    if Self.endsLine(name) { markup += "\n" }
  }

  /// Writes an element that holds only `text`.
  public mutating func element(
    _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text: String
  ) {
    element(name, attributes) { $0.text(text) }
  }

  /// Writes `<name attributes />`, for elements that never hold anything: `img`, `meta`, SVG shapes.
  public mutating func void(_ name: String, _ attributes: KeyValuePairs<String, String> = [:]) {
    open(name, attributes)
    markup += " />"
  }

  /// Writes escaped text.
  public mutating func text(_ text: String) {
    markup += HTMLText.escape(text)
  }

  /// Writes every block, in order.
  public mutating func blocks(_ blocks: [any ReportBlock]) {
    for block in blocks { block.write(to: &self) }
  }

  /// An id made from `name` that no other element of the page has.
  public mutating func uniqueID(_ name: String) -> String {
    let stem = HTMLText.slug(name)
    var id = stem
    var number = 2
    while !usedIDs.insert(id).inserted {
      id = "\(stem)-\(number)"
      number += 1
    }
    return id
  }

  /// Writes markup as it is: only for this module's own constants.
  mutating func trusted(_ text: String) {
    markup += text
  }

  private mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String>) {
    markup += "<\(name)"
    for (key, value) in attributes where !value.isEmpty || key == "alt" {
      markup += " \(key)=\"\(HTMLText.escape(value))\""
    }
  }

  /// Line ends after block elements keep the source readable and change no layout.
  private static func endsLine(_ name: String) -> Bool {
    switch name {
    case "a", "b", "code", "strong", "span", "text", "summary", "title", "tspan": false
    default: true
    }
  }
}
