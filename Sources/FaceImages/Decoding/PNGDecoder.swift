import CPNG

/// Decodes every PNG color type and depth through libpng's simplified interface, which reports errors by value.
struct PNGDecoder {
  let header: ImageHeader
  let name: String

  /// The picture as stored, alpha laid over white. Throws `ImageError`.
  func decode(_ bytes: UnsafeRawBufferPointer) throws -> Image {
    try checkChunks(bytes)
    var control = png_image()
    control.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&control) }
    guard png_image_begin_read_from_memory(&control, bytes.baseAddress, bytes.count) != 0 else {
      throw error(control)
    }
    let (width, height) = (Int(control.width), Int(control.height))
    guard width == header.width, height == header.height else {
      throw ImageError(name: name, problem: .damaged("two headers disagree about the size"))
    }
    // Without this, 16-bit files that name no color space are taken for linear light and come out too bright.
    control.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
    let hasAlpha = control.format & UInt32(PNG_FORMAT_FLAG_ALPHA) != 0
    control.format = UInt32(PNG_FORMAT_FLAG_COLOR) | (hasAlpha ? UInt32(PNG_FORMAT_FLAG_ALPHA) : 0)
    let channels = hasAlpha ? 4 : 3
    let pixels = try [UInt8](unsafeUninitializedCapacity: width * height * channels) { buffer, filled in
      guard png_image_finish_read(&control, nil, buffer.baseAddress, 0, nil) != 0 else { throw error(control) }
      filled = width * height * channels
    }
    if hasAlpha { return Image(width: width, height: height, overWhite: pixels) }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// libpng stops at the last pixel, so it never sees whether the end of the file is missing or the checksum
  /// of the last data chunk is wrong.
  private func checkChunks(_ bytes: UnsafeRawBufferPointer) throws {
    let reader = ByteReader(bytes: bytes)
    var offset = 8
    while true {
      guard let length = reader.uint32(at: offset), let stored = reader.uint32(at: offset + length + 8) else {
        throw ImageError(name: name, problem: .truncated)
      }
      if reader.matches("IEND", at: offset + 4) { return }
      if reader.matches("IDAT", at: offset + 4) {
        let found = CRC32.checksum(reader.slice(at: offset + 4, count: length + 4))
        guard Int(found) == stored else {
          throw ImageError(name: name, problem: .damaged("wrong checksum of the pixel data"))
        }
      }
      offset += length + 12
    }
  }

  private func error(_ control: png_image) -> ImageError {
    let message = control.libraryMessage
    // libpng's words for input that runs out.
    let isShort = ["read beyond end of data", "Read Error", "Not enough image data"].contains(message)
    return ImageError(name: name, problem: isShort ? .truncated : .damaged(message))
  }
}

extension png_image {
  /// The text of libpng's last error.
  var libraryMessage: String {
    withUnsafeBytes(of: message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// The checksum of PNG chunks (ISO 3309), eight bytes a step.
enum CRC32 {
  /// `tables[k][b]`: the checksum of byte `b` followed by `k` zero bytes.
  private static let tables: [UInt32] = {
    var tables = [UInt32](repeating: 0, count: 8 * 256)
    for i in 0..<256 {
      var value = UInt32(i)
      for _ in 0..<8 { value = value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
      tables[i] = value
    }
    for i in 256..<tables.count {
      let previous = tables[i - 256]
      tables[i] = (previous >> 8) ^ tables[Int(previous & 0xFF)]
    }
    return tables
  }()

  static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    tables.withUnsafeBufferPointer { table in
      var crc = UInt32.max
      var i = 0
      while i + 8 <= bytes.count {
        var word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)) ^ UInt64(crc)
        crc = 0
        for k in stride(from: 7 * 256, through: 0, by: -256) {
          crc ^= table[k + Int(word & 0xFF)]
          word >>= 8
        }
        i += 8
      }
      while i < bytes.count {
        crc = (crc >> 8) ^ table[Int((crc ^ UInt32(bytes[i])) & 0xFF)]
        i += 1
      }
      return ~crc
    }
  }
}
