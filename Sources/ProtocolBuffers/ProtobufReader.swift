/// Walks over the fields of a message in wire format, without copying. Every length is checked against what is there, so
/// that bytes from anywhere can be read.
///
/// The bytes have to stay where they are while the reader and the fields it gave are in use.
public struct ProtobufReader {
  /// One field as it stands in the message.
  public struct Field {
    public let number: Int
    public let value: Value
  }

  public enum Value {
    case varint(UInt64)
    case fixed64(UInt64)
    case fixed32(UInt32)
    /// A text, a message, packed numbers or bytes.
    case bytes(UnsafeRawBufferPointer)
  }

  private var rest: Slice<UnsafeRawBufferPointer>

  public init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

  /// Whether everything has been read.
  public var isAtEnd: Bool { rest.isEmpty }

  /// The next field; nil at the end. Throws ``ProtobufDamage``.
  public mutating func next() throws(ProtobufDamage) -> Field? {
    guard !rest.isEmpty else { return nil }
    let key = try varint()
    let number = key >> 3
    guard (1...0x1FFF_FFFF).contains(number) else { throw ProtobufDamage("a field has the number \(number)") }
    switch key & 7 {
    case 0: return Field(number: Int(number), value: .varint(try varint()))
    case 1: return Field(number: Int(number), value: .fixed64(try fixed()))
    case 2: return Field(number: Int(number), value: .bytes(try take(varint())))
    case 5: return Field(number: Int(number), value: .fixed32(try fixed()))
    default: throw ProtobufDamage("field \(number) is of wire type \(key & 7), which no current file has")
    }
  }

  /// The next number of up to ten bytes, as packed fields have them one after the other.
  public mutating func varint() throws(ProtobufDamage) -> UInt64 {
    var value: UInt64 = 0
    for (place, byte) in rest.prefix(10).enumerated() {
      // The tenth byte has room for one bit.
      guard place < 9 || byte < 2 else { break }
      value |= UInt64(byte & 0x7F) << UInt64(7 * place)
      guard byte & 0x80 != 0 else {
        rest = rest.dropFirst(place + 1)
        return value
      }
    }
    throw ProtobufDamage(rest.count < 10 ? "it is cut off within a number" : "a number is longer than 64 bits")
  }

  /// The next number of a fixed width.
  public mutating func fixed<Number: FixedWidthInteger>() throws(ProtobufDamage) -> Number {
    let bytes = try take(UInt64(MemoryLayout<Number>.size))
    return Number(littleEndian: bytes.loadUnaligned(as: Number.self))
  }

  private mutating func take(_ count: UInt64) throws(ProtobufDamage) -> UnsafeRawBufferPointer {
    guard count <= UInt64(rest.count) else {
      throw ProtobufDamage("a field of \(count) bytes is longer than the \(rest.count) that are left")
    }
    defer { rest = rest.dropFirst(Int(count)) }
    return UnsafeRawBufferPointer(rebasing: rest.prefix(Int(count)))
  }
}

/// Bytes that are no message in wire format.
public struct ProtobufDamage: Error, CustomStringConvertible, Equatable, Sendable {
  public let description: String
  public init(_ description: String) { self.description = description }
}
