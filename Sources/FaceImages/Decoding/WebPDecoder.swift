import CWebP

/// Reads a WebP's size, alpha flag and orientation (RFC 9649).
enum WebPHeader {
  static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> ImageHeader {
    var features = WebPBitstreamFeatures()
    let status = WebPGetFeatures(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &features)
    guard status == VP8_STATUS_OK else { throw ImageError(name: name, problem: WebPDecoder.problem(status)) }
    guard features.has_animation == 0 else {
      throw ImageError(name: name, problem: .unsupported("an animated WebP"))
    }
    var header = ImageHeader(width: Int(features.width), height: Int(features.height), channels: 3)
    header.hasAlpha = features.has_alpha != 0
    header.orientation = orientation(ByteReader(bytes: bytes, bigEndian: false))
    return header
  }

  /// The orientation in the `EXIF` chunk, which some writers begin with JPEG's `Exif\0\0`.
  private static func orientation(_ reader: ByteReader) -> Orientation {
    var offset = 12
    while let length = reader.uint32(at: offset + 4) {
      if reader.matches("EXIF", at: offset) {
        let prefix = reader.matches("Exif\0\0", at: offset + 8) ? 6 : 0
        return Orientation(tiff: reader.slice(at: offset + 8 + prefix, count: length - prefix))
      }
      offset += 8 + length + length % 2
    }
    return .up
  }
}

/// Decodes still WebP, lossy and lossless.
struct WebPDecoder {
  let header: ImageHeader
  let name: String

  /// The picture as stored, alpha laid over white. Throws `ImageError`.
  func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
    if header.hasAlpha {
      let count = header.width * header.height * 4
      let pixels = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
        try run(bytes, into: buffer.baseAddress!, channels: 4)
        filled = count
      }
      return Image(width: header.width, height: header.height, overWhite: pixels)
    }
    return try Image(width: header.width, height: header.height) { output in
      try run(bytes, into: output.baseAddress!, channels: 3)
    }
  }

  private func run(_ bytes: UnsafeRawBufferPointer, into output: UnsafeMutablePointer<UInt8>, channels: Int) throws {
    var config = WebPDecoderConfig()
    guard WebPInitDecoderConfig(&config) != 0 else {
      throw ImageError(name: name, problem: .unsupported("this version of libwebp"))
    }
    config.output.colorspace = channels == 4 ? MODE_RGBA : MODE_RGB
    config.output.is_external_memory = 1
    config.output.u.RGBA.rgba = output
    config.output.u.RGBA.stride = Int32(header.width * channels)
    config.output.u.RGBA.size = header.width * header.height * channels
    defer { WebPFreeDecBuffer(&config.output) }
    let status = WebPDecode(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count, &config)
    guard status == VP8_STATUS_OK else { throw ImageError(name: name, problem: WebPDecoder.problem(status)) }
    guard Int(config.output.width) == header.width, Int(config.output.height) == header.height else {
      throw ImageError(name: name, problem: .damaged("two headers disagree about the size"))
    }
  }

  static func problem(_ status: VP8StatusCode) -> ImageError.Problem {
    switch status {
    case VP8_STATUS_NOT_ENOUGH_DATA, VP8_STATUS_SUSPENDED: .truncated
    case VP8_STATUS_UNSUPPORTED_FEATURE: .unsupported("this kind of WebP")
    case VP8_STATUS_OUT_OF_MEMORY: .unreadable("no memory for the WebP decoder")
    default: .damaged("invalid WebP bitstream")
    }
  }
}
