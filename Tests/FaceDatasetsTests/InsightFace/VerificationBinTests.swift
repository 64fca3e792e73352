import FaceImages
import Foundation
import TestSupport
import Testing

@testable import FaceDatasets

@Suite struct VerificationBinTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func fixture(_ name: String) -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.appendingPathComponent("../TorchTests/Fixtures/insightface/\(name)").standardizedFileURL.path
  }

  private let photos: [[UInt8]] = [
    [0xff, 0xd8] + Array("first".utf8), [], Array(0...255) + Array(0...255), Array("fourth\n'\"\\".utf8),
  ]

  @Test(arguments: [
    "pairs-0.bin", "pairs-1.bin", "pairs-2.bin", "pairs-3.bin", "pairs-4.bin", "pairs-5.bin", "arrays-2.bin",
    "arrays-4.bin", "answers.bin",
  ])
  func readsWhatPythonPickles(name: String) throws {
    let set = try VerificationBin.load(fixture(name))
    #expect(
      set.pairs == [
        FacePair(first: 0, second: 1, same: true, fold: 0), FacePair(first: 2, second: 3, same: false, fold: 1),
      ])
    #expect(set.convention == .insightFace)
    let stored = try #require(set.dataset as? BinPhotos)
    for index in 0..<4 { #expect(try stored.withPicture(at: index) { Array($0) } == photos[index], "\(name)") }
  }

  @Test func namesTheKnownProtocols() throws {
    let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture("pairs-4.bin")))
    for name in ["vgg2_fp", "mine", "lfw", "agedb_30", "cfp_fp"] { try folder.write("\(name).bin", bytes) }
    try folder.write("train.rec")
    let sets = try VerificationBin.sets(beside: folder.path)
    #expect(sets.map(\.name) == ["LFW", "CFP-FP", "AgeDB-30", "VGG2-FP", "mine"])
    #expect(try VerificationBin.sets(beside: folder.path + "/lfw.bin").isEmpty)
    #expect(DatasetLayout(of: folder.path + "/lfw.bin") == .bin)
  }

  @Test func refusesWhatIsNoBin() throws {
    func refused(_ bytes: Data, _ word: String, _ location: SourceLocation = #_sourceLocation) throws {
      let path = try folder.write("x.bin", bytes)
      expectDatasetError(.malformed, "x.bin", word, location: location) { _ = try VerificationBin.load(path) }
    }
    try refused(Data("cos\nsystem\n(S'touch x'\ntR.".utf8), "os.system")
    try refused(Data("(lp0\n.".utf8), "something else")
    try refused(Data(), "ends in the middle")
    // One photo for one answer; a photo that is a number; an answer that is a text.
    let start: [UInt8] = [0x80, 3, 0x5d, 0x28, 0x43, 1, 65]
    try refused(Data(start + [0x65, 0x5d, 0x28, 0x88, 0x65, 0x86, 0x2e]), "1 photos and 1 answers")
    try refused(Data(start + [0x4b, 1, 0x65, 0x5d, 0x28, 0x88, 0x65, 0x86, 0x2e]), "photo 2")
    try refused(Data(start + [0x43, 0, 0x65, 0x5d, 0x28, 0x8c, 1, 65, 0x65, 0x86, 0x2e]), "answer to pair 1")
    // Photos that are copies of one text: two have fewer bytes than the file, eighty have not.
    let text: [UInt8] = [0x58, 60, 0, 0, 0] + [UInt8](repeating: 97, count: 60) + [0x71, 0, 0x30]
    let photo: [UInt8] =
      Array("c_codecs\nencode\n".utf8) + [0x68, 0, 0x58, 6, 0, 0, 0] + Array("latin1".utf8) + [0x86, 0x52]
    func copies(_ pairs: Int) -> Data {
      let photos = [[UInt8]](repeating: photo, count: 2 * pairs).flatMap { $0 }
      return Data(
        [0x80, 2] + text + [0x5d, 0x28] + photos + [0x65, 0x5d, 0x28] + [UInt8](repeating: 0x88, count: pairs) + [
          0x65, 0x86, 0x2e,
        ])
    }
    #expect(try VerificationBin.load(folder.write("few.bin", copies(1))).pairs.count == 1)
    try refused(copies(40), "larger than the file")
    let missing = folder.path + "/none.bin"
    expectDatasetError(.missing, "none.bin") { _ = try VerificationBin.load(missing) }
  }

  /// Answers that each take a million bytes to look at: the first that is none is enough.
  @Test(.timeLimit(.minutes(1))) func endsWithTheFirstAnswerThatIsNone() throws {
    func text(_ text: String) -> [UInt8] {
      [0x58] + (0..<4).map { UInt8(truncatingIfNeeded: text.utf8.count >> (8 * $0)) } + Array(text.utf8)
    }
    func call(_ name: String, _ arguments: [UInt8]...) -> [UInt8] {
      Array("c\(name)\n".utf8) + arguments.joined() + [arguments.count == 1 ? 0x85 : 0x86, 0x52]
    }
    let long = call("_codecs\nencode", text(String(repeating: "a", count: 1_000_000)), text("latin1"))
    let scalar = call("numpy.core.multiarray\nscalar", call("numpy\ndtype", text("b1")), long)
    let again = [[UInt8]](repeating: [0x68, 1], count: 60_000).joined()
    let bytes = Data([0x80, 2, 0x5d, 0x5d, 0x28] + scalar + [0x71, 1] + again + [0x65, 0x86, 0x2e])
    let path = try folder.write("x.bin", bytes)
    expectDatasetError(.malformed, "x.bin", "answer to pair 1") { _ = try VerificationBin.load(path) }
  }

  @Test func writesPairsByFoldAndLeavesDamageOut() throws {
    var paths: [String] = []
    for index in 0..<6 {
      let image = Image(width: 20, height: 30, color: RGB(UInt8(40 * index), 100, 20))
      paths.append(try folder.write("\(index).jpg", image.jpegData()))
    }
    paths.append(try folder.write("broken.jpg", "no picture"))
    let pairs = [(4, 5, false, 1), (0, 6, true, 0), (0, 1, true, 0), (2, 3, false, 0), (1, 0, true, 1)].map {
      FacePair(first: $0.0, second: $0.1, same: $0.2, fold: $0.3)
    }
    let set = VerificationSet(name: "mine", dataset: ImageList(name: "mine", paths: paths), pairs: pairs)
    let path = folder.path + "/mine.bin"
    let outcome = try BinPacking(set, side: 16).write(to: path, threads: 2)
    #expect(outcome.pairs == 4 && outcome.damaged.map(\.index) == [6])
    let read = try VerificationBin.load(path)
    #expect(read.pairs.map(\.same) == [true, false, false, true])
    let reds = try (0..<8).map { Int(try read.dataset.image(at: $0, minimumSide: nil)[8, 8].red) }
    #expect(zip(reds, [0, 40, 80, 120, 160, 200, 40, 0]).allSatisfy { abs($0 - $1) < 8 }, "\(reds)")
    #expect(try read.dataset.size(at: 0) == (16, 16))

    // As they are, the photos stay the same bytes.
    let copy = folder.path + "/copy.bin"
    _ = try BinPacking(read, side: nil).write(to: copy, threads: 1)
    #expect(try Data(contentsOf: URL(fileURLWithPath: copy)) == Data(contentsOf: URL(fileURLWithPath: path)))
    expectDatasetError(.empty, "pairs") {
      let bad = VerificationSet(name: "bad", dataset: set.dataset, pairs: [pairs[1]])
      _ = try BinPacking(bad).write(to: folder.path + "/bad.bin", threads: 1)
    }
  }
}
