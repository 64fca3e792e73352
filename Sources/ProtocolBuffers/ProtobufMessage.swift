/// A message of Protocol Buffers in its wire format (https://protobuf.dev/programming-guides/encoding/), by field number.
///
/// Large contents are named here and fetched when the message is written: a message may be larger than memory.
public struct ProtobufMessage {
  /// Hands out bytes, in one piece or several, to the function it is given.
  public typealias Contents = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

  private enum Piece {
    case bytes([UInt8])
    case later(count: Int, Contents)
  }

  private var pieces: [Piece] = []
  /// Bytes that the message takes.
  public private(set) var byteCount = 0

  public init() {}

  /// A number of type int32, int64, uint32 or an enumeration; negative ones take ten bytes.
  public mutating func add(_ field: Int, integer: Int) {
    append(key(field, wire: 0) + varint(UInt64(bitPattern: Int64(integer))))
  }

  public mutating func add(_ field: Int, double: Double) {
    append(key(field, wire: 1) + littleEndian(double.bitPattern))
  }

  public mutating func add(_ field: Int, float: Float) {
    append(key(field, wire: 5) + littleEndian(float.bitPattern))
  }

  public mutating func add(_ field: Int, string: String) { add(field, bytes: Array(string.utf8)) }

  public mutating func add(_ field: Int, bytes: [UInt8]) {
    append(key(field, wire: 2) + varint(UInt64(bytes.count)) + bytes)
  }

  /// Bytes that are fetched when the message is written. `contents` has to hand out `count` bytes: ``write(to:)`` traps when
  /// it does not, since the lengths around them have been written by then.
  public mutating func add(_ field: Int, count: Int, contents: @escaping Contents) {
    append(key(field, wire: 2) + varint(UInt64(count)))
    pieces.append(.later(count: count, contents))
    byteCount += count
  }

  public mutating func add(_ field: Int, message build: (inout ProtobufMessage) throws -> Void) rethrows {
    var message = ProtobufMessage()
    try build(&message)
    append(key(field, wire: 2) + varint(UInt64(message.byteCount)))
    for piece in message.pieces { append(piece) }
  }

  /// Hands the message's bytes to `sink`, piece by piece. Throws what `sink` or contents throw.
  public func write(to sink: (UnsafeRawBufferPointer) throws -> Void) throws {
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): try bytes.withUnsafeBytes(sink)
      case .later(let count, let contents):
        var written = 0
        try contents {
          written += $0.count
          try sink($0)
        }
        precondition(written == count, "\(written) bytes instead of \(count)")
      }
    }
  }

  /// The whole message. Traps when some of it is fetched later: use ``write(to:)``.
  public var bytes: [UInt8] {
    pieces.flatMap { piece in
      guard case .bytes(let bytes) = piece else { preconditionFailure("contents are fetched by write(to:)") }
      return bytes
    }
  }

  private mutating func append(_ piece: Piece) {
    switch piece {
    case .bytes(let bytes): append(bytes)
    case .later(let count, _):
      pieces.append(piece)
      byteCount += count
    }
  }

  private mutating func append(_ bytes: [UInt8]) {
    byteCount += bytes.count
    if case .bytes(let last) = pieces.last {
      // Otherwise the array would be copied while the enumeration holds it too.
      pieces.removeLast()
      var joined = consume last
      joined += bytes
      pieces.append(.bytes(joined))
    } else {
      pieces.append(.bytes(bytes))
    }
  }
}

private func key(_ field: Int, wire: Int) -> [UInt8] { varint(UInt64(field << 3 | wire)) }

private func varint(_ value: UInt64) -> [UInt8] {
  var bytes: [UInt8] = []
  var rest = value
  while rest > 0x7F {
    bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
    rest >>= 7
  }
  bytes.append(UInt8(rest))
  return bytes
}

private func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
