import AtomicFiles
import FaceImages
import Foundation
import TestSupport
import Testing

@testable import FaceDatasets

@Suite struct ShrunkCopyTests {
  private let folder: TemporaryFolder
  private var source: String { folder.path + "/cfp" }
  private var target: String { folder.path + "/small" }

  init() throws {
    folder = try TemporaryFolder()
    let photo = Image(width: 100, height: 160, color: RGB(200, 100, 50))
    try folder.write("cfp/Data/Images/001/frontal/01.jpg", photo.jpegData())
    try folder.write("cfp/Data/Images/001/frontal/02.png", Image(width: 10, height: 8).pngData())
    let points = (0..<30).map { "\($0 * 3), \($0 * 5)" }.joined(separator: "\r\n")
    try folder.write("cfp/Data/Fiducials/001/frontal/01.txt", points)
    try folder.write("cfp/Protocol/Pair_list_F.txt", "1 a\n")
    try folder.write("cfp/.hidden", "x")
  }

  @Test func photosAndLandmarksShrinkTogether() throws {
    let copy = try ShrunkCopy(of: source, to: target, side: 32)
    #expect(try copy.count == 4 && copy.write(threads: 2).isEmpty)
    let photo = try Image(contentsOf: target + "/Data/Images/001/frontal/01.jpg")
    #expect(photo.width == 32 && photo.height == 51)
    // A photo that is small already stays as it is.
    #expect(try Image(contentsOf: target + "/Data/Images/001/frontal/02.png").width == 10)
    let text = try String(contentsOfFile: target + "/Data/Fiducials/001/frontal/01.txt", encoding: .utf8)
    let last = text.split(separator: "\n").last!.split(separator: ",").map { Double($0)! }
    #expect(abs(last[0] - 87 * 0.32) < 1e-9 && abs(last[1] - 145 * 51 / 160) < 1e-9)
    #expect(try String(contentsOfFile: target + "/Protocol/Pair_list_F.txt", encoding: .utf8) == "1 a\n")
    #expect(!FileManager.default.fileExists(atPath: target + "/.hidden"))
  }

  @Test func theMiddleIsKept() throws {
    try folder.write("lfw/Ann/Ann_0001.jpg", Image(width: 250, height: 250, color: RGB(9, 9, 9)).jpegData())
    _ = try ShrunkCopy(of: folder.path + "/lfw", to: target, side: 60, fraction: 0.6).write(threads: 1)
    let photo = try Image(contentsOf: target + "/Ann/Ann_0001.jpg")
    #expect(photo.width == 60 && photo.height == 60)
    #expect(throws: DatasetError.self) { _ = try ShrunkCopy(of: source, to: target + "2", side: 60, fraction: 0.6) }
  }

  @Test(arguments: [1, 3]) func nothingIsLeftOfACopyThatIsStopped(threads: Int) throws {
    struct Stopped: Error {}
    let copy = try ShrunkCopy(of: source, to: target, side: 32)
    #expect(throws: Stopped.self) { _ = try copy.write(threads: threads) { if $0 == 3 { throw Stopped() } } }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["cfp"])
  }

  @Test func damagedPhotosAreNamedAndLeftOut() throws {
    try folder.write("cfp/Data/Images/001/frontal/03.jpg", "no photo")
    let damaged = try ShrunkCopy(of: source, to: target, side: 32).write(threads: 1)
    #expect(damaged.map(\.source) == [source + "/Data/Images/001/frontal/03.jpg"])
    #expect(!FileManager.default.fileExists(atPath: target + "/Data/Images/001/frontal/03.jpg"))
  }

  @Test func photosOfEveryFormatKeepTheirNames() throws {
    let photo = Image(width: 100, height: 160, color: RGB(200, 100, 50))
    try folder.write("mixed/ann/1.webp", photo.webpData())
    try folder.write("mixed/ann/1.png", photo.pngData())
    try folder.write("mixed/ann/2.WEBP", Image(width: 10, height: 8).webpData())
    let damaged = try ShrunkCopy(of: folder.path + "/mixed", to: target, side: 32).write(threads: 2)
    #expect(damaged.isEmpty, "\(damaged)")
    for (name, ending, width) in [("1.webp", "webp", 32), ("1.png", "png", 32), ("2.WEBP", "webp", 10)] {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(target)/ann/\(name)"))
      #expect(try Image(decoding: bytes, name: name).width == width)
      let found = bytes.withUnsafeBytes { Image.fileEnding(of: $0) }
      #expect(found == ending, "\(name)")
    }
  }

  /// What cannot be written is no damaged photo: a copy without it would pass for whole.
  @Test func aFileThatCannotBeWrittenStopsTheCopy() throws {
    for number in 1...3 { try folder.write("three/\(number).jpg", Image(width: 40, height: 40).jpegData()) }
    let copy = try ShrunkCopy(of: folder.path + "/three", to: target, side: 32)
    // A folder appears where the second photo is to be.
    let error = #expect(throws: (any Error).self) {
      _ = try copy.write(threads: 1) { done in
        guard done == 1 else { return }
        let files = FileManager.default
        let unfinished = try files.contentsOfDirectory(atPath: folder.path).first { $0.hasPrefix("small.unfinished-") }
        let place = try folder.path + "/" + #require(unfinished) + "/2.jpg"
        try files.createDirectory(atPath: place, withIntermediateDirectories: true)
      }
    }
    #expect(error.map { "\($0)".contains("cannot write") } == true, "\(String(describing: error))")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["cfp", "three"])
  }

  /// Tables and masks that hold places in pixels would no longer fit.
  @Test func whatHoldsPlacesInPixelsIsRefused() throws {
    for name in ["photos/000000/01.png", "parts/000000/01.png"] {
      try folder.write("rendered/" + name, Image(width: 40, height: 40).pngData())
    }
    #expect(throws: Never.self) { try ShrunkCopy(of: folder.path + "/rendered", to: target, side: 32) }
    try folder.write("rendered/landmarks.json", "[]")
    expectDatasetError(.invalidRequest, "part masks") {
      _ = try ShrunkCopy(of: folder.path + "/rendered", to: target, side: 32)
    }
    #expect(throws: Never.self) { try ShrunkCopy(of: folder.path + "/rendered/photos", to: target, side: 32) }
    let tables = try MiniatureIJB(.nistB)
    expectDatasetError(.invalidRequest, "where faces are") { _ = try ShrunkCopy(of: tables.root, to: target, side: 32) }
  }

  /// A folder appears whole or not at all, and takes the place of an empty one alone.
  @Test func aFolderIsMadeWholeOrNotAtAll() throws {
    let place = folder.path + "/new"
    #expect(throws: CancellationError.self) {
      try NewFolder.make(place) { unfinished in
        try Data([1]).write(to: URL(fileURLWithPath: unfinished + "/1"))
        throw CancellationError()
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["cfp"])
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for (content, isMade) in [(UInt8(1), true), (2, false)] {
      let result = Result {
        try NewFolder.make(place) { try Data([content]).write(to: URL(fileURLWithPath: $0 + "/1")) }
      }
      #expect((try? result.get()) != nil || !isMade)
      #expect((try? result.get()) == nil || isMade)
      #expect(try Data(contentsOf: URL(fileURLWithPath: place + "/1")) == Data([1]))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["cfp", "new"])
    }
    for name in ["", folder.path + "/new/1/below"] {
      #expect(throws: FileWriteError.self) { try NewFolder.make(name) { _ in } }
    }
  }

  /// What a killed run left goes; what another still writes, or has its name by chance, stays.
  @Test func leftoversOfRunsThatEndedAreRemoved() throws {
    let others = ["small.unfinished", "small.unfinished-1", "small.unfinished-x-1", "small.unfinished-1-2 old"]
    for name in ["small.unfinished-1-a", "small.unfinished-\(ProcessInfo.processInfo.processIdentifier)-b"] + others {
      try folder.write("\(name)/1.jpg", Data([1]))
    }
    try NewFolder.make(target) { unfinished in
      try Data([1]).write(to: URL(fileURLWithPath: unfinished + "/1"))
      #expect(try ShrunkCopy(of: source, to: target, side: 32).write(threads: 2).isEmpty)
      #expect(FileManager.default.fileExists(atPath: unfinished + "/1"))
      try FileManager.default.moveItem(atPath: target, toPath: folder.path + "/first")
    }
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == (["cfp", "first", "small"] + others).sorted())
  }

  @Test func slashesAtTheEndOfANameChangeNothing() throws {
    #expect(try ShrunkCopy(of: source + "/", to: target + "//", side: 32).write(threads: 2).isEmpty)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["cfp", "small"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: target).sorted() == ["Data", "Protocol"])
    let file = try folder.write("file")
    expectDatasetError(.invalidRequest, "exists") { _ = try ShrunkCopy(of: source, to: file + "/", side: 32) }
  }

  @Test(arguments: [0, 1e-18, 0.009, 1.1, .nan]) func refusesFractions(fraction: Double) {
    expectDatasetError(.invalidRequest, "cannot shrink the middle") {
      _ = try ShrunkCopy(of: source, to: target, side: 32, fraction: fraction)
    }
  }

  @Test func aFolderWithoutPhotosIsRefused() throws {
    try folder.write("texts/a.txt", "no photo")
    expectDatasetError(.empty, "holds no photo") {
      _ = try ShrunkCopy(of: folder.path + "/texts", to: target, side: 32)
    }
  }

  @Test func nothingIsOverwrittenOrHalfWritten() throws {
    try folder.folder("small")
    #expect(throws: DatasetError.self) { _ = try ShrunkCopy(of: source, to: target, side: 32) }
    #expect(throws: DatasetError.self) { _ = try ShrunkCopy(of: source, to: source + "/inside", side: 32) }
    #expect(throws: DatasetError.self) { _ = try ShrunkCopy(of: source, to: folder.path + "/new", side: 4) }
    #expect(throws: DatasetError.self) { _ = try ShrunkCopy(of: folder.path + "/none", to: target, side: 32) }
    try folder.write("cfp/Data/Fiducials/001/frontal/01.txt", "nonsense")
    let other = folder.path + "/other"
    #expect(throws: DatasetError.self) { _ = try ShrunkCopy(of: source, to: other, side: 32).write(threads: 2) }
    #expect(!FileManager.default.fileExists(atPath: other))
  }
}
