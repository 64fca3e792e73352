/// The stored forms that can be decoded, told apart by their first bytes.
enum ImageFormat {
  case jpeg, png, webp

  /// The format whose signature `bytes` begin with, or nil. Reads at most 12 bytes.
  init?(signatureOf bytes: UnsafeRawBufferPointer) {
    let reader = ByteReader(bytes: bytes)
    if reader.uint16(at: 0) == 0xFFD8, reader.byte(at: 2) ?? 0xFF == 0xFF {
      self = .jpeg
    } else if reader.uint32(at: 0) == 0x8950_4E47, reader.uint32(at: 4) == 0x0D0A_1A0A {
      self = .png
    } else if reader.matches("RIFF", at: 0), reader.matches("WEBP", at: 8) {
      self = .webp
    } else {
      return nil
    }
  }
}

extension Image {
  /// The ending of a file with these bytes: "jpg", "png" or "webp"; nil for what is no picture that can be read.
  public static func fileEnding(of bytes: UnsafeRawBufferPointer) -> String? {
    ImageFormat(signatureOf: bytes).map { format in
      switch format {
      case .jpeg: "jpg"
      case .png: "png"
      case .webp: "webp"
      }
    }
  }
}

/// What a header says about a picture, before any pixel is decoded.
struct ImageHeader: Equatable {
  /// Size as stored, before the orientation is applied.
  var width: Int
  var height: Int
  var channels: Int
  var orientation = Orientation.up
  /// Whether pixels may be transparent (PNG and WebP).
  var hasAlpha = false

  /// Width and height as a viewer sees them.
  var displaySize: (width: Int, height: Int) {
    orientation.swapsAxes ? (height, width) : (width, height)
  }

  func check(maximumPixels: Int, name: String) throws {
    let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, pixels <= maximumPixels else {
      let size = displaySize
      throw ImageError(
        name: name, problem: .tooLarge(width: size.width, height: size.height, maximumPixels: maximumPixels))
    }
  }
}

extension ImageFormat {
  /// The header of a picture of this format. Throws `ImageError`.
  func header(of bytes: UnsafeRawBufferPointer, name: String) throws -> ImageHeader {
    let header =
      switch self {
      case .jpeg: try JPEGHeader.read(bytes, name: name)
      case .png: try PNGHeader.read(bytes, name: name)
      case .webp: try WebPHeader.read(bytes, name: name)
      }
    guard header.width > 0, header.height > 0 else {
      throw ImageError(name: name, problem: .damaged("the header gives \(header.width) x \(header.height) pixels"))
    }
    return header
  }
}
