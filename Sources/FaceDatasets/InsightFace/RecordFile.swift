import Foundation
import Torch

/// A file of records in the layout of dmlc's RecordIO, which MXNet and InsightFace use (`.rec`), mapped into memory.
///
/// A record is a magic number, a word whose upper 3 bits say which part of a record this is (0 all of it, 1 the first, 2 one
/// in the middle, 3 the last) and whose lower 29 bits are the part's length, and the bytes, padded to a multiple of 4; all
/// numbers are little endian. The writer splits a record where its bytes hold the magic number at a multiple of 4, and
/// leaves that number out: joining the parts puts it back.
struct RecordFile: Sendable {
  static let magic: UInt32 = 0xced7_230a
  /// The longest part that its 29 bits can say.
  static let longestPart = 1 << 29 - 1

  let file: MappedFile
  var path: String { file.path }

  /// Throws `DatasetError` when the file cannot be mapped or is empty.
  init(_ path: String) throws {
    do {
      file = try MappedFile(path)
    } catch let error as MappedFileError {
      throw DatasetError(
        .missing, path: path, problem: "cannot be opened (\(error.reason))",
        remedy: "check the path and the file's permissions")
    }
    guard !file.bytes.isEmpty else {
      throw DatasetError(.empty, path: path, problem: "the file is empty", remedy: "copy it again")
    }
  }

  /// One part of a record: where its bytes are, and where the next part begins.
  private struct Part {
    let flag: UInt32
    let bytes: Range<Int>
    let end: Int
  }

  private func word(at offset: Int) -> UInt32? {
    guard offset >= 0, offset <= file.bytes.count - 4 else { return nil }
    return file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
  }

  private func part(at offset: Int) throws -> Part {
    guard let magic = word(at: offset), let length = word(at: offset + 4) else {
      throw damaged(offset, "the file ends before it")
    }
    guard magic == RecordFile.magic else { throw damaged(offset, "no record begins there") }
    let count = Int(length & 0x1fff_ffff)
    let start = offset + 8
    guard count <= file.bytes.count - start else { throw damaged(offset, "the file ends within it") }
    // The last record's padding may be missing.
    let end = min(start + (count + 3) / 4 * 4, file.bytes.count)
    return Part(flag: length >> 29, bytes: start..<(start + count), end: end)
  }

  private func damaged(_ offset: Int, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: path, problem: "the record at byte \(offset) is damaged: \(problem)",
      remedy: "copy or download the file and its .idx again, or go on without the record")
  }

  /// Calls `body` with the bytes of the record at `offset`; those of a record in several parts are copied together.
  /// Throws `DatasetError` when it is damaged or the file was shortened, or what `body` throws.
  func withRecord<Result>(at offset: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    do {
      try file.checkSize()
    } catch let error as MappedFileError {
      throw damaged(offset, error.reason)
    }
    let first = try part(at: offset)
    if first.flag == 0 { return try body(UnsafeRawBufferPointer(rebasing: file.bytes[first.bytes])) }
    return try joined(first, at: offset).withUnsafeBytes(body)
  }

  private func joined(_ first: Part, at offset: Int) throws -> [UInt8] {
    guard first.flag == 1 else { throw damaged(offset, "it begins in the middle of a record") }
    var joined = Array(file.bytes[first.bytes])
    var next = first.end
    while true {
      let part = try part(at: next)
      guard part.flag == 2 || part.flag == 3 else { throw damaged(offset, "its last part is missing") }
      withUnsafeBytes(of: RecordFile.magic.littleEndian) { joined += $0 }
      joined += file.bytes[part.bytes]
      if part.flag == 3 { return joined }
      next = part.end
    }
  }

  /// Where each record begins, found by walking through the file. After damage the walk goes on at the next magic number
  /// that a whole record follows; the place of the damage is among the offsets, since what cannot be read is to be counted.
  func scan() -> [Int] {
    var offsets: [Int] = []
    var offset = 0
    while offset < file.bytes.count {
      offsets.append(offset)
      let (end, isWhole) = walk(from: offset)
      offset = isWhole || isStart(end) ? end : nextRecord(after: end)
    }
    return offsets
  }

  /// Where the record ends, or its damage begins.
  private func walk(from offset: Int) -> (end: Int, isWhole: Bool) {
    guard var part = try? part(at: offset), part.flag < 2 else { return (offset, false) }
    while part.flag == 1 || part.flag == 2 {
      guard let next = try? self.part(at: part.end), next.flag >= 2 else { return (part.end, false) }
      part = next
    }
    return (part.end, true)
  }

  /// Whether a record can begin there.
  private func isStart(_ offset: Int) -> Bool {
    guard word(at: offset) == RecordFile.magic, let length = word(at: offset + 4) else { return false }
    return length >> 29 < 2 && Int(length & 0x1fff_ffff) <= file.bytes.count - offset - 8
  }

  private func nextRecord(after offset: Int) -> Int {
    var place = offset / 4 * 4 + 4
    while place <= file.bytes.count - 8 {
      if isStart(place) { return place }
      place += 4
    }
    return file.bytes.count
  }
}

/// What stands before the picture in a record (MXNet's IRHeader): 24 bytes, then `flag` labels when `flag` is not 0.
struct RecordHeader: Equatable {
  static let byteCount = 24

  /// How many labels follow the header; 0 when there is one, in the header.
  var flag: UInt32
  var labels: [Float]
  var id: UInt64
  var id2: UInt64
  /// Bytes before the picture.
  var length: Int { RecordHeader.byteCount + 4 * Int(flag) }

  init(labels: [Float], id: UInt64, isArray: Bool) {
    flag = isArray ? UInt32(labels.count) : 0
    self.labels = labels
    self.id = id
    id2 = 0
  }

  /// Reads at most the first two labels, which is all that is meant by any. Nil when the record is too short.
  init?(_ record: UnsafeRawBufferPointer) {
    func word(_ offset: Int) -> UInt32 { record.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian }
    guard record.count >= RecordHeader.byteCount else { return nil }
    flag = word(0)
    guard Int(flag) <= (record.count - RecordHeader.byteCount) / 4 else { return nil }
    id = record.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
    id2 = record.loadUnaligned(fromByteOffset: 16, as: UInt64.self).littleEndian
    labels =
      flag == 0
      ? [Float(bitPattern: word(4))]
      : (0..<min(2, Int(flag))).map { Float(bitPattern: word(RecordHeader.byteCount + 4 * $0)) }
  }

  /// The header and its labels as they are stored.
  var bytes: Data {
    var data = Data()
    func add(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    add(flag)
    // An array's place in the header itself holds nothing.
    add(flag == 0 ? labels[0].bitPattern : Float(0).bitPattern)
    add(id)
    add(id2)
    if flag > 0 { for label in labels { add(label.bitPattern) } }
    return data
  }
}
