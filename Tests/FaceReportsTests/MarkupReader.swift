import Foundation

@testable import FaceReports

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// What an XML parser sees in a page.
struct ParsedMarkup {
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
  }

  /// In document order.
  var elements: [Element] = []
  /// The parser's complaint, when the markup is not well formed.
  var error: String?

  init(_ markup: String) {
    let reader = MarkupReader()
    let parser = XMLParser(data: Data(markup.utf8))
    parser.delegate = reader
    let isWellFormed = parser.parse()
    elements = reader.elements
    if !isWellFormed { error = "line \(parser.lineNumber): \(String(describing: parser.parserError))" }
  }

  init(_ blocks: [any ReportBlock]) {
    self.init(Report(title: "t", sections: [ReportSection("s", blocks: blocks)]).html())
  }

  func all(_ name: String, style: String? = nil) -> [Element] {
    elements.filter { element in
      let styles = (element.attributes["class"] ?? "").split(separator: " ").map(String.init)
      return element.name == name && (style.map(styles.contains) ?? true)
    }
  }

  /// The text of every element of that name.
  func texts(_ name: String, style: String? = nil) -> [String] { all(name, style: style).map(\.text) }
}

private final class MarkupReader: NSObject, XMLParserDelegate {
  var elements: [ParsedMarkup.Element] = []
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    open.append(elements.count)
    elements.append(.init(name: name, attributes: attributes))
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    open.removeLast()
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    for index in open { elements[index].text += text }
  }
}
