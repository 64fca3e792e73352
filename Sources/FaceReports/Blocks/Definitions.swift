/// Names and their values, such as a training recipe.
public struct Definitions: ReportBlock {
  /// One name and its value.
  public struct Entry: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var title: String
  public var entries: [Entry]

  /// - Parameter title: a line above the list; may be empty.
  public init(title: String = "", _ entries: [Entry]) {
    self.title = title
    self.entries = entries
  }

  /// The entries in the order written, as in `["backbone": "IResNet-50", "loss": "ArcFace"]`.
  public init(title: String = "", _ entries: KeyValuePairs<String, String>) {
    self.init(title: title, entries.map { Entry($0.key, $0.value) })
  }

  public func write(to page: inout PageWriter) {
    guard !entries.isEmpty else { return }
    if !title.isEmpty { page.element("p", ["class": "label"], text: title) }
    page.element("dl") { page in
      for entry in entries {
        page.element("div") { page in
          page.element("dt", text: entry.name)
          page.element("dd", text: entry.value)
        }
      }
    }
  }
}
