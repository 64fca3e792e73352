/// Reads numbers from untrusted bytes; nil instead of a read past the end.
struct ByteReader {
  let bytes: UnsafeRawBufferPointer
  var bigEndian = true

  func byte(at offset: Int) -> Int? {
    offset >= 0 && offset < bytes.count ? Int(bytes[offset]) : nil
  }

  func uint16(at offset: Int) -> Int? {
    guard let first = byte(at: offset), let second = byte(at: offset + 1) else { return nil }
    return bigEndian ? first << 8 | second : second << 8 | first
  }

  func uint32(at offset: Int) -> Int? {
    guard let first = uint16(at: offset), let second = uint16(at: offset + 2) else { return nil }
    return bigEndian ? first << 16 | second : second << 16 | first
  }

  /// Whether the ASCII `text` stands at `offset`.
  func matches(_ text: StaticString, at offset: Int) -> Bool {
    guard offset >= 0, offset <= bytes.count - text.utf8CodeUnitCount else { return false }
    return (0..<text.utf8CodeUnitCount).allSatisfy { bytes[offset + $0] == text.utf8Start[$0] }
  }

  /// The `count` bytes at `offset`, as far as they are there.
  func slice(at offset: Int, count: Int) -> UnsafeRawBufferPointer {
    guard offset >= 0, offset < bytes.count, count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    return UnsafeRawBufferPointer(rebasing: bytes[offset..<(offset + min(count, bytes.count - offset))])
  }
}
