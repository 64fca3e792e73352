import ExplainableChannels
import FaceEvaluation
import FaceImages
import Foundation

/// Both faces side by side, the parts that count lit and named between them: one picture to see why.
public enum GlancePicture {
  private static let gap = 24
  /// Between label and photo at least, for the line.
  private static let reach = 46
  private static let ink = RGB(0x19, 0x1B, 0x1F)
  static let soft = RGB(0x5A, 0x60, 0x6B)
  static let warning = RGB(0xB3, 0x47, 0x00)

  /// Photos of any one height, which the picture takes over.
  ///
  /// - Parameter candidate: What a ranking calls photo B; nil for the name of its file.
  public static func image(_ pair: ExplainedPair, candidate: String? = nil) -> Image {
    let rows = GlanceRow.rows(pair)
    let labels = rows.map(label)
    let middle = (labels.map(\.size.width).max() ?? 0) + 2 * reach
    let height = max(pair.photoA.height, 44 * rows.count)
    let faces = pair.photoA.width + middle + pair.photoB.width
    let width = max(faces, headWidth(pair))
    let doubts = doubts(pair.explanation, width: width)
    let top = 100 + (doubts.isEmpty ? 0 : 22 * doubts.count + 6)
    let left = (x: gap, y: top)
    let right = (x: gap + pair.photoA.width + middle, y: top)
    var image = Image(width: width + 2 * gap, height: top + height + 92, color: RGB(255, 255, 255))
    drawHead(pair, doubts, on: &image)
    drawNames(pair, pair.shownNames(candidate: candidate), on: &image, at: (left.x, right.x), y: top - 26)
    image.paste(lit(pair.photoA, rows.map { ($0, $0.placeA) }), x: left.x, y: left.y)
    image.paste(lit(pair.photoB, rows.map { ($0, $0.placeB) }), x: right.x, y: right.y)
    let step = Double(height) / Double(max(1, rows.count))
    let center = Double(right.x - middle / 2)
    let heights = rows.indices.map { Double(top) + (Double($0) + 0.5) * step }
    for ((row, label), y) in zip(zip(rows, labels), heights) {
      let half = Double(label.size.width) / 2 + 10
      point(from: (center - half, y), to: row.placeA, left, pair.photoA, row.color, on: &image)
      point(from: (center + half, y), to: row.placeB, right, pair.photoB, row.color, on: &image)
    }
    // Names over lines.
    for ((row, label), y) in zip(zip(rows, labels), heights) {
      draw(row, label, center: (Int(center), Int(y)), on: &image)
    }
    drawFoot(pair, rows, on: &image, y: top + height + 24)
    return image
  }

  private static func headWidth(_ pair: ExplainedPair) -> Int {
    Image.textSize(pair.title, scale: 4).width + 32 + Image.textSize(plain(pair.summary), scale: 2).width
  }

  private typealias Line = (text: String, color: RGB)

  /// Lines of what speaks against trusting the score: who sees the picture alone has no other word of it.
  private static func doubts(_ explanation: Explanation, width: Int) -> [Line] {
    explanation.doubts(isOneFile: explanation.provenance?.isOneFile == true).filter { !$0.isOfTable }.flatMap { doubt in
      wrapped(doubt.line, width).map { (text: $0, color: doubt.kind == .warning ? warning : soft) }
    }
  }

  private static func drawHead(_ pair: ExplainedPair, _ doubts: [Line], on image: inout Image) {
    image.drawText(pair.title, x: gap, y: 18, scale: 4, color: ink)
    let width = Image.textSize(pair.title, scale: 4).width
    image.drawText(plain(pair.summary), x: gap + width + 32, y: 32, scale: 2, color: soft)
    for (index, doubt) in doubts.enumerated() {
      image.drawText(doubt.text, x: gap, y: 70 + 22 * index, scale: 2, color: doubt.color)
    }
  }

  private static func drawNames(
    _ pair: ExplainedPair, _ names: (a: String, b: String), on image: inout Image, at x: (a: Int, b: Int), y: Int
  ) {
    image.drawText(shortened("A: " + letters(names.a), pair.photoA.width), x: x.a, y: y, scale: 2, color: ink)
    image.drawText(shortened("B: " + letters(names.b), pair.photoB.width), x: x.b, y: y, scale: 2, color: ink)
  }

  private static func drawFoot(_ pair: ExplainedPair, _ rows: [GlanceRow], on image: inout Image, y: Int) {
    let rest = plain(NumberText.change(GlanceRow.rest(pair, rows: rows), digits: 3))
    image.fillRectangle(x: gap, y: y, width: 20, height: 14, color: DivergingColors.positive)
    image.drawText("speaks for the same person", x: gap + 28, y: y, scale: 2, color: ink)
    image.fillRectangle(x: gap + 380, y: y, width: 20, height: 14, color: DivergingColors.negative)
    image.drawText("speaks against it", x: gap + 408, y: y, scale: 2, color: ink)
    image.drawText(
      "Numbers add up to the score with \(rest) from the rest, \(GlanceRow.restInWords(pair)).", x: gap, y: y + 32,
      scale: 2, color: soft)
  }

  /// A gray face with its parts lit.
  private static func lit(_ photo: Image, _ marks: [(row: GlanceRow, place: Match.Place?)]) -> Image {
    var image = photo.gray()
    let sides = (Double(photo.width), Double(photo.height))
    // Strong parts last, on top; rings above all light, which would change their colors.
    let sorted = marks.sorted { $0.row.strength < $1.row.strength }.compactMap { mark in
      mark.place.map {
        (row: mark.row, center: (x: $0.x * sides.0 - 0.5, y: $0.y * sides.1 - 0.5), radius: $0.radius * sides.1)
      }
    }
    for mark in sorted {
      image.light(
        center: mark.center, radius: mark.radius, color: mark.row.color, share: 0.12 + 0.5 * mark.row.strength)
    }
    for mark in sorted {
      image.drawCircle(
        center: mark.center, radius: mark.radius, thickness: 2 + 3 * mark.row.strength, color: mark.row.color)
    }
    return image
  }

  private typealias Label = (number: String, size: (width: Int, height: Int))

  private static func label(_ row: GlanceRow) -> Label {
    let number = plain(NumberText.change(row.contribution, digits: 3))
    let lines = [row.name + " " + number] + (row.note.isEmpty ? [] : ["(\(row.note))"])
    return (number, Image.textSize(lines.joined(separator: "\n"), scale: 2))
  }

  /// A line to the edge of a part's circle in a photo, whose corner lies at `corner`.
  private static func point(
    from start: (x: Double, y: Double), to place: Match.Place?, _ corner: (x: Int, y: Int), _ photo: Image,
    _ color: RGB, on image: inout Image
  ) {
    guard let place else { return }
    let mark = (
      x: Double(corner.x) + place.x * Double(photo.width), y: Double(corner.y) + place.y * Double(photo.height)
    )
    let end = GlanceRow.lineEnd(
      from: start, to: mark, radius: place.radius * Double(photo.height),
      sides: (Double(corner.x), Double(corner.x + photo.width)))
    image.drawLine(from: start, to: end, thickness: 3.5, color: RGB(255, 255, 255))
    image.drawLine(from: start, to: end, thickness: 1.5, color: color)
  }

  private static func draw(_ row: GlanceRow, _ label: Label, center: (x: Int, y: Int), on image: inout Image) {
    let (x, y) = (center.x - label.size.width / 2, center.y - label.size.height / 2)
    image.fillRectangle(
      x: x - 4, y: y - 3, width: label.size.width + 8, height: label.size.height + 6, color: RGB(255, 255, 255))
    let name = Image.textSize(row.name + " ", scale: 2).width + 2
    image.drawText(row.name, x: x, y: y, scale: 2, color: ink)
    image.drawText(label.number, x: x + name, y: y, scale: 2, color: row.color)
    if !row.note.isEmpty { image.drawText("(\(row.note))", x: x, y: y + 20, scale: 2, color: soft) }
  }

  /// A name as the font has it: other alphabets and accents in Latin letters without, what has none as boxes, a line.
  private static func letters(_ name: String) -> String {
    let latin = name.applyingTransform(StringTransform("Any-Latin; Latin-ASCII"), reverse: false) ?? name
    return String(latin.map { $0.isNewline || $0 == "\t" ? " " : $0 })
  }

  /// The built-in font has ASCII only.
  private static func plain(_ text: String) -> String { text.replacingOccurrences(of: "\u{2212}", with: "-") }

  /// Lines of at most so many pixels, broken between words.
  private static func wrapped(_ text: String, _ width: Int) -> [String] {
    text.split(separator: " ").reduce(into: [String]()) { lines, word in
      if let last = lines.last, Image.textSize("\(last) \(word)", scale: 2).width <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
  }

  private static func shortened(_ text: String, _ width: Int) -> String {
    let letters = max(4, width / 12)
    return text.count <= letters ? text : text.prefix(letters - 3) + "..."
  }
}

extension Image {
  /// Tints a disk.
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
