/// Blocks that the reader opens when wanted. Closed ones do not print.
public struct Details: ReportBlock {
  public var summary: String
  public var isOpen: Bool
  public var blocks: [any ReportBlock]

  public init(_ summary: String, isOpen: Bool = false, blocks: [any ReportBlock]) {
    self.summary = summary
    self.isOpen = isOpen
    self.blocks = blocks
  }

  public init(_ summary: String, isOpen: Bool = false, @ReportBuilder blocks: () -> [any ReportBlock]) {
    self.init(summary, isOpen: isOpen, blocks: blocks())
  }

  public func write(to page: inout PageWriter) {
    page.element("details", ["open": isOpen ? "open" : ""]) { page in
      page.element("summary", text: summary)
      page.element("div", ["class": "details"]) { $0.blocks(blocks) }
    }
  }
}
