import Foundation

/// An encoded picture to put into a page.
public struct ReportImage: Sendable, Equatable {
  /// The encodings that browsers show; the raw value is the media type.
  public enum Format: String, Sendable, CaseIterable {
    case png = "image/png"
    case jpeg = "image/jpeg"
    case webp = "image/webp"
    case gif = "image/gif"
  }

  public var bytes: [UInt8]
  public var format: Format
  /// What the picture shows, for those who cannot see it. Empty only for decoration.
  public var alt: String
  /// A short line under the picture; may be empty.
  public var label: String

  /// Takes `[UInt8]` or `Data` of an encoded file.
  public init(_ bytes: some Sequence<UInt8>, format: Format, alt: String, label: String = "") {
    self.bytes = Array(bytes)
    self.format = format
    self.alt = alt
    self.label = label
  }

  func write(to page: inout PageWriter) {
    let source = "data:\(format.rawValue);base64," + Data(bytes).base64EncodedString()
    page.void("img", ["alt": alt, "decoding": "async", "src": source])
  }
}
