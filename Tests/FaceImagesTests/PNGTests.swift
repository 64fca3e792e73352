import CPNG
import Testing

@testable import FaceImages

@Suite struct PNGTests {
  @Test(arguments: [(1, 1), (7, 3), (64, 64), (250, 13)])
  func roundTripIsExact(_ width: Int, _ height: Int) throws {
    for image in [gradient(width: width, height: height), noise(width: width, height: height, seed: 3)] {
      #expect(try Image(decoding: image.pngData(), name: "round trip") == image)
    }
  }

  @Test func decodesPaletteWithTransparency() throws {
    let palette = PNGFixture.chunk("PLTE", [10, 20, 30, 200, 100, 0, 0, 0, 255])
    let alpha = PNGFixture.chunk("tRNS", [255, 0])
    let rows: [[UInt8]] = [[0, 1, 2], [2, 0, 1]]
    let opaque = PNGFixture.file(width: 3, height: 2, depth: 8, colorType: 3, rows: rows, extra: [palette])
    let colors = [RGB(10, 20, 30), RGB(200, 100, 0), RGB(0, 0, 255)]
    try expect(opaque, [[colors[0], colors[1], colors[2]], [colors[2], colors[0], colors[1]]])
    let clear = PNGFixture.file(width: 3, height: 2, depth: 8, colorType: 3, rows: rows, extra: [palette, alpha])
    let white = RGB(255, 255, 255)
    try expect(clear, [[colors[0], white, colors[2]], [colors[2], colors[0], white]])
  }

  @Test func decodesSmallDepths() throws {
    let bits = PNGFixture.file(width: 10, height: 1, depth: 1, colorType: 0, rows: [[0b1010_1100, 0b0100_0000]])
    let shown = [1, 0, 1, 0, 1, 1, 0, 0, 0, 1].map { $0 == 1 ? RGB(255, 255, 255) : RGB(0, 0, 0) }
    try expect(bits, [shown])
    let nibbles = PNGFixture.file(width: 2, height: 1, depth: 4, colorType: 0, rows: [[0x3F]])
    try expect(nibbles, [[RGB(51, 51, 51), RGB(255, 255, 255)]])
  }

  @Test func roundsSixteenBits() throws {
    let row: [UInt8] = [0x40, 0x10, 0x80, 0x20, 0xFF, 0xFF, 0x00, 0x00, 0x12, 0x34, 0xAB, 0xCD]
    let file = PNGFixture.file(width: 2, height: 1, depth: 16, colorType: 2, rows: [row])
    try expect(file, [[RGB(0x40, 0x80, 0xFF), RGB(0, 0x12, 0xAB)]])
    let gray = PNGFixture.file(width: 2, height: 1, depth: 16, colorType: 0, rows: [[0x30, 0, 0xC0, 0]])
    try expect(gray, [[RGB(0x30, 0x30, 0x30), RGB(0xBF, 0xBF, 0xBF)]])
  }

  @Test func laysAlphaOverWhite() throws {
    let row: [UInt8] = [100, 150, 200, 255, 100, 150, 200, 0, 100, 150, 200, 128]
    let color = PNGFixture.file(width: 3, height: 1, depth: 8, colorType: 6, rows: [row])
    try expect(color, [[RGB(100, 150, 200), RGB(255, 255, 255), RGB(177, 202, 227)]])
    let gray = PNGFixture.file(width: 2, height: 1, depth: 8, colorType: 4, rows: [[0, 51, 255, 9]])
    try expect(gray, [[RGB(204, 204, 204), RGB(255, 255, 255)]])
  }

  @Test func readsWhatLibpngWrites() throws {
    let colors: [UInt8] = [1, 2, 3, 90, 80, 70]
    var control = png_image()
    control.version = UInt32(PNG_IMAGE_VERSION)
    (control.width, control.height) = (4, 2)
    control.format = UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_COLORMAP)
    control.colormap_entries = 2
    var file = [UInt8](repeating: 0, count: 4096)
    var size = file.count
    let indices: [UInt8] = [0, 1, 1, 0, 1, 0, 0, 0]
    #expect(png_image_write_to_memory(&control, &file, &size, 0, indices, 0, colors) != 0)
    let image = try Image(decoding: Array(file[..<size]), name: "palette")
    #expect(image.pixels == indices.flatMap { colors[(3 * Int($0))..<(3 * Int($0) + 3)] })
  }

  @Test func everyTruncationIsAnError() throws {
    let file = Array(try noise(width: 12, height: 12, seed: 4).pngData())
    for count in 8..<(file.count - 4) {
      #expect(problem { _ = try Image(decoding: Array(file[..<count]), name: "cut") } == .truncated, "at \(count)")
    }
  }

  @Test func everyFlippedPixelBitIsAnError() throws {
    let file = Array(try noise(width: 6, height: 6, seed: 5).pngData())
    let data = try #require((0..<file.count).first { file[$0...].starts(with: Array("IDAT".utf8)) })
    for i in (data + 4)..<(file.count - 12) {
      var flipped = file
      flipped[i] ^= 0x10
      #expect(problem { _ = try Image(decoding: flipped, name: "flipped") } != nil, "at \(i)")
    }
  }

  private func expect(_ file: [UInt8], _ rows: [[RGB]], at location: SourceLocation = #_sourceLocation) throws {
    let image = try Image(decoding: file, name: "fixture")
    try #require(image.width == rows[0].count && image.height == rows.count, sourceLocation: location)
    for (y, row) in rows.enumerated() {
      for (x, color) in row.enumerated() {
        #expect(isClose(image[x, y], color, within: 1), "(\(x), \(y)): \(image[x, y])", sourceLocation: location)
      }
    }
  }
}
