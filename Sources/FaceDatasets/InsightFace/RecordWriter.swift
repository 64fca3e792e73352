import AtomicFiles
import Foundation

/// Appends records to a `.rec` file as dmlc's RecordIO does, and remembers where each begins.
struct RecordWriter {
  private let sink: FileSink
  private var position = 0
  /// Where each record began, in the order they were written.
  private(set) var offsets: [Int] = []

  init(_ sink: FileSink) { self.sink = sink }

  /// Throws `FileWriteError`. Traps when a part is longer than RecordIO can say, half a gigabyte.
  mutating func append(_ record: Data) throws {
    offsets.append(position)
    let bytes = RecordWriter.framed(record)
    try sink.append(bytes)
    position += bytes.count
  }

  /// Overwrites the record that was written as the `index`-th with one of the same length.
  func replace(_ index: Int, with record: Data) throws {
    try sink.overwrite(at: offsets[index], RecordWriter.framed(record))
  }

  /// A record's parts with their magic numbers, lengths and padding.
  static func framed(_ record: Data) -> Data {
    var framed = Data(capacity: record.count + 12)
    var start = 0
    func add(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { framed.append(contentsOf: $0) } }
    func addPart(_ range: Range<Int>, flag: UInt32) {
      precondition(range.count <= RecordFile.longestPart, "a record of \(range.count) bytes")
      add(RecordFile.magic)
      add(flag << 29 | UInt32(range.count))
      framed.append(record.subdata(in: (record.startIndex + range.lowerBound)..<(record.startIndex + range.upperBound)))
    }
    for place in magicPlaces(record) {
      addPart(start..<place, flag: start == 0 ? 1 : 2)
      start = place + 4
    }
    addPart(start..<record.count, flag: start == 0 ? 0 : 3)
    framed.append(Data(count: (4 - framed.count % 4) % 4))
    return framed
  }

  /// The multiples of 4 at which the record's own bytes are the magic number.
  private static func magicPlaces(_ record: Data) -> [Int] {
    record.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count / 4 * 4, by: 4).filter {
        bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self).littleEndian == RecordFile.magic
      }
    }
  }
}
