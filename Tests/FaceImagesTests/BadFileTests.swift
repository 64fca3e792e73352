import Foundation
import Testing

@testable import FaceImages

@Suite struct BadFileTests {
  @Test func namesFileProblemAndRemedy() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/nobody.jpg"
      let error = #expect(throws: ImageError.self) { _ = try Image(contentsOf: path) }
      #expect(error?.problem == .missing)
      #expect(error?.description == "\(path): no such file. Check the path.")
      #expect(problem { _ = try Image.size(ofFile: path) } == .missing)
      #expect(problem { _ = try Image.size(ofFile: folder) } == .notAFile)
      #expect(problem { _ = try Image(contentsOf: folder) } == .notAFile)
    }
  }

  /// A refused file is closed once: closed twice, it would take the file that another thread opens meanwhile with it.
  @Test func aRefusedFileDisturbsNoOther() throws {
    try withTemporaryFolder { folder in
      let empty = folder + "/empty.png"
      try Data().write(to: URL(fileURLWithPath: empty))
      let lost = Counter()
      DispatchQueue.concurrentPerform(iterations: 4) { worker in
        for _ in 0..<40_000 {
          if worker % 2 == 0 {
            _ = try? Image.size(ofFile: empty)
          } else {
            let descriptor = open("/dev/null", O_RDONLY)
            // Long enough for whoever closes it by mistake.
            for _ in 0..<8 where fcntl(descriptor, F_GETFD) < 0 { lost.add() }
            close(descriptor)
          }
        }
      }
      #expect(lost.count == 0)
    }
  }

  private final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var value = 0
    var count: Int { lock.withLock { value } }
    func add() { lock.withLock { value += 1 } }
  }

  @Test func doesNotWaitForAPipe() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/pipe.png"
      #expect(mkfifo(path, 0o600) == 0)
      #expect(problem { _ = try Image(contentsOf: path) } == .notAFile)
    }
  }

  @Test(
    arguments: [
      ([], .empty),
      ([0xFF], .notAnImage),
      (Array("<html><body>404 Not Found</body></html>".utf8), .notAnImage),
      (Array("GIF89a\u{1}\u{0}\u{1}\u{0}".utf8), .notAnImage),
      ([0xFF, 0xD8, 0xFF], .truncated),
      ([0xFF, 0xD8], .truncated),
      ([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .truncated),
      (Array("RIFF\u{28}\u{0}\u{0}\u{0}WEBP".utf8), .truncated),
    ] as [([UInt8], ImageError.Problem)])
  func refusesWhatIsNoPicture(_ bytes: [UInt8], _ expected: ImageError.Problem) throws {
    #expect(problem { _ = try Image(decoding: bytes, name: "odd") } == expected)
    try withTemporaryFolder { folder in
      let path = folder + "/odd.jpg"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      #expect(problem { _ = try Image(contentsOf: path) } == expected)
      #expect(problem { _ = try Image.size(ofFile: path) } == expected)
    }
  }

  @Test func refusesHugeHeaders() throws {
    let limit = ImageError.Problem.tooLarge(width: 30_000, height: 30_000, maximumPixels: 100_000_000)
    var jpeg = JPEGFixture.encode(gradient(width: 8, height: 8))
    let frame = JPEGFixture.frameOffset(jpeg)
    jpeg.replaceSubrange((frame + 3)..<(frame + 7), with: [0x75, 0x30, 0x75, 0x30])
    #expect(problem { _ = try Image(decoding: jpeg, name: "huge") } == limit)
    #expect(problem { _ = try Image(decoding: jpeg, name: "huge", minimumSide: 112) } == limit)
    let png = PNGFixture.file(width: 30_000, height: 30_000, depth: 8, colorType: 2, rows: [])
    #expect(problem { _ = try Image(decoding: png, name: "huge") } == limit)
    let widest = PNGFixture.file(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, depth: 8, colorType: 2, rows: [])
    guard case .tooLarge = problem({ _ = try Image(decoding: widest, name: "widest") }) else {
      Issue.record("the largest header PNG can write was let through")
      return
    }
    let small = gradient(width: 20, height: 20)
    #expect(
      problem { _ = try Image(decoding: small.pngData(), name: "small", maximumPixels: 399) }
        == .tooLarge(width: 20, height: 20, maximumPixels: 399))
    #expect(problem { _ = try Image(decoding: small.pngData(), name: "small", maximumPixels: 400) } == nil)
  }

  @Test func refusesHugeFiles() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/long.png"
      try gradient(width: 4, height: 4).write(to: path)
      // A hole: the file is long but takes no room.
      #expect(truncate(path, 1 << 40) == 0)
      guard case .fileTooLarge = problem({ _ = try Image(contentsOf: path) }) else {
        Issue.record("a terabyte was read")
        return
      }
      guard case .fileTooLarge = problem({ _ = try Image.size(ofFile: path) }) else {
        Issue.record("a terabyte was read for its size")
        return
      }
    }
  }

  @Test func tellsFormatByContent() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/really-a-png.jpg"
      let image = noise(width: 5, height: 4, seed: 2)
      try image.pngData().write(to: URL(fileURLWithPath: path))
      #expect(try Image(contentsOf: path) == image)
      #expect(try Image.size(ofFile: path) == (5, 4))
      #expect(try Image(decoding: Data(contentsOf: URL(fileURLWithPath: path)), name: "data") == image)
      let bytes = [UInt8](try image.pngData())
      #expect(try bytes.withUnsafeBytes { try Image(decoding: $0, name: "pointer") } == image)
    }
  }

  @Test func writesByExtension() throws {
    try withTemporaryFolder { folder in
      let image = gradient(width: 30, height: 20)
      try image.write(to: folder + "/a.PNG")
      #expect(try Image(contentsOf: folder + "/a.PNG") == image)
      try image.write(to: folder + "/a.jpeg")
      #expect(greatestDifference(image, try Image(contentsOf: folder + "/a.jpeg")) <= 12)
      #expect(problem { try image.write(to: folder + "/a.gif") } == .unknownExtension("gif"))
      guard case .unwritable = problem({ try image.write(to: folder + "/none/a.png") }) else {
        Issue.record("writing into a folder that is not there succeeded")
        return
      }
      let left = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      #expect(left == ["a.PNG", "a.jpeg"])
    }
  }

  @Test func writtenFilesCanBeReadByOthers() throws {
    try withTemporaryFolder { folder in
      let (plain, image) = (folder + "/plain", folder + "/image.png")
      close(open(plain, O_CREAT | O_WRONLY, 0o666))
      try gradient(width: 3, height: 3).write(to: image)
      let modes = try [plain, image].map {
        try FileManager.default.attributesOfItem(atPath: $0)[.posixPermissions] as? Int
      }
      #expect(modes[0] == modes[1])
    }
  }

  /// Random damage leads to a picture or to an `ImageError`, never to anything else.
  @Test func survivesRandomDamage() throws {
    let image = noise(width: 16, height: 12, seed: 11)
    let files = [
      JPEGFixture.oriented(JPEGFixture.encode(image, sampling: .init(2)), 6, bigEndian: true),
      JPEGFixture.encode(image, flags: 16384),
      JPEGFixture.encode(
        image.pixels + image.pixels[..<(16 * 12)], width: 16, height: 12, format: .init(11), quality: 80),
      Array(try image.pngData()),
      PNGFixture.file(
        width: 16, height: 12, depth: 8, colorType: 3,
        rows: (0..<12).map { y in (0..<16).map { UInt8(($0 + y) % 3) } },
        extra: [PNGFixture.chunk("PLTE", [1, 2, 3, 4, 5, 6, 7, 8, 9]), PNGFixture.chunk("tRNS", [9, 200])]),
      WebPFixture.lossy(image),
      WebPFixture.oriented(WebPFixture.lossless(image), width: 16, height: 12, orientation: 3),
    ]
    var random = TestRandom(seed: 2024)
    var (pictures, refusals) = (0, 0)
    for round in 0..<2_100 {
      var bytes = files[round % files.count]
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = random.byte()
      }
      if round % 3 == 0 { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random)) }
      if round % 5 == 0, bytes.count > 30 { bytes[Int.random(in: 12..<30, using: &random)] ^= 0x80 }
      // Half of the damaged PNGs get fitting checksums, so that the damage reaches the decoder.
      if round % 2 == 0 { bytes = PNGFixture.withChecksumsRepaired(bytes) }
      do {
        let decoded = try Image(
          decoding: bytes, name: "mutant", minimumSide: round % 4 < 2 ? 5 : nil, maximumPixels: 1_000_000)
        #expect(decoded.pixels.count == decoded.width * decoded.height * 3)
        pictures += 1
      } catch let error as ImageError {
        #expect(error.name == "mutant")
        refusals += 1
      }
    }
    #expect(pictures > 50 && refusals > 500, "\(pictures) pictures, \(refusals) refusals")
  }
}
