import Foundation
import Testing

@testable import FaceImages

private let topLeft = RGB(250, 20, 20)
private let topRight = RGB(20, 250, 20)
private let bottomLeft = RGB(20, 20, 250)
private let bottomRight = RGB(240, 240, 240)

/// 48 x 32 pixels, every quarter in a color of its own.
private func quarters() -> Image {
  var image = Image(width: 48, height: 32)
  for (x, y, color) in [(0, 0, topLeft), (24, 0, topRight), (0, 16, bottomLeft), (24, 16, bottomRight)] {
    image.fillRectangle(x: x, y: y, width: 24, height: 16, color: color)
  }
  return image
}

/// For each EXIF value, which stored corners a viewer sees at the top left, top right, bottom left, bottom right.
private let seen: [(Int, [RGB])] = [
  (1, [topLeft, topRight, bottomLeft, bottomRight]),
  (2, [topRight, topLeft, bottomRight, bottomLeft]),
  (3, [bottomRight, bottomLeft, topRight, topLeft]),
  (4, [bottomLeft, bottomRight, topLeft, topRight]),
  (5, [topLeft, bottomLeft, topRight, bottomRight]),
  (6, [bottomLeft, topLeft, bottomRight, topRight]),
  (7, [bottomRight, topRight, bottomLeft, topLeft]),
  (8, [topRight, bottomRight, topLeft, bottomLeft]),
]

extension Orientation {
  /// What turns back: only the quarter turns are not their own inverse.
  var inverse: Orientation { self == .right ? .left : self == .left ? .right : self }
}

private func corners(_ image: Image) -> [RGB] {
  let (right, bottom) = (image.width - 1, image.height - 1)
  return [image[0, 0], image[right, 0], image[0, bottom], image[right, bottom]]
}

@Suite struct OrientationTests {
  @Test(arguments: seen, [false, true])
  func turnsJPEG(_ expected: (Int, [RGB]), bigEndian: Bool) throws {
    let file = JPEGFixture.oriented(JPEGFixture.encode(quarters()), expected.0, bigEndian: bigEndian)
    let image = try Image(decoding: file, name: "turned")
    #expect(image.width == (expected.0 >= 5 ? 32 : 48))
    #expect(image.height == (expected.0 >= 5 ? 48 : 32))
    for (found, wanted) in zip(corners(image), expected.1) {
      #expect(isClose(found, wanted, within: 8), "\(found) is not \(wanted)")
    }
  }

  @Test(arguments: seen)
  func movesEveryPixel(_ expected: (Int, [RGB])) throws {
    let image = noise(width: 5, height: 3, seed: 9)
    let orientation = try #require(Orientation(rawValue: expected.0))
    let turned = image.oriented(orientation)
    #expect(turned.pixels.count == image.pixels.count)
    #expect(turned.oriented(orientation.inverse) == image)
  }

  @Test func turnsPNG() throws {
    let png = Array(try quarters().pngData())
    let exif = PNGFixture.chunk("eXIf", JPEGFixture.tiff(6, bigEndian: true))
    let end = png.count - 12
    let image = try Image(decoding: Array(png[..<end]) + exif + Array(png[end...]), name: "turned")
    #expect(corners(image) == seen[5].1)
  }

  @Test func turnsWebP() throws {
    let file = WebPFixture.oriented(WebPFixture.lossless(quarters()), width: 48, height: 32, orientation: 8)
    #expect(corners(try Image(decoding: file, name: "turned")) == seen[7].1)
  }

  @Test func ignoresWhatIsNoOrientation() throws {
    let plain = JPEGFixture.encode(quarters())
    let upright = try Image(decoding: plain, name: "plain")
    for value in [0, 9, 65_535] {
      #expect(try Image(decoding: JPEGFixture.oriented(plain, value, bigEndian: false), name: "odd") == upright)
    }
    let block = JPEGFixture.tiff(6, bigEndian: true)
    for count in 0..<28 {
      let payload = Array("Exif".utf8) + [0, 0] + Array(block[..<count])
      #expect(try Image(decoding: JPEGFixture.inserting(payload, marker: 0xE1, into: plain), name: "cut") == upright)
    }
  }

  @Test func tellsSizeAfterTurning() throws {
    try withTemporaryFolder { folder in
      let plain = JPEGFixture.encode(quarters())
      let path = folder + "/a.dat"
      let comment = [UInt8](repeating: 7, count: 60_000)
      let turned = JPEGFixture.oriented(plain, 6, bigEndian: true)
      let long = JPEGFixture.inserting(comment, marker: 0xFE, into: turned)
      // Also where the frame header lies behind the part that is read first.
      let longer = JPEGFixture.inserting(comment, marker: 0xFE, into: long)
      for file in [turned, long, longer] {
        try Data(file).write(to: URL(fileURLWithPath: path))
        #expect(try Image.size(ofFile: path) == (32, 48))
        #expect(try Image(contentsOf: path).width == 32)
      }
      // WebP keeps its notes behind the pixels.
      let large = WebPFixture.lossless(noise(width: 200, height: 150, seed: 8))
      let last = WebPFixture.oriented(large, width: 200, height: 150, orientation: 5)
      #expect(last.count > 80_000)
      try Data(last).write(to: URL(fileURLWithPath: path))
      #expect(try Image.size(ofFile: path) == (150, 200))
    }
  }
}
