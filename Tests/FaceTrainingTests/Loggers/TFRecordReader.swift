@testable import FaceTraining

/// Reads TFRecord framing and checks every checksum.
func readTFRecords(_ bytes: [UInt8]) throws -> [[UInt8]] {
  struct Damaged: Error { var offset: Int }
  func number(_ slice: ArraySlice<UInt8>) -> UInt64 { slice.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  var records: [[UInt8]] = []
  var offset = 0
  while offset < bytes.count {
    guard offset + 12 <= bytes.count else { throw Damaged(offset: offset) }
    let length = bytes[offset..<offset + 8]
    let start = offset + 12
    guard number(bytes[offset + 8..<start]) == UInt64(CRC32C.masked(length)),
      let count = Int(exactly: number(length)), start + count + 4 <= bytes.count
    else { throw Damaged(offset: offset) }
    let payload = bytes[start..<start + count]
    offset = start + count + 4
    guard number(bytes[start + count..<offset]) == UInt64(CRC32C.masked(payload)) else {
      throw Damaged(offset: start)
    }
    records.append(Array(payload))
  }
  return records
}
