/// A short remark set off from the text.
public struct Callout: ReportBlock {
  public enum Kind: String, Sendable {
    case note
    case success
    case warning
  }

  public var kind: Kind
  public var title: String
  public var blocks: [any ReportBlock]

  public init(_ kind: Kind = .note, title: String, text: String) {
    self.init(kind, title: title, blocks: [Paragraph(text)])
  }

  public init(_ kind: Kind = .note, title: String, blocks: [any ReportBlock]) {
    self.kind = kind
    self.title = title
    self.blocks = blocks
  }

  public func write(to page: inout PageWriter) {
    page.element("div", ["class": "callout " + kind.rawValue, "role": "note"]) { page in
      page.element("p", ["class": "callout-title"], text: title)
      page.blocks(blocks)
    }
  }
}
