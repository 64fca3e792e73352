/// How many columns a text takes on a terminal: two for East Asian wide characters and emoji, one for the others.
///
/// Escape sequences are not understood; a text with colors measures too wide.
public func displayWidth(_ text: some StringProtocol) -> Int {
  text.reduce(0) { $0 + columns($1) }
}

/// The longest start of a text that fits `width` columns.
func prefix(of text: String, fitting width: Int) -> Substring {
  var left = width
  return text.prefix { character in
    left -= columns(character)
    return left >= 0
  }
}

private func columns(_ character: Character) -> Int {
  guard let scalar = character.unicodeScalars.first else { return 0 }
  if scalar.isASCII { return scalar.value < 32 || scalar.value == 127 ? 0 : 1 }
  switch scalar.properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format, .control: return 0
  default: break
  }
  if scalar.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
  return isWide(scalar.value) ? 2 : 1
}

/// The blocks that Unicode's East Asian Width table calls wide or full-width, without its small gaps.
private func isWide(_ value: UInt32) -> Bool {
  switch value {
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    true
  default: false
  }
}
