/// A titled part of a report.
public struct ReportSection: Sendable {
  public var title: String
  /// The name that links use. Made from the title when not given; a repeated one gets a number.
  public var anchor: String
  public var blocks: [any ReportBlock]

  public init(_ title: String, anchor: String? = nil, blocks: [any ReportBlock]) {
    self.title = title
    self.anchor = anchor ?? HTMLText.slug(title)
    self.blocks = blocks
  }

  public init(_ title: String, anchor: String? = nil, @ReportBuilder blocks: () -> [any ReportBlock]) {
    self.init(title, anchor: anchor, blocks: blocks())
  }

  func write(anchor: String, to page: inout PageWriter) {
    page.element("section", ["aria-labelledby": anchor]) { page in
      page.element("h2", ["id": anchor], text: title)
      page.blocks(blocks)
    }
  }
}
