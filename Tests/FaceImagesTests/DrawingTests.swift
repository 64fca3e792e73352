import Testing

@testable import FaceImages

private let black = RGB(0, 0, 0)
private let white = RGB(255, 255, 255)
private let red = RGB(255, 0, 0)

@Suite struct ColorMapTests {
  @Test func endsAreTheKnownColors() {
    #expect(ColorMap.viridis.color(0) == RGB(0x44, 0x01, 0x54) && ColorMap.viridis.color(1) == RGB(0xFD, 0xE7, 0x25))
    #expect(ColorMap.inferno.color(0) == RGB(0, 0, 4) && ColorMap.inferno.color(1) == RGB(0xFC, 0xFF, 0xA4))
    #expect(ColorMap.cividis.color(0) == RGB(0, 0x22, 0x4E) && ColorMap.cividis.color(1) == RGB(0xFE, 0xE8, 0x38))
    #expect(ColorMap.viridis.color(-3) == ColorMap.viridis.color(0))
    #expect(ColorMap.viridis.color(.infinity) == ColorMap.viridis.color(1))
    #expect(ColorMap.viridis.color(.nan) == ColorMap.viridis.color(0))
  }

  @Test(arguments: ColorMap.allCases) func lightnessGrows(_ map: ColorMap) {
    let light = map.table.map { 0.2126 * Double($0.red) + 0.7152 * Double($0.green) + 0.0722 * Double($0.blue) }
    #expect(light.count == 256)
    for (i, (low, high)) in zip(light, light.dropFirst()).enumerated() { #expect(high > low - 1, "\(map) at \(i)") }
    #expect(light[255] - light[0] > 150)
  }
}

@Suite struct OverlayTests {
  @Test func leavesZeroAndColorsOne() {
    let image = noise(width: 4, height: 2, seed: 20)
    let map = FloatMap(width: 4, height: 2, values: [0, 1, 0.5, .nan, -1, 2, 0, 1])
    let result = image.overlaid(with: map, colorMap: .viridis, opacity: 1)
    for untouched in [(0, 0), (3, 0), (0, 1), (2, 1)] {
      #expect(result[untouched.0, untouched.1] == image[untouched.0, untouched.1])
    }
    #expect(result[1, 0] == ColorMap.viridis.color(1) && result[1, 1] == ColorMap.viridis.color(1))
    #expect(image.overlaid(with: map, opacity: 0) == image)
  }

  @Test func stretchesTheMap() {
    let image = Image(width: 112, height: 112, color: white)
    let map = FloatMap(width: 7, height: 7, values: (0..<49).map { $0 % 7 < 3 ? 0 : 1 })
    let result = image.overlaid(with: map, colorMap: .inferno, opacity: 0.5)
    #expect(result[10, 60] == white)
    let top = ColorMap.inferno.color(1)
    #expect(isClose(result[100, 60], RGB(254, 255, UInt8((255 + Int(top.blue)) / 2)), within: 1))
  }
}

@Suite struct ShapeTests {
  @Test func rectanglesAreClipped() {
    var image = Image(width: 8, height: 6)
    image.fillRectangle(x: -3, y: 4, width: 5, height: 100, color: red)
    #expect(image.pixels.filter { $0 == 255 }.count == 4)
    #expect(image[1, 5] == red && image[2, 5] == black && image[1, 3] == black)
    image.fillRectangle(x: Int.max - 1, y: Int.min, width: Int.max, height: 5, color: red)
    #expect(image.pixels.filter { $0 == 255 }.count == 4)
  }

  @Test func linesHitTheirPixelsAndFade() {
    var image = Image(width: 12, height: 12)
    image.drawLine(from: (2, 5), to: (9, 5), color: white)
    #expect((2...9).allSatisfy { image[$0, 5] == white })
    #expect(image[5, 4] == black && image[5, 6] == black && image[0, 5] == black)
    var between = Image(width: 12, height: 12)
    between.drawLine(from: (2, 5.5), to: (9, 5.5), color: white)
    #expect(between[5, 5] == RGB(128, 128, 128) && between[5, 6] == RGB(128, 128, 128))
  }

  @Test func circlesHaveTheirArea() {
    var disc = Image(width: 60, height: 60)
    disc.fillCircle(center: (29.3, 30.1), radius: 20, color: white)
    let area = disc.pixels.reduce(0) { $0 + Double($1) } / 3 / 255
    #expect(abs(area - 400 * Double.pi) < 10)
    var ring = Image(width: 60, height: 60)
    ring.drawCircle(center: (30, 30), radius: 20, thickness: 2, color: white)
    #expect(ring[50, 30] == white && ring[30, 30] == black)
    #expect(abs(ring.pixels.reduce(0) { $0 + Double($1) } / 3 / 255 - 80 * Double.pi) < 10)
  }

  @Test func oddCoordinatesDrawNothing() {
    var image = Image(width: 9, height: 9)
    let before = image
    image.drawLine(from: (.nan, 0), to: (5, 5), color: red)
    image.drawLine(from: (-.infinity, 0), to: (5, 5), color: red)
    image.fillCircle(center: (1e300, -1e300), radius: 4, color: red)
    #expect(image == before)
  }
}

@Suite struct TextTests {
  @Test func everyLetterHasItsOwnShape() {
    let shapes = Set((32..<127).map { Array(BitmapFont.rows(of: Character(UnicodeScalar($0)))) })
    #expect(shapes.count == 95)
    #expect(BitmapFont.rows(of: " ").allSatisfy { $0 == 0 })
    #expect(Array(BitmapFont.rows(of: "T")) == [0b11111, 0b100, 0b100, 0b100, 0b100, 0b100, 0b100, 0])
    #expect(BitmapFont.rows(of: "\u{4E2D}") == BitmapFont.rows(of: "\u{7F}"))
  }

  @Test func textFillsItsSize() {
    let size = Image.textSize("HIT\nME", scale: 2)
    #expect(size == (34, 36))
    #expect(Image.textSize("") == (0, 0))
    var image = Image(width: 60, height: 60, color: white)
    image.drawText("HIT\nME", x: 3, y: 4, scale: 2, color: red)
    let touched = (0..<3600).filter { image[$0 % 60, $0 / 60] == red }
    #expect(touched.map { $0 % 60 }.min() == 3 && touched.map { $0 / 60 }.min() == 4)
    #expect(touched.map { $0 % 60 }.max() == 3 + 34 - 1)
    // Capitals do not reach the row below the line.
    #expect(touched.map { $0 / 60 }.max() == 4 + 36 - 1 - 2)
  }

  @Test func accentsAreDropped() {
    var (plain, accented) = (Image(width: 30, height: 10), Image(width: 30, height: 10))
    plain.drawText("Jose", x: 1, y: 1, color: white)
    accented.drawText("Jos\u{E9}", x: 1, y: 1, color: white)
    #expect(plain == accented)
  }
}

@Suite struct ContactSheetTests {
  @Test func hasTheSizeOfItsParts() {
    let images = (0..<5).map { noise(width: 10, height: 8, seed: $0) }
    let sheet = ContactSheet(images: images, columns: 3).image()
    #expect(sheet.width == 4 + 3 * 14 && sheet.height == 4 + 2 * 12)
    #expect(sheet.cropped(x: 4 + 14, y: 4 + 12, width: 10, height: 8) == images[4])
    #expect(sheet[4 + 28, 4 + 12] == white)
  }

  @Test func makesRoomForLabels() {
    let rows = [[Image(width: 20, height: 20), Image(width: 30, height: 12)], [Image(width: 20, height: 10)]]
    var sheet = ContactSheet(rows: rows, rowLabels: ["eye", "nose"], columnLabels: ["a", "a longer label"])
    let image = sheet.image()
    // Padding, row labels of 4 letters, padding; columns of 20 and of 14 letters.
    #expect(image.width == 4 + 23 + 4 + 20 + 4 + 83 + 4)
    #expect(image.height == 4 + 8 + 4 + 20 + 4 + 10 + 4)
    #expect(image.cropped(x: 31, y: 16, width: 20, height: 20) == rows[0][0])
    #expect(image.cropped(x: 0, y: 4, width: image.width, height: 8).pixels.contains(0))
    sheet.labelColor = red
    #expect(sheet.image().cropped(x: 4, y: 16, width: 23, height: 34).pixels.contains(0))
  }

  @Test func emptySheetsAreOnlyPadding() {
    let sheet = ContactSheet(rows: []).image()
    #expect(sheet == Image(width: 4, height: 4, color: white))
    var bare = ContactSheet(rows: [[]])
    bare.padding = 0
    #expect(bare.image() == Image(width: 1, height: 1, color: white))
  }
}
