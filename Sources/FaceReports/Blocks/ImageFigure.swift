/// One picture with its caption, at its own size but never wider than the page.
public struct ImageFigure: ReportBlock {
  public var image: ReportImage
  public var caption: String
  /// Shows each pixel as a sharp square, for small maps.
  public var isPixelated: Bool

  public init(_ image: ReportImage, caption: String = "", isPixelated: Bool = false) {
    self.image = image
    self.caption = caption
    self.isPixelated = isPixelated
  }

  public func write(to page: inout PageWriter) {
    page.element("figure", ["class": "picture"]) { page in
      image.write(to: &page, style: isPixelated ? "pixelated" : "")
      let lines = [image.label, caption].filter { !$0.isEmpty }
      if !lines.isEmpty { page.element("figcaption", text: lines.joined(separator: " ")) }
    }
  }
}
