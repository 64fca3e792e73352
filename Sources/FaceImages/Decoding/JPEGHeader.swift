/// Reads a JPEG's markers up to the first scan (ITU-T T.81, annex B).
///
/// libjpeg-turbo's own header call is not used, since it refuses unusual chroma subsampling that it can decode.
enum JPEGHeader {
  static func read(_ bytes: UnsafeRawBufferPointer, name: String) throws -> ImageHeader {
    let reader = ByteReader(bytes: bytes)
    var header: ImageHeader?
    var orientation: Orientation?
    try forEachSegment(reader, name: name) { marker, offset, length in
      if isFrame(marker), header == nil {
        header = try readFrame(reader, offset, name: name)
      } else if marker == 0xE1, orientation == nil, reader.matches("Exif\0\0", at: offset + 2) {
        orientation = Orientation(tiff: reader.slice(at: offset + 8, count: length - 8))
      }
    }
    guard var header else { throw ImageError(name: name, problem: .damaged("a scan comes before the frame header")) }
    header.orientation = orientation ?? .up
    return header
  }

  /// The file with the numbers in their place that libjpeg takes odd ones for: JFIF 1, and the usual transform of Adobe's for so
  /// many channels.
  static func mended(_ bytes: UnsafeRawBufferPointer, channels: Int, name: String) throws -> [UInt8] {
    let reader = ByteReader(bytes: bytes)
    var file = Array(bytes)
    try forEachSegment(reader, name: name) { marker, offset, length in
      // Behind a segment's length: the name, the version in JFIF's, three more numbers before the transform in Adobe's.
      if marker == 0xE0, length > 7, reader.matches("JFIF\0", at: offset + 2), offset + 7 < file.count {
        file[offset + 7] = 1
      } else if marker == 0xEE, length > 13, reader.matches("Adobe", at: offset + 2), offset + 13 < file.count {
        file[offset + 13] = channels == 4 ? 2 : 1
      }
    }
    return file
  }

  /// The segments before the first scan: marker, where the length stands, and that length.
  private static func forEachSegment(
    _ reader: ByteReader, name: String, _ body: (_ marker: Int, _ offset: Int, _ length: Int) throws -> Void
  ) throws {
    var offset = 2
    while true {
      guard let marker = nextMarker(reader, &offset) else { throw ImageError(name: name, problem: .truncated) }
      if marker == 0xDA { return }
      if marker == 0xD9 { throw ImageError(name: name, problem: .damaged("it ends before the first scan")) }
      guard let length = reader.uint16(at: offset) else { throw ImageError(name: name, problem: .truncated) }
      guard length >= 2 else { throw ImageError(name: name, problem: .damaged("a segment has no length")) }
      try body(marker, offset, length)
      offset += length
    }
  }

  /// The code of the next marker that has a length; `offset` is left behind it.
  private static func nextMarker(_ reader: ByteReader, _ offset: inout Int) -> Int? {
    while let first = reader.byte(at: offset) {
      offset += 1
      guard first == 0xFF else { continue }
      while reader.byte(at: offset) == 0xFF { offset += 1 }
      guard let code = reader.byte(at: offset) else { return nil }
      offset += 1
      let standsAlone = code == 0 || code == 1 || (0xD0...0xD8).contains(code)
      if !standsAlone { return code }
    }
    return nil
  }

  /// SOF0 to SOF15 without the three codes in between that mean something else.
  private static func isFrame(_ marker: Int) -> Bool {
    (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
  }

  private static func readFrame(_ reader: ByteReader, _ offset: Int, name: String) throws -> ImageHeader {
    guard let precision = reader.byte(at: offset + 2), let height = reader.uint16(at: offset + 3),
      let width = reader.uint16(at: offset + 5), let channels = reader.byte(at: offset + 7)
    else { throw ImageError(name: name, problem: .truncated) }
    guard precision == 8 else { throw ImageError(name: name, problem: .unsupported("a \(precision)-bit JPEG")) }
    return ImageHeader(width: width, height: height, channels: channels)
  }
}
