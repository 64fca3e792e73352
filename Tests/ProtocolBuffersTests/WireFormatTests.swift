import ProtocolBuffers
import Testing

/// Messages by hand, as https://protobuf.dev/programming-guides/encoding/ has them.
@Suite struct WritingTests {
  private func bytes(_ build: (inout ProtobufMessage) -> Void) -> [UInt8] {
    var message = ProtobufMessage()
    build(&message)
    #expect(message.byteCount == message.bytes.count)
    return message.bytes
  }

  @Test func numbersOfManyBytes() {
    // The guide's own example: field 1 is 150.
    #expect(bytes { $0.add(1, integer: 150) } == [0x08, 0x96, 0x01])
    #expect(bytes { $0.add(1, integer: 127) } == [0x08, 0x7F])
    #expect(bytes { $0.add(1, integer: 128) } == [0x08, 0x80, 0x01])
    let minusOne = [UInt8](repeating: 0xFF, count: 9) + [1]
    #expect(bytes { $0.add(16, integer: -1) } == [0x80, 0x01] + minusOne)
  }

  @Test func textsAndMessages() {
    // The guide's examples: "testing", and a message of 150.
    #expect(bytes { $0.add(2, string: "testing") } == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
    #expect(bytes { $0.add(3) { $0.add(1, integer: 150) } } == [0x1A, 0x03, 0x08, 0x96, 0x01])
    #expect(bytes { $0.add(4, string: "") } == [0x22, 0])
    #expect(bytes { $0.add(4) { _ in } } == [0x22, 0])
  }

  @Test func fractions() {
    #expect(bytes { $0.add(1, float: 1) } == [0x0D, 0, 0, 0x80, 0x3F])
    #expect(bytes { $0.add(1, double: 1) } == [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F])
  }

  @Test func contentsAreFetchedWhenTheyAreWritten() throws {
    var fetched = 0
    var message = ProtobufMessage()
    message.add(1) {
      $0.add(1, integer: 7)
      $0.add(2, count: 300) { sink in
        fetched += 1
        // In two pieces.
        try [UInt8](repeating: 5, count: 299).withUnsafeBytes(sink)
        try [UInt8]([6]).withUnsafeBytes(sink)
      }
      $0.add(3, integer: 8)
    }
    #expect(fetched == 0 && message.byteCount == 3 + 2 + 3 + 300 + 2)
    var written: [UInt8] = []
    try message.write { written += $0 }
    #expect(fetched == 1)
    let length: [UInt8] = [0xB3, 0x02]
    #expect(
      written == [0x0A] + length + [0x08, 7, 0x12, 0xAC, 0x02] + [UInt8](repeating: 5, count: 299) + [6, 0x18, 8])
  }

  @Test func sinksAndContentsMayFail() {
    struct Full: Error {}
    var message = ProtobufMessage()
    message.add(1, integer: 1)
    #expect(throws: Full.self) { try message.write { _ in throw Full() } }
    message.add(2, count: 3) { _ in throw Full() }
    #expect(throws: Full.self) { try message.write { _ in } }
  }
}

@Suite struct ReadingTests {
  private enum Read: Equatable {
    case varint(Int, UInt64)
    case fixed64(Int, UInt64)
    case fixed32(Int, UInt32)
    case bytes(Int, [UInt8])
  }

  private func read(_ bytes: [UInt8]) throws -> [Read] {
    try bytes.withUnsafeBytes { buffer in
      var reader = ProtobufReader(buffer)
      var fields: [Read] = []
      while let field = try reader.next() {
        switch field.value {
        case .varint(let value): fields.append(.varint(field.number, value))
        case .fixed64(let value): fields.append(.fixed64(field.number, value))
        case .fixed32(let value): fields.append(.fixed32(field.number, value))
        case .bytes(let value): fields.append(.bytes(field.number, Array(value)))
        }
      }
      #expect(reader.isAtEnd)
      return fields
    }
  }

  @Test func readsEveryWireType() throws {
    #expect(try read([]) == [])
    #expect(try read([0x08, 0x96, 0x01, 0x12, 2, 9, 8]) == [.varint(1, 150), .bytes(2, [9, 8])])
    #expect(try read([0x0D, 0, 0, 0x80, 0x3F]) == [.fixed32(1, Float(1).bitPattern)])
    #expect(try read([0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F]) == [.fixed64(1, 1.0.bitPattern)])
    #expect(try read([0x08] + [UInt8](repeating: 0xFF, count: 9) + [1]) == [.varint(1, .max)])
    // Longer than it needs to be, which is allowed.
    #expect(try read([0x08, 0x80, 0x80, 0]) == [.varint(1, 0)])
    // The largest field number there is.
    #expect(try read([0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 1]) == [.varint(0x1FFF_FFFF, 1)])
  }

  @Test func readsWhatIsWritten() throws {
    var message = ProtobufMessage()
    for value in [0, 1, 300, -1, Int.max, Int.min] { message.add(5, integer: value) }
    let values = try read(message.bytes).map { field in
      if case .varint(5, let value) = field { Int(Int64(bitPattern: value)) } else { 12345 }
    }
    #expect(values == [0, 1, 300, -1, Int.max, Int.min])
  }

  static let refusals: [(String, [UInt8])] = [
    ("cut off", [0x80]), ("cut off", [0x08]), ("cut off", [0x08, 0xFF]),
    ("64 bits", [0x08] + [UInt8](repeating: 0xFF, count: 9) + [2]),
    ("64 bits", [0x08] + [UInt8](repeating: 0x80, count: 10) + [0]), ("number 0", [0x00, 1]),
    // Beyond the largest field number.
    ("number 536870912", [0x80, 0x80, 0x80, 0x80, 0x10, 1]), ("longer than the 1", [0x0A, 2, 1]),
    ("longer than the 0", [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]),
    ("longer than the 3", [0x0D, 1, 2, 3]), ("longer than the 7", [0x09, 1, 2, 3, 4, 5, 6, 7]), ("wire type 3", [0x0B]),
    ("wire type 4", [0x0C]), ("wire type 6", [0x0E, 1]), ("wire type 7", [0x0F, 1]),
  ]

  @Test(arguments: refusals) func refuses(words: String, bytes: [UInt8]) throws {
    do {
      let fields = try read(bytes)
      Issue.record("\(fields)")
    } catch let damage as ProtobufDamage { #expect(damage.description.contains(words), "\(damage)") }
  }
}
