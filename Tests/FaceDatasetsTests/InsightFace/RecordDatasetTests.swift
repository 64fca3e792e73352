import FaceImages
import Foundation
import TestSupport
import Testing

@testable import FaceDatasets

/// A photo of one color, whose red tells which it is.
private func photo(_ red: Int, side: Int = 16) throws -> Data {
  try Image(width: side, height: side, color: RGB(UInt8(red), 100, 50)).jpegData()
}

@Suite struct RecordDatasetTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func expectPhoto(
    _ data: RecordDataset, _ index: Int, _ red: Int, at location: SourceLocation = #_sourceLocation
  )
    throws
  {
    let pixel = try data.image(at: index, minimumSide: nil)[4, 4]
    #expect(abs(Int(pixel.red) - red) < 6, "\(data.source(at: index))", sourceLocation: location)
  }

  /// Three photos of two people, as InsightFace's own packer writes them.
  private func insightFace() throws -> HandMadeRecords {
    var made = HandMadeRecords()
    made.add(HandMadeRecords.header(flag: 2, labels: [4, 6]))
    // The label and whether the photo is aligned, which is how MS1MV2 has them.
    for (key, label) in [(1, 0), (2, 0), (3, 1)] {
      made.add(
        HandMadeRecords.header(flag: 2, id: UInt64(key), labels: [Float(label), 1]) + (try photo(60 * key)))
    }
    made.add(HandMadeRecords.header(flag: 2, id: 4, labels: [1, 3]))
    made.add(HandMadeRecords.header(flag: 2, id: 5, labels: [3, 4]))
    return made
  }

  @Test(arguments: [true, false])
  func readsInsightFacesLayout(withIndex: Bool) throws {
    let made = try insightFace()
    try folder.write("train.rec", made.bytes)
    if withIndex { try folder.write("train.idx", made.index) }
    for path in [folder.path, folder.path + "/train.rec"] {
      let data = try RecordDataset(path)
      #expect(data.count == 3 && data.identityCount == 2 && data.identityNames == ["0", "1"])
      #expect((0..<3).map(data.label) == [0, 0, 1])
      for index in 0..<3 { try expectPhoto(data, index, 60 * (index + 1)) }
      #expect(try data.size(at: 1) == (16, 16))
      #expect(data.source(at: 2) == folder.path + "/train.rec, record 3")
    }
    #expect(DatasetLayout(of: folder.path) == .rec)
  }

  @Test(arguments: [true, false])
  func readsRecordsWithoutTheirDirectory(withIndex: Bool) throws {
    // As MXNet's im2rec.py writes them: the first record is a photo, labels have gaps.
    var made = HandMadeRecords()
    for (red, label) in [(40, 7), (80, 3), (120, 7), (160, 900)] {
      made.add(HandMadeRecords.header(label: Float(label)) + (try photo(red)))
    }
    let path = try folder.write("faces.rec", made.bytes)
    if withIndex { try folder.write("faces.idx", made.index) }
    let data = try RecordDataset(path)
    #expect(data.identityNames == ["3", "7", "900"])
    #expect((0..<4).map(data.label) == [1, 0, 1, 2])
    for index in 0..<4 { try expectPhoto(data, index, 40 * (index + 1)) }
    let frequent = try RecordDataset(path, minimumPhotos: 2)
    #expect(frequent.count == 2 && frequent.identityNames == ["7"])
    try expectPhoto(frequent, 1, 120)
  }

  @Test func joinsPhotosInParts() throws {
    let record = HandMadeRecords.header(label: 1) + (try photo(90))
    // Bytes 4 to 8 of a part boundary are a magic number that the writer left out.
    let magic = Data([0x0a, 0x23, 0xd7, 0xce])
    let comment = Data([0xff, 0xfe, 0, 6]) + magic
    var whole = record[..<26] + comment
    whole += record[26...]
    let place = try #require(whole.firstRange(of: magic)).lowerBound
    var made = HandMadeRecords()
    #expect(place % 4 == 2, "the magic number must be moved to a multiple of 4")
    let padded = whole[..<26] + Data([0xff, 0xfe, 0, 4, 0, 0]) + whole[26...]
    let start = try #require(padded.firstRange(of: magic)).lowerBound
    #expect(start % 4 == 0)
    made.add([(1, Data(padded[..<start])), (3, Data(padded[(start + 4)...]))])
    let data = try RecordDataset(folder.write("x.rec", made.bytes))
    try expectPhoto(data, 0, 90)
  }

  @Test func countsDamagedRecordsAndLeavesThemOut() throws {
    var made = try insightFace()
    made.add(Data([1, 2, 3]))
    var bytes = made.bytes
    // The second photo's bytes are no picture.
    for place in 0..<40 { bytes[made.offsets[2] + 8 + 32 + place] = 0 }
    let listed = try RecordDataset(folder.write("a.rec", bytes))
    let store = PhotoStore(listed, side: 16)
    let damaged = store.preload(Array(0..<listed.count), threads: 2)
    #expect(damaged.map(\.index) == [1] && damaged[0].source.hasSuffix("record 2"))

    // Without a directory a record without a label counts too, and one whose label is no number.
    var plain = HandMadeRecords()
    plain.add(HandMadeRecords.header(label: 5) + (try photo(10)))
    plain.add(HandMadeRecords.header(label: .nan) + (try photo(20)))
    plain.add(Data([1, 2, 3]))
    let data = try RecordDataset(folder.write("b.rec", plain.bytes))
    #expect(data.count == 3 && data.identityCount == 1)
    let found = PhotoStore(data, side: 16).preload([0, 1, 2], threads: 1)
    #expect(found.map(\.index) == [1, 2], "\(found)")
    #expect(found[0].reason.contains("label") && found[1].reason.contains("too short"))
  }

  @Test func anIndexThatPointsNowhereIsDamageToo() throws {
    let made = try insightFace()
    let path = try folder.write("x.rec", made.bytes)
    try folder.write("x.idx", made.index.replacingOccurrences(of: "2\t\(made.offsets[2])", with: "2\t999999999"))
    let data = try RecordDataset(path)
    #expect(data.count == 3)
    #expect(PhotoStore(data, side: 16).preload([0, 1, 2], threads: 1).map(\.index) == [1])
  }

  @Test func aDirectoryThatDoesNotFitIsNotBelieved() throws {
    for labels in [[4, 5], [3, 5], [1e9, 2e9], [.nan, 6], [-4, 6]] as [[Float]] {
      var made = HandMadeRecords()
      made.add(HandMadeRecords.header(flag: 2, labels: labels))
      for key in 1...3 { made.add(HandMadeRecords.header(label: Float(10 * key)) + (try photo(60 * key))) }
      made.add(HandMadeRecords.header(flag: 2, labels: [1, 2]))
      let data = try RecordDataset(folder.write("x.rec", made.bytes))
      #expect(data.identityNames == ["10", "20", "30"], "\(labels)")
    }
  }

  @Test func manyThreadsReadTheSame() throws {
    var made = HandMadeRecords()
    for red in 0..<200 { made.add(HandMadeRecords.header(label: Float(red % 7)) + (try photo(red))) }
    let data = try RecordDataset(folder.write("x.rec", made.bytes))
    let expected = try (0..<200).map { try data.image(at: $0, minimumSide: nil) }
    let state = SharedWork()
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      while let index = state.next(below: 200) {
        if (try? data.image(at: index, minimumSide: nil)) != expected[index] {
          state.add(DamagedPhoto(index: index, source: "", reason: ""))
        }
      }
    }
    #expect(state.damaged.isEmpty)
  }

  @Test func saysWhatIsWrong() throws {
    expectDatasetError(.missing, "none.rec") { _ = try RecordDataset(folder.path + "/none.rec") }
    let empty = try folder.write("empty.rec")
    expectDatasetError(.empty, "empty.rec") { _ = try RecordDataset(empty) }
    var made = HandMadeRecords()
    made.add(HandMadeRecords.header(flag: 2, labels: [1, 1]))
    let nobody = try folder.write("nobody.rec", made.bytes)
    expectDatasetError(.empty, "no photos") { _ = try RecordDataset(nobody) }
  }
}

/// Two photos; while they are read a folder appears where the file of their records is to be.
private struct DisturbedPhotos: FaceDataset {
  let path: String
  let name = "disturbed"
  let count = 2
  let identityCount = 1
  func label(at index: Int) -> Int { 0 }
  func source(at index: Int) -> String { "\(index).jpg" }
  func image(at index: Int, minimumSide: Int?) throws -> Image {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return Image(width: 16, height: 16)
  }
}

@Suite struct RecordPackingTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func people() throws -> ImageFolder {
    for (place, name) in ["anna/a.jpg", "anna/deep/a.jpg", "bert/1.png", "cora/x.jpg"].enumerated() {
      let image = Image(width: 20, height: 30, color: RGB(UInt8(50 * place), 120, 10))
      try folder.write("people/" + name, name.hasSuffix("png") ? image.pngData() : image.jpegData())
    }
    try folder.write("people/bert/broken.jpg", "no picture")
    return try ImageFolder(root: folder.path + "/people")
  }

  @Test func packsAndUnpacks() throws {
    let people = try people()
    let path = folder.path + "/train.rec"
    let outcome = try RecordPacking(people, side: 24, quality: 95).write(to: path, threads: 2)
    #expect(outcome.photos == 4 && outcome.identities == 3)
    #expect(outcome.damaged.map(\.source) == [folder.path + "/people/bert/broken.jpg"])
    #expect(try String(contentsOfFile: folder.path + "/property", encoding: .utf8) == "3,24,24")

    // With and without the index the same is read.
    let listed = try RecordDataset(path)
    try FileManager.default.moveItem(atPath: folder.path + "/train.idx", toPath: folder.path + "/away")
    let walked = try RecordDataset(path)
    for data in [listed, walked] {
      #expect(data.count == 4 && (0..<4).map(data.label) == [0, 0, 1, 2])
      for index in 0..<4 {
        let image = try data.image(at: index, minimumSide: nil)
        #expect(image.width == 24 && image.height == 24 && abs(Int(image[12, 12].red) - 50 * index) < 6)
      }
    }

    let damaged = try RecordUnpacking(listed).write(to: folder.path + "/back", threads: 2)
    #expect(damaged.isEmpty)
    let back = try ImageFolder(root: folder.path + "/back")
    #expect(back.identityNames == ["anna", "bert", "cora"] && back.count == 4)
    #expect(
      Set((0..<4).map { back.files.path(at: $0) }.map { $0.dropFirst(folder.path.count + 6) }) == [
        "anna/a.jpg", "anna/2_a.jpg", "bert/1.jpg", "cora/x.jpg",
      ])

    // Packed again as they are, the photos are the same bytes.
    let again = try folder.folder("again") + "/again.rec"
    _ = try RecordPacking(listed, side: nil).write(to: again, threads: 1)
    let copy = try RecordDataset(again)
    for index in 0..<4 {
      #expect(try copy.withPicture(at: index) { Data($0) } == listed.withPicture(at: index) { Data($0) })
    }
  }

  @Test func writesTheHeaderThatInsightFaceReads() throws {
    let path = folder.path + "/train.rec"
    _ = try RecordPacking(people(), side: 16).write(to: path, threads: 1)
    let index = try RecordIndex(contentsOf: folder.path + "/train.idx")
    #expect(index.keys == Array(0...7))
    let file = try RecordFile(path)
    func header(_ key: Int) throws -> RecordHeader? {
      try file.withRecord(at: index.offset(of: key)!) { RecordHeader($0) }
    }
    #expect(try header(0)?.flag == 2 && header(0)?.labels == [5, 8])
    #expect(try (1...4).map { try header($0)?.labels } == [[0], [0], [1], [2]])
    #expect(try (1...4).map { try header($0)?.flag } == [0, 0, 0, 0])
    #expect(try (5...7).map { try header($0)?.labels } == [[1, 3], [3, 4], [4, 5]])
  }

  /// Photos whose names differ in their endings alone would be one file when they are unpacked.
  @Test func everyPhotoIsUnpackedUnderItsOwnName() throws {
    for (place, name) in ["1.jpg", "1.png", "b/1.jpg", "c/2_1.png"].enumerated() {
      let image = Image(width: 20, height: 20, color: RGB(UInt8(60 * place), 120, 10))
      try folder.write("twins/anna/" + name, name.hasSuffix("png") ? image.pngData() : image.jpegData())
    }
    let path = folder.path + "/twins.rec"
    let packing = try RecordPacking(ImageFolder(root: folder.path + "/twins"), side: 16)
    #expect(try packing.write(to: path, threads: 1).photos == 4)
    let back = folder.path + "/back"
    #expect(try RecordUnpacking(RecordDataset(path)).write(to: back + "/", threads: 2).isEmpty)
    for (place, name) in ["1.jpg", "2_1.jpg", "3_1.jpg", "4_2_1.jpg"].enumerated() {
      let pixel = try Image(contentsOf: "\(back)/anna/\(name)")[8, 8]
      #expect(abs(Int(pixel.red) - 60 * place) < 6, "\(name)")
    }
  }

  @Test(arguments: [1, 4]) func aListThatSaysANameTwiceLosesNoPhoto(threads: Int) throws {
    let path = folder.path + "/train.rec"
    _ = try RecordPacking(people(), side: 16).write(to: path, threads: 1)
    // The third name is what the second becomes; the fourth has no ending.
    try folder.write("train.lst", "1\t0\tp/1.jpg\n2\t0\tp/1.PNG\n3\t1\tp/2_1.jpg\n4\t2\tp.q/1\n")
    let data = try RecordDataset(path)
    let back = folder.path + "/back"
    #expect(try RecordUnpacking(data).write(to: back, threads: threads).isEmpty)
    for (index, name) in ["p/1.jpg", "p/2_1.jpg", "p/3_2_1.jpg", "p.q/1.jpg"].enumerated() {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(back)/\(name)"))
      #expect(try data.withPicture(at: index) { Data($0) } == bytes, "\(name)")
    }
  }

  /// An index says where the records of one file begin, and of no other.
  @Test func noIndexIsLeftBesideRecordsThatAreNotItsOwn() throws {
    let path = folder.path + "/train.rec"
    for name in ["train.idx", "train.lst", "property"] { try folder.write(name, "old") }
    #expect(throws: (any Error).self) {
      _ = try RecordPacking(DisturbedPhotos(path: path), side: 16).write(to: path, threads: 1)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["property", "train.rec"])
    #expect(try String(contentsOfFile: folder.path + "/property", encoding: .utf8) == "old")

    try FileManager.default.removeItem(atPath: path)
    _ = try RecordPacking(people(), side: 16).write(to: path, threads: 1)
    try folder.write("other/p/1.jpg", photo(90))
    let other = try ImageFolder(root: folder.path + "/other")
    _ = try RecordPacking(other, side: 24).write(to: path, threads: 1)
    #expect(try RecordIndex(contentsOf: folder.path + "/train.idx").keys == [0, 1, 2])
    #expect(try String(contentsOfFile: folder.path + "/train.lst", encoding: .utf8) == "1\t0\tp/1.jpg\n")
    #expect(try String(contentsOfFile: folder.path + "/property", encoding: .utf8) == "1,24,24")
    #expect(try RecordDataset(path).size(at: 0) == (24, 24))
  }

  /// A folder has one `property`, of the records that lie there.
  @Test func thePropertyOfOtherRecordsStays() throws {
    let path = folder.path + "/train.rec"
    _ = try RecordPacking(people(), side: 24).write(to: path, threads: 1)
    expectDatasetError(.invalidRequest, "property file of train.rec") {
      _ = try RecordPacking(people(), side: 16).write(to: folder.path + "/mine.rec", threads: 1)
    }
    #expect(try String(contentsOfFile: folder.path + "/property", encoding: .utf8) == "3,24,24")
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/mine.rec"))
    _ = try RecordPacking(people(), side: 16).write(to: path, threads: 1)
    #expect(try String(contentsOfFile: folder.path + "/property", encoding: .utf8) == "3,16,16")
  }

  @Test func refusesWhatCannotBePacked() throws {
    try folder.write("bad/anna/a.jpg", "no picture")
    let bad = try ImageFolder(root: folder.path + "/bad")
    expectDatasetError(.empty, "can be read") {
      _ = try RecordPacking(bad).write(to: folder.path + "/x.rec", threads: 1)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/x.rec"))
    expectDatasetError(.invalidRequest, "quality 0") { _ = try RecordPacking(bad, quality: 0) }
    let path = folder.path + "/train.rec"
    _ = try RecordPacking(people(), side: 16).write(to: path, threads: 1)
    try folder.write("train.lst", "1\t0\t../../evil.jpg\n")
    expectDatasetError(.malformed, "train.lst") { _ = try RecordUnpacking(RecordDataset(path)) }
    try FileManager.default.removeItem(atPath: folder.path + "/train.lst")
    expectDatasetError(.invalidRequest, "exists") {
      _ = try RecordUnpacking(RecordDataset(path)).write(to: folder.path, threads: 1)
    }
  }
}
