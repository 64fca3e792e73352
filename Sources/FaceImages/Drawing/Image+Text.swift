import Foundation

extension Image {
  /// Draws text with its top left corner at column `x`, row `y`; a newline starts the next line below.
  ///
  /// Letters are 5 x 8 pixels times `scale`, 6 apart, lines 10 apart. Accents are dropped, and characters that are
  /// not ASCII even so show as a box. What falls outside the picture is left out. Traps when `scale` is below 1.
  public mutating func drawText(_ text: String, x: Int, y: Int, scale: Int = 1, color: RGB = RGB(0, 0, 0)) {
    precondition(scale >= 1, "text is at least one pixel a dot")
    for (line, letters) in Image.lines(of: text).enumerated() {
      for (column, letter) in letters.enumerated() {
        drawLetter(
          letter, x: x + column * BitmapFont.advance * scale, y: y + line * BitmapFont.lineHeight * scale,
          scale: scale, color: color)
      }
    }
  }

  /// The size in pixels that `drawText` fills, without the gap behind the last letter and line; 0 for no text.
  public static func textSize(_ text: String, scale: Int = 1) -> (width: Int, height: Int) {
    let lines = lines(of: text)
    let letters = lines.map(\.count).max() ?? 0
    guard letters > 0 else { return (0, 0) }
    let width = letters * BitmapFont.advance - (BitmapFont.advance - BitmapFont.letterSize.width)
    let height = lines.count * BitmapFont.lineHeight - (BitmapFont.lineHeight - BitmapFont.letterSize.height)
    return (width * scale, height * scale)
  }

  private static func lines(of text: String) -> [Substring] {
    let isPlain = text.utf8.allSatisfy { $0 < 128 }
    let plain = isPlain ? text : text.folding(options: .diacriticInsensitive, locale: nil)
    return plain.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
  }

  private mutating func drawLetter(_ letter: Character, x: Int, y: Int, scale: Int, color: RGB) {
    for (row, bits) in BitmapFont.rows(of: letter).enumerated() where bits != 0 {
      for column in 0..<BitmapFont.letterSize.width where bits >> (4 - column) & 1 == 1 {
        fillRectangle(x: x + column * scale, y: y + row * scale, width: scale, height: scale, color: color)
      }
    }
  }
}
