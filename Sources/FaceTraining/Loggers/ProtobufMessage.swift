/// Writes the few kinds of Protocol Buffers fields that event files need, by field number.
struct ProtobufMessage {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, integer: Int) {
    addKey(field, wire: 0)
    addVarint(UInt64(bitPattern: Int64(integer)))
  }

  mutating func add(_ field: Int, double: Double) {
    addKey(field, wire: 1)
    bytes += littleEndian(double.bitPattern)
  }

  mutating func add(_ field: Int, float: Float) {
    addKey(field, wire: 5)
    bytes += littleEndian(float.bitPattern)
  }

  mutating func add(_ field: Int, string: String) { add(field, contents: Array(string.utf8)) }

  mutating func add(_ field: Int, message build: (inout ProtobufMessage) -> Void) {
    var message = ProtobufMessage()
    build(&message)
    add(field, contents: message.bytes)
  }

  private mutating func add(_ field: Int, contents: [UInt8]) {
    addKey(field, wire: 2)
    addVarint(UInt64(contents.count))
    bytes += contents
  }

  private mutating func addKey(_ field: Int, wire: Int) { addVarint(UInt64(field << 3 | wire)) }

  private mutating func addVarint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
