import Testing

@testable import FaceImages

@Suite struct WebPTests {
  @Test func losslessIsExact() throws {
    let image = noise(width: 33, height: 21, seed: 6)
    #expect(try Image(decoding: WebPFixture.lossless(image), name: "lossless") == image)
  }

  @Test func lossyStaysClose() throws {
    let image = gradient(width: 64, height: 48)
    #expect(greatestDifference(image, try Image(decoding: WebPFixture.lossy(image), name: "lossy")) <= 24)
  }

  @Test func writesLossy() throws {
    let image = gradient(width: 64, height: 48)
    let good = try image.webpData(quality: 95)
    #expect(greatestDifference(image, try Image(decoding: good, name: "good")) <= 24)
    #expect(try image.webpData(quality: 1).count < good.count)
    #expect(
      problem { _ = try Image(width: 16_384, height: 1).webpData() } == .cannotEncode("a side is over 16,383 pixels"))
    try withTemporaryFolder { folder in
      try image.write(to: folder + "/a.WebP", quality: 95)
      #expect(greatestDifference(image, try Image(contentsOf: folder + "/a.WebP")) <= 24)
    }
  }

  @Test func laysAlphaOverWhite() throws {
    let pixels: [UInt8] = [100, 150, 200, 255, 100, 150, 200, 0, 100, 150, 200, 128]
    let image = try Image(decoding: WebPFixture.losslessAlpha(pixels, width: 3, height: 1), name: "alpha")
    #expect(image[0, 0] == RGB(100, 150, 200))
    #expect(image[1, 0] == RGB(255, 255, 255))
    #expect(isClose(image[2, 0], RGB(177, 202, 227), within: 1))
  }

  @Test func everyTruncationIsAnError() {
    for file in [
      WebPFixture.lossless(noise(width: 9, height: 9, seed: 7)), WebPFixture.lossy(gradient(width: 32, height: 32)),
    ] {
      for count in stride(from: 12, to: file.count - 1, by: 5) {
        #expect(problem { _ = try Image(decoding: Array(file[..<count]), name: "cut") } != nil, "at \(count)")
      }
    }
  }

  @Test func refusesAnimation() {
    let body = Array("WEBPVP8X".utf8) + [10, 0, 0, 0, 0x02, 0, 0, 0, 7, 0, 0, 7, 0, 0]
    let file = Array("RIFF".utf8) + [UInt8(body.count), 0, 0, 0] + body
    #expect(problem { _ = try Image(decoding: file, name: "animated") } == .unsupported("an animated WebP"))
  }
}
