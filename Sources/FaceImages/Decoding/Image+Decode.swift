import Foundation

extension Image {
  /// Reads a JPEG, PNG or WebP file; the format is told by its first bytes, not by its extension.
  ///
  /// EXIF orientation is applied, gray spread over three channels, CMYK turned to RGB, 16 bits rounded to 8,
  /// alpha laid over white.
  /// - Parameters:
  ///   - path: The file.
  ///   - minimumSide: Where given, a JPEG is decoded straight to the smallest of its sizes (the full one, a half, a quarter,
  ///     an eighth) whose shorter side is still at least this many pixels. Other formats come in full size.
  ///   - maximumPixels: The largest `width * height` accepted, checked before memory is taken for it.
  /// - Throws: `ImageError` for a missing, damaged, truncated, too large or foreign file.
  public init(contentsOf path: String, minimumSide: Int? = nil, maximumPixels: Int = 100_000_000) throws {
    let file = try FileBytes(path: path)
    try file.prefix(16).withUnsafeBytes { signature in
      guard ImageFormat(signatureOf: signature) != nil else { throw ImageError(name: path, problem: .notAnImage) }
    }
    self = try file.contents(maximumPixels: maximumPixels).withUnsafeBytes { bytes in
      try Image(bytes: bytes, name: path, minimumSide: minimumSide, maximumPixels: maximumPixels)
    }
  }

  /// Decodes bytes in memory (`[UInt8]`, `Data`, `UnsafeRawBufferPointer`) as `init(contentsOf:)` does a file.
  /// - Parameter name: What errors call the image.
  /// - Throws: `ImageError`.
  public init(
    decoding bytes: some ContiguousBytes, name: String, minimumSide: Int? = nil, maximumPixels: Int = 100_000_000
  ) throws {
    self = try bytes.withUnsafeBytes { raw in
      try Image(bytes: raw, name: name, minimumSide: minimumSide, maximumPixels: maximumPixels)
    }
  }

  /// The full width and height of a picture in memory in pixels, orientation applied, without decoding it.
  /// - Parameter name: What errors call the image.
  /// - Throws: `ImageError`.
  public static func size(of bytes: some ContiguousBytes, name: String) throws -> (width: Int, height: Int) {
    try bytes.withUnsafeBytes { raw in
      guard !raw.isEmpty else { throw ImageError(name: name, problem: .empty) }
      guard let format = ImageFormat(signatureOf: raw) else { throw ImageError(name: name, problem: .notAnImage) }
      return try format.header(of: raw, name: name).displaySize
    }
  }

  /// The full width and height of an image file in pixels, orientation applied, without decoding it.
  ///
  /// Of a JPEG only the first 64 KiB are read where they hold the header; the other formats may note the
  /// orientation behind the pixels.
  /// - Throws: `ImageError`.
  public static func size(ofFile path: String) throws -> (width: Int, height: Int) {
    let file = try FileBytes(path: path)
    let start = try file.prefix(1 << 16)
    return try start.withUnsafeBytes { bytes in
      guard let format = ImageFormat(signatureOf: bytes) else { throw ImageError(name: path, problem: .notAnImage) }
      if format == .jpeg || start.count == file.size {
        do {
          return try format.header(of: bytes, name: path).displaySize
        } catch let error as ImageError where error.problem == .truncated && start.count < file.size {
          // Notes and color profiles before the frame header can fill the first part.
        }
      }
      let whole = try file.contents(maximumPixels: 100_000_000)
      return try whole.withUnsafeBytes { try format.header(of: $0, name: path).displaySize }
    }
  }

  private init(bytes: UnsafeRawBufferPointer, name: String, minimumSide: Int?, maximumPixels: Int) throws {
    guard !bytes.isEmpty else { throw ImageError(name: name, problem: .empty) }
    guard let format = ImageFormat(signatureOf: bytes) else { throw ImageError(name: name, problem: .notAnImage) }
    let header = try format.header(of: bytes, name: name)
    try header.check(maximumPixels: maximumPixels, name: name)
    let stored =
      switch format {
      case .jpeg: try JPEGDecoder(header: header, name: name).decode(bytes, minimumSide: minimumSide)
      case .png: try PNGDecoder(header: header, name: name).decode(bytes)
      case .webp: try WebPDecoder(header: header, name: name).decode(bytes)
      }
    self = stored.oriented(header.orientation)
  }
}
