import CTurboJPEG
import Testing

@testable import FaceImages

@Suite struct JPEGTests {
  @Test func roundTripStaysClose() throws {
    let image = gradient(width: 61, height: 47)
    let decoded = try Image(decoding: image.jpegData(quality: 98), name: "round trip")
    #expect(greatestDifference(image, decoded) <= 6)
    #expect(try image.jpegData(quality: 20).count < image.jpegData(quality: 95).count)
  }

  @Test func decodesProgressive() throws {
    let image = gradient(width: 40, height: 30)
    let file = JPEGFixture.encode(image, flags: TJFLAG_PROGRESSIVE)
    #expect(file[JPEGFixture.frameOffset(file) - 1] == 0xC2)
    #expect(greatestDifference(image, try Image(decoding: file, name: "progressive")) <= 12)
  }

  @Test(arguments: [TJSAMP_422, TJSAMP_420, TJSAMP_440, TJSAMP_411])
  func decodesSubsampledChroma(_ sampling: TJSAMP) throws {
    let image = gradient(width: 64, height: 64)
    let file = JPEGFixture.encode(image, sampling: sampling)
    #expect(greatestDifference(image, try Image(decoding: file, name: "subsampled")) <= 24)
  }

  @Test func spreadsGrayOverChannels() throws {
    let values = (0..<(20 * 10)).map { UInt8($0) }
    let file = JPEGFixture.encode(
      values, width: 20, height: 10, format: TJPF_GRAY, sampling: TJSAMP_GRAY, quality: 100)
    let image = try Image(decoding: file, name: "gray")
    for (i, value) in values.enumerated() {
      #expect(isClose(image[i % 20, i / 20], RGB(value, value, value), within: 3))
    }
  }

  /// Stored (inverted) inks of one color, and the light that they leave: ink times black over 255.
  @Test(
    arguments: [
      ([200, 100, 50, 255], RGB(200, 100, 50)),
      ([255, 255, 255, 128], RGB(128, 128, 128)),
      ([255, 0, 0, 255], RGB(255, 0, 0)),
      ([180, 90, 240, 170], RGB(120, 60, 160)),
    ] as [([UInt8], RGB)])
  func decodesYCCK(_ inks: [UInt8], _ expected: RGB) throws {
    let pixels = [UInt8]((0..<(16 * 16)).flatMap { _ in inks })
    let file = JPEGFixture.encode(pixels, width: 16, height: 16, format: TJPF_CMYK, quality: 100)
    #expect(isClose(try Image(decoding: file, name: "ycck")[7, 9], expected, within: 3))
  }

  @Test func decodesCMYK() throws {
    // Neutral inks have the chroma 128, so without color transform the file reads as (ink, 128, 128, black).
    let pixels = [UInt8]((0..<(16 * 16)).flatMap { _ in [200, 200, 200, 255] as [UInt8] })
    var file = JPEGFixture.encode(pixels, width: 16, height: 16, format: TJPF_CMYK, quality: 100)
    let adobe = try #require((0..<file.count).first { file[$0...].starts(with: Array("Adobe".utf8)) })
    #expect(file[adobe + 11] == 2)
    file[adobe + 11] = 0
    let color = try Image(decoding: file, name: "cmyk")[7, 9]
    // libjpeg takes YCCK's first channel from 255 - ink.
    #expect(isClose(color, RGB(55, 128, 128), within: 3))
  }

  @Test(
    arguments: [(nil, 400, 240), (240, 400, 240), (121, 400, 240), (120, 200, 120), (100, 200, 120)]
      + [(60, 100, 60), (10, 50, 30), (1000, 400, 240)] as [(Int?, Int, Int)])
  func scalesToTheSmallestSizeThatIsLargeEnough(_ side: Int?, _ width: Int, _ height: Int) throws {
    let file = JPEGFixture.encode(gradient(width: 400, height: 240))
    let image = try Image(decoding: file, name: "scaled", minimumSide: side)
    #expect(image.width == width && image.height == height)
    let expected = gradient(width: width, height: height)
    #expect(greatestDifference(image, expected) <= 12)
  }

  /// A quarter of 403 x 245 pixels is 100.75 x 61.25: the last column and row are parts of pixels.
  @Test func saysWhatThePictureFills() throws {
    let file = JPEGFixture.encode(gradient(width: 403, height: 245))
    let image = try Image(decoding: file, name: "partial", minimumSide: 61)
    #expect(image.width == 101 && image.height == 62)
    #expect(image.frame == Image.Frame(x: 0, y: 0, width: 100.75, height: 61.25))
    // 61.25 are not yet 62.
    #expect(try Image(decoding: file, name: "larger", minimumSide: 62).height == 123)
    #expect(try Image(decoding: file, name: "whole").frame == Image(width: 403, height: 245).frame)
  }

  /// The same picture stored turned and upright: blocks begin at another corner, and nothing else differs. Where the last pixels
  /// counted as whole ones, faces lay elsewhere.
  @Test(arguments: Orientation.allCases)
  func aTurnedFileShowsTheSamePicture(_ orientation: Orientation) throws {
    let picture = noise(width: 11, height: 7, seed: 4).resized(width: 203, height: 121)
    let files = [
      JPEGFixture.encode(picture, quality: 100),
      JPEGFixture.oriented(
        JPEGFixture.encode(picture.oriented(orientation.inverse), quality: 100), orientation.rawValue, bigEndian: false),
    ]
    let decoded = try files.map { try Image(decoding: $0, name: "turned", minimumSide: 30) }
    func difference(_ images: [Image]) -> Double {
      let squares = images.map { $0.resized(width: 30, height: 30).pixels }
      return zip(squares[0], squares[1]).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1)) }
        / Double(squares[0].count)
    }
    let whole = decoded.map { Image(width: $0.width, height: $0.height, pixels: $0.pixels) }
    #expect(difference(decoded) <= 1.5)
    // Rows and columns that change places leave the parts of pixels at the right and below.
    if orientation != .up, orientation != .leftMirrored { #expect(difference(decoded) < 0.6 * difference(whole)) }
    // And it is the picture: that of all its pixels, within what a coarser decoding blurs.
    #expect(difference([decoded[1], picture]) <= 2)
  }

  @Test func everyTruncationIsAnError() throws {
    for flags in [0, TJFLAG_PROGRESSIVE] {
      let file = JPEGFixture.encode(noise(width: 24, height: 24, seed: 1), flags: flags)
      for count in stride(from: 3, to: file.count, by: 7) {
        #expect(problem { _ = try Image(decoding: Array(file[..<count]), name: "cut") } == .truncated, "at \(count)")
      }
    }
  }

  @Test func letsPaddingBeforeTheEndPass() throws {
    let image = gradient(width: 24, height: 24)
    let file = JPEGFixture.encode(image)
    let (body, end) = (Array(file[..<(file.count - 2)]), file[(file.count - 2)...])
    let padded = body + [0, 0, 0, 0] + end
    #expect(greatestDifference(image, try Image(decoding: padded, name: "padded")) <= 8)
    let lost = body + [UInt8](repeating: 0, count: 5000) + end
    guard case .damaged = problem({ _ = try Image(decoding: lost, name: "lost") }) else {
      Issue.record("5000 bytes that no pixel needs went unnoticed")
      return
    }
  }

  @Test func letsUnknownRevisionPass() throws {
    let image = gradient(width: 24, height: 24)
    var file = JPEGFixture.encode(image)
    #expect(Array(file[6..<10]) == Array("JFIF".utf8))
    file[11] = 3
    #expect(greatestDifference(image, try Image(decoding: file, name: "JFIF 3")) <= 8)
    #expect(problem { _ = try Image(decoding: Array(file.dropLast(40)), name: "cut") } != nil)
  }

  /// What is odd in the header hides no damage behind it.
  @Test func anUnknownRevisionHidesNoDamage() throws {
    let file = JPEGFixture.encode(gradient(width: 24, height: 24))
    var lost = Array(file.dropLast(2)) + [UInt8](repeating: 0, count: 5000) + file.suffix(2)
    let known = problem { _ = try Image(decoding: lost, name: "lost") }
    lost[11] = 3
    let odd = problem { _ = try Image(decoding: lost, name: "odd and lost") }
    guard case .damaged(let first) = known, case .damaged(let second) = odd else {
      Issue.record("damage behind an odd revision went unnoticed: \(String(describing: odd))")
      return
    }
    #expect(first == second)
  }

  @Test func letsUnknownTransformsPass() throws {
    let pixels = [UInt8]((0..<(16 * 16)).flatMap { _ in [200, 60, 30, 255] as [UInt8] })
    var file = JPEGFixture.encode(pixels, width: 16, height: 16, format: TJPF_CMYK, quality: 100)
    let known = try Image(decoding: file, name: "ycck")
    let adobe = try #require((0..<file.count).first { file[$0...].starts(with: Array("Adobe".utf8)) })
    file[adobe + 11] = 9
    #expect(try Image(decoding: file, name: "odd") == known)
    #expect(problem { _ = try Image(decoding: Array(file.dropLast(12)), name: "cut") } != nil)
  }

  @Test func refusesTwelveBits() {
    var file = JPEGFixture.encode(gradient(width: 8, height: 8))
    file[JPEGFixture.frameOffset(file) + 2] = 12
    #expect(problem { _ = try Image(decoding: file, name: "deep") } == .unsupported("a 12-bit JPEG"))
  }

  @Test func refusesTooLargeAPictureToEncode() {
    let image = Image(width: 70_000, height: 1)
    guard case .cannotEncode = problem({ _ = try image.jpegData() }) else {
      Issue.record("a JPEG side cannot exceed 65,535 pixels")
      return
    }
  }
}
