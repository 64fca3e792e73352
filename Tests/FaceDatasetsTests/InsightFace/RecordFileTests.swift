import Foundation
import TestSupport
import Testing

@testable import FaceDatasets

/// A `.rec` file made by hand, independent of the writer.
struct HandMadeRecords {
  private(set) var bytes = Data()
  private(set) var offsets: [Int] = []

  private mutating func add(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }

  /// Parts with their flags.
  mutating func add(_ parts: [(flag: UInt32, bytes: Data)]) {
    offsets.append(bytes.count)
    for part in parts {
      add(0xced7_230a)
      add(part.flag << 29 | UInt32(part.bytes.count))
      bytes.append(part.bytes)
      bytes.append(Data(count: (4 - bytes.count % 4) % 4))
    }
  }

  mutating func add(_ record: Data) { add([(0, record)]) }

  static func header(flag: UInt32 = 0, label: Float = 0, id: UInt64 = 0, labels: [Float] = []) -> Data {
    var data = Data()
    func add(_ value: some FixedWidthInteger) {
      withUnsafeBytes(of: value.littleEndian) { data.append(contentsOf: $0) }
    }
    add(flag)
    add(label.bitPattern)
    add(id)
    add(UInt64(0))
    for label in labels { add(label.bitPattern) }
    return data
  }

  var index: String { offsets.enumerated().map { "\($0)\t\($1)\n" }.joined() }
}

@Suite struct RecordFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func record(_ file: RecordFile, _ offset: Int) throws -> Data { try file.withRecord(at: offset) { Data($0) } }

  @Test func readsRecordsOfAnyLengthAndJoinsParts() throws {
    var made = HandMadeRecords()
    for length in 0..<9 { made.add(Data((0..<length).map { UInt8($0 + 1) })) }
    made.add([(1, Data([1, 2, 3, 4])), (2, Data()), (2, Data([5, 6, 7, 8])), (3, Data([9]))])
    let file = try RecordFile(folder.write("x.rec", made.bytes))
    #expect(file.scan() == made.offsets)
    for length in 0..<9 {
      #expect(try record(file, made.offsets[length]) == Data((0..<length).map { UInt8($0 + 1) }))
    }
    let magic: [UInt8] = [0x0a, 0x23, 0xd7, 0xce]
    #expect(try record(file, made.offsets[9]) == Data([1, 2, 3, 4] + magic + magic + [5, 6, 7, 8] + magic + [9]))
  }

  @Test func writesWhatItReads() throws {
    let magic: [UInt8] = [0x0a, 0x23, 0xd7, 0xce]
    let records = [
      Data(), Data([7]), Data(magic), Data(magic + magic), Data([1, 2, 3, 4] + magic + [5]),
      Data([1] + magic + [2, 3, 4]),
      Data([UInt8](repeating: 9, count: 1000) + magic),
    ]
    let framed = records.map(RecordWriter.framed)
    let file = try RecordFile(folder.write("x.rec", framed.reduce(Data(), +)))
    let offsets = file.scan()
    #expect(offsets.count == records.count)
    for (offset, wanted) in zip(offsets, records) { #expect(try record(file, offset) == wanted) }
    // Only a magic number at a multiple of 4 splits a record, as dmlc's writer does.
    #expect(framed[4].count == 8 + 4 + 8 + 4 && framed[5].count == 8 + 8)
  }

  @Test func goesOnBehindDamage() throws {
    var made = HandMadeRecords()
    for value in 0..<5 { made.add(Data(repeating: UInt8(value), count: 10)) }
    var bytes = made.bytes
    bytes[made.offsets[2]] = 0
    let file = try RecordFile(folder.write("x.rec", bytes))
    #expect(file.scan() == made.offsets)
    #expect(throws: DatasetError.self) { try record(file, made.offsets[2]) }
    #expect(try record(file, made.offsets[3]) == Data(repeating: 3, count: 10))

    let cut = try RecordFile(folder.write("cut.rec", made.bytes.dropLast(3)))
    #expect(cut.scan() == made.offsets)
    expectDatasetError(.malformed, "cut.rec", "ends within") { _ = try record(cut, made.offsets[4]) }
  }

  @Test func aChainOfPartsThatNeverEndsIsOneDamage() throws {
    var made = HandMadeRecords()
    made.add([(1, Data([1, 2, 3, 4])), (2, Data([1, 2, 3, 4]))])
    made.add(Data([8]))
    made.add([(3, Data([1]))])
    made.add(Data([9]))
    let file = try RecordFile(folder.write("x.rec", made.bytes))
    #expect(file.scan() == made.offsets)
    #expect(throws: DatasetError.self) { try record(file, made.offsets[0]) }
    #expect(try record(file, made.offsets[1]) == Data([8]))
    expectDatasetError(.malformed, "middle of a record") { _ = try record(file, made.offsets[2]) }
    #expect(try record(file, made.offsets[3]) == Data([9]))
  }

  @Test func noticesThatTheFileWasShortened() throws {
    var made = HandMadeRecords()
    for value in 0..<2000 { made.add(Data(repeating: UInt8(value % 256), count: 100)) }
    let path = try folder.write("x.rec", made.bytes)
    let file = try RecordFile(path)
    truncate(path, 100)
    expectDatasetError(.malformed, "shortened") { _ = try record(file, made.offsets[1999]) }
  }

  @Test func readsAnIndexInAnyOrder() throws {
    let sorted = try RecordIndex(contentsOf: folder.write("a.idx", "0\t0\n1\t40\r\n2 80"))
    #expect(sorted.keys == [0, 1, 2] && sorted.offsets == [0, 40, 80])
    let mixed = try RecordIndex(contentsOf: folder.write("b.idx", "7\t40\n3\t0\n\n12\t80\n"))
    #expect(mixed.keys == [3, 7, 12] && mixed.offsets == [0, 40, 80])
    #expect(mixed.offset(of: 7) == 40 && mixed.offset(of: 4) == nil && mixed.position(of: 12) == 2)
    #expect(try RecordIndex(contentsOf: folder.write("c.idx")).keys.isEmpty)
  }

  @Test(arguments: ["a\t0\n", "1\n", "1\t2\t3\n", "1\t-4\n", "1\t99999999999999999999\n", "0\t0\n0\t8\n"])
  func refusesWhatIsNoIndex(text: String) throws {
    let path = try folder.write("x.idx", text)
    expectDatasetError(.malformed, "x.idx") { _ = try RecordIndex(contentsOf: path) }
  }
}
