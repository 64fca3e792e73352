import ExplainableChannels
import FaceEvaluation
import FaceImages

/// Both faces side by side, the parts that count lit and named between them: one picture to see why.
public enum GlancePicture {
  private static let gap = 24
  private static let middle = 430
  private static let ink = RGB(0x19, 0x1B, 0x1F)
  private static let soft = RGB(0x5A, 0x60, 0x6B)

  /// Photos of any one height, which the picture takes over.
  public static func image(_ pair: ExplainedPair) -> Image {
    let rows = GlanceRow.rows(pair)
    let height = max(pair.photoA.height, 44 * rows.count)
    let top = 100
    let left = (x: gap, y: top)
    let right = (x: gap + pair.photoA.width + middle, y: top)
    var image = Image(
      width: right.x + pair.photoB.width + gap, height: top + height + 92, color: RGB(255, 255, 255))
    drawHead(pair, on: &image, at: (left.x, right.x))
    image.paste(lit(pair.photoA, rows.map { ($0, $0.placeA) }), x: left.x, y: left.y)
    image.paste(lit(pair.photoB, rows.map { ($0, $0.placeB) }), x: right.x, y: right.y)
    let step = Double(height) / Double(max(1, rows.count))
    for (index, row) in rows.enumerated() {
      let y = Double(top) + (Double(index) + 0.5) * step
      draw(row, y: y, on: &image, left: (left, pair.photoA), right: (right, pair.photoB))
    }
    drawFoot(pair, rows, on: &image, y: top + height + 24)
    return image
  }

  private static func drawHead(_ pair: ExplainedPair, on image: inout Image, at x: (a: Int, b: Int)) {
    image.drawText(pair.verdict, x: gap, y: 18, scale: 4, color: ink)
    let width = Image.textSize(pair.verdict, scale: 4).width
    image.drawText(plain(pair.summary), x: gap + width + 32, y: 32, scale: 2, color: soft)
    image.drawText(shortened("A: " + pair.names.a, pair.photoA.width), x: x.a, y: 74, scale: 2, color: ink)
    image.drawText(shortened("B: " + pair.names.b, pair.photoB.width), x: x.b, y: 74, scale: 2, color: ink)
  }

  private static func drawFoot(_ pair: ExplainedPair, _ rows: [GlanceRow], on image: inout Image, y: Int) {
    let rest = plain(NumberText.change(GlanceRow.rest(pair, rows: rows), digits: 3))
    image.fillRectangle(x: gap, y: y, width: 20, height: 14, color: DivergingColors.positive)
    image.drawText("speaks for the same person", x: gap + 28, y: y, scale: 2, color: ink)
    image.fillRectangle(x: gap + 380, y: y, width: 20, height: 14, color: DivergingColors.negative)
    image.drawText("speaks against it", x: gap + 408, y: y, scale: 2, color: ink)
    image.drawText(
      "Numbers add up to the score with \(rest) from the rest and the average face.", x: gap, y: y + 32,
      scale: 2, color: soft)
  }

  /// A grey face with its parts lit.
  private static func lit(_ photo: Image, _ marks: [(row: GlanceRow, place: Match.Place?)]) -> Image {
    var image = photo.grey()
    let sides = (Double(photo.width), Double(photo.height))
    // Strong parts last, on top.
    for (row, place) in marks.sorted(by: { $0.row.strength < $1.row.strength }) {
      guard let place else { continue }
      let center = (x: place.x * sides.0 - 0.5, y: place.y * sides.1 - 0.5)
      let radius = place.radius * sides.1
      let color = DivergingColors.color(row.contribution)
      image.light(center: center, radius: radius, color: color, share: 0.12 + 0.5 * row.strength)
      image.drawCircle(center: center, radius: radius, thickness: 2 + 3 * row.strength, color: color)
    }
    return image
  }

  private static func draw(
    _ row: GlanceRow, y: Double, on image: inout Image, left: (at: (x: Int, y: Int), photo: Image),
    right: (at: (x: Int, y: Int), photo: Image)
  ) {
    let color = DivergingColors.color(row.contribution)
    let number = plain(NumberText.change(row.contribution, digits: 3))
    let lines = [row.name + " " + number] + (row.note.isEmpty ? [] : ["(\(row.note))"])
    let size = Image.textSize(lines.joined(separator: "\n"), scale: 2)
    let center = Double(left.at.x + left.photo.width) + Double(middle) / 2
    let reach = Double(size.width) / 2 + 10
    for (place, frame, sign) in [(row.placeA, left, -1.0), (row.placeB, right, 1.0)] {
      guard let place else { continue }
      let mark = (
        x: Double(frame.at.x) + place.x * Double(frame.photo.width),
        y: Double(frame.at.y) + place.y * Double(frame.photo.height)
      )
      let start = (x: center + sign * reach, y: y)
      let length = ((mark.x - start.x) * (mark.x - start.x) + (mark.y - start.y) * (mark.y - start.y)).squareRoot()
      let share = max(0, 1 - place.radius * Double(frame.photo.height) / max(length, 1))
      let end = (x: start.x + (mark.x - start.x) * share, y: start.y + (mark.y - start.y) * share)
      image.drawLine(from: start, to: end, thickness: 3.5, color: RGB(255, 255, 255))
      image.drawLine(from: start, to: end, thickness: 1.5, color: color)
    }
    let x = Int(center) - size.width / 2
    let name = Image.textSize(row.name + " ", scale: 2).width + 2
    image.drawText(row.name, x: x, y: Int(y) - size.height / 2, scale: 2, color: ink)
    image.drawText(number, x: x + name, y: Int(y) - size.height / 2, scale: 2, color: color)
    if lines.count > 1 {
      image.drawText(lines[1], x: x, y: Int(y) - size.height / 2 + 20, scale: 2, color: soft)
    }
  }

  /// The built-in font has ASCII only.
  private static func plain(_ text: String) -> String { text.replacingOccurrences(of: "\u{2212}", with: "-") }

  private static func shortened(_ text: String, _ width: Int) -> String {
    let letters = max(4, width / 12)
    return text.count <= letters ? text : text.prefix(letters - 3) + "..."
  }
}

extension Image {
  /// Tints a disc.
  fileprivate mutating func light(center: (x: Double, y: Double), radius: Double, color: RGB, share: Double) {
    let rows = max(0, Int(center.y - radius))..<max(0, min(height, Int(center.y + radius) + 1))
    let columns = max(0, Int(center.x - radius))..<max(0, min(width, Int(center.x + radius) + 1))
    for y in rows where !columns.isEmpty {
      for x in columns {
        let (dx, dy) = (Double(x) - center.x, Double(y) - center.y)
        guard dx * dx + dy * dy <= radius * radius else { continue }
        let below = self[x, y]
        func mixed(_ a: UInt8, _ b: UInt8) -> UInt8 { UInt8(Double(a) * (1 - share) + Double(b) * share + 0.5) }
        self[x, y] = RGB(
          mixed(below.red, color.red), mixed(below.green, color.green), mixed(below.blue, color.blue))
      }
    }
  }
}
