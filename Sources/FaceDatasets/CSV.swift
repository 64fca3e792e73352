/// Comma-separated values (RFC 4180): quoted fields with doubled quotes, line breaks within quotes, LF or CRLF.
struct CSV {
  struct Row: Equatable {
    /// The line the row begins on, from 1.
    var line: Int
    var fields: [String]
  }

  /// The rows; blank lines are left out.
  private(set) var rows: [Row] = []
  private let file: String
  private var row = Row(line: 1, fields: [])
  private var field: [UInt8] = []
  private var quoted = false
  private var wasQuoted = false
  private var line = 1

  /// Throws `DatasetError` naming line and column where a quote is missing or out of place.
  init(_ text: String, file: String) throws {
    self.file = file
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
      index += try take(bytes[index], next: index + 1 < bytes.count ? bytes[index + 1] : nil)
    }
    if quoted { throw malformed("a quoted field is not closed") }
    endRow()
  }

  /// Takes one byte and says how many were used up.
  private mutating func take(_ byte: UInt8, next: UInt8?) throws -> Int {
    let quote = UInt8(ascii: "\"")
    let newline = UInt8(ascii: "\n")
    if byte == newline { line += 1 }
    if quoted {
      guard byte == quote else {
        field.append(byte)
        return 1
      }
      guard next == quote else {
        quoted = false
        return 1
      }
      field.append(quote)
      return 2
    }
    switch byte {
    case UInt8(ascii: ","): endField()
    case newline: endRow()
    case UInt8(ascii: "\r") where next == newline || next == nil: break
    case quote where field.isEmpty && !wasQuoted:
      quoted = true
      wasQuoted = true
    default:
      if wasQuoted { throw malformed("a quoted field goes on after its closing quote") }
      field.append(byte)
    }
    return 1
  }

  private mutating func endField() {
    let text = String(decoding: field, as: UTF8.self)
    row.fields.append(text)
    field = []
    wasQuoted = false
  }

  private mutating func endRow() {
    let blank = row.fields.isEmpty && !wasQuoted && field.allSatisfy { $0 == 32 || $0 == 9 }
    endField()
    if !blank { rows.append(row) }
    row = Row(line: line, fields: [])
  }

  private func malformed(_ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file, line: row.line, column: row.fields.count + 1, problem: problem,
      remedy: "put the field in quotes, with quotes inside it doubled")
  }
}
