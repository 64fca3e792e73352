/// Reads a PNG's chunks (PNG specification, third edition, chapter 5).
enum PNGHeader {
  static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> ImageHeader {
    let reader = ByteReader(bytes: bytes)
    guard let width = reader.uint32(at: 16), let height = reader.uint32(at: 20) else {
      throw ImageError(name: name, problem: .truncated)
    }
    guard reader.matches("IHDR", at: 12), width <= Int(Int32.max), height <= Int(Int32.max) else {
      throw ImageError(name: name, problem: .damaged("it has no valid header chunk"))
    }
    var header = ImageHeader(width: width, height: height, channels: 3)
    header.orientation = orientation(reader)
    return header
  }

  /// The orientation in an `eXIf` chunk before or after the pixels; `.up` when there is none.
  private static func orientation(_ reader: ByteReader) -> Orientation {
    var offset = 8
    while let length = reader.uint32(at: offset), !reader.matches("IEND", at: offset + 4) {
      if reader.matches("eXIf", at: offset + 4) {
        return Orientation(tiff: reader.slice(at: offset + 8, count: length))
      }
      offset += length + 12
    }
    return .up
  }
}
