/// Makes any text safe between tags and inside quoted attributes, for HTML and XML readers alike.
enum HTMLText {
  /// The five markup characters become entities; characters that XML forbids, and those that
  /// turn the direction of text, become U+FFFD.
  ///
  /// Complexity: O(*n*); text with nothing to escape is returned as it is.
  static func escape(_ text: String) -> String {
    guard text.utf8.contains(where: needsCare) else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 16)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(isAllowed(scalar) ? scalar : "\u{FFFD}")
      }
    }
    return result
  }

  /// Lowercase letters, digits and single hyphens, for an anchor; never empty.
  static func slug(_ text: String) -> String {
    var result = ""
    for scalar in text.lowercased().unicodeScalars {
      let keep = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
      if keep {
        result.unicodeScalars.append(scalar)
      } else if !result.isEmpty && !result.hasSuffix("-") {
        result += "-"
      }
    }
    while result.hasSuffix("-") { result.removeLast() }
    return result.isEmpty ? "section" : result
  }

  /// 0xEF leads U+FFFE and U+FFFF, which XML forbids; 0xD8 and 0xE2 those that turn text.
  private static func needsCare(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x26, 0x3C, 0x3E, 0x22, 0x27, 0xD8, 0xE2, 0xEF: true
    default: byte < 0x20
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA, 0xD: true
    case 0..<0x20, 0xFFFE, 0xFFFF: false
    default: !scalar.properties.isBidiControl
    }
  }
}
