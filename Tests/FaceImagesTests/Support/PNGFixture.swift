/// PNG files put together byte by byte, without compression, for the variants that no encoder at hand writes.
enum PNGFixture {
  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Parameters:
  ///   - rows: The scan lines as stored, without filter bytes.
  ///   - extra: Chunks between the header and the pixels.
  static func file(
    width: Int, height: Int, depth: UInt8, colorType: UInt8, rows: [[UInt8]], extra: [[UInt8]] = []
  ) -> [UInt8] {
    let header = bigEndian(width) + bigEndian(height) + [depth, colorType, 0, 0, 0]
    let pixels = stored(rows.flatMap { [0] + $0 })
    return signature + chunk("IHDR", header) + extra.flatMap { $0 } + chunk("IDAT", pixels) + chunk("IEND", [])
  }

  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let body = Array(type.utf8) + data
    return bigEndian(data.count) + body + bigEndian(Int(crc32(body)))
  }

  /// The file with the right checksum behind every chunk that can be found; other files as they are.
  static func withChecksumsRepaired(_ file: [UInt8]) -> [UInt8] {
    guard file.starts(with: signature) else { return file }
    var file = file
    var offset = 8
    while offset + 12 <= file.count {
      let length = file[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
      guard offset + 12 + length <= file.count else { break }
      let end = offset + 8 + length
      file.replaceSubrange(end..<(end + 4), with: bigEndian(Int(crc32(Array(file[(offset + 4)..<end])))))
      offset = end + 4
    }
    return file
  }

  static func bigEndian(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// A zlib stream with one block that is not compressed (RFC 1950, RFC 1951).
  private static func stored(_ data: [UInt8]) -> [UInt8] {
    let (low, high) = (UInt8(data.count & 0xFF), UInt8(data.count >> 8))
    var (a, b) = (1, 0)
    for byte in data {
      a = (a + Int(byte)) % 65521
      b = (b + a) % 65521
    }
    return [0x78, 0x01, 0x01, low, high, ~low, ~high] + data + bigEndian(b << 16 | a)
  }

  private static func crc32(_ data: [UInt8]) -> UInt32 {
    ~data.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }
  }
}
