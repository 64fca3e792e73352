import Foundation
import Torch

/// The lines of a text file with too many of them to keep: mapped into memory and handed out one after the other, as bytes.
struct TextRows {
  /// What stands between the fields of a line.
  enum Separator {
    /// Spaces and tabs, any number of them.
    case blanks
    case comma
  }

  let path: String
  private let separator: Separator
  private let file: MappedFile

  /// Throws `DatasetError` when the file is missing or cannot be mapped.
  init(_ path: String, separator: Separator) throws {
    self.path = path
    self.separator = separator
    do {
      file = try MappedFile(path)
    } catch let error as MappedFileError {
      throw DatasetError(
        .missing, path: path, problem: "cannot be opened (\(error.reason))",
        remedy: "check the path and the file's permissions")
    }
  }

  /// Calls `body` with each line that is not blank. Throws what `body` throws, or `DatasetError` when the file was shortened.
  func forEachRow(_ body: (inout TextRow) throws -> Void) throws {
    let bytes = file.bytes
    var (start, number) = (bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0, 0)
    while start < bytes.count {
      if number & 0xFFFF == 0 { try checkSize() }
      let end = TextRows.lineEnd(bytes, from: start)
      number += 1
      var row = TextRow(number: number, bytes: .init(rebasing: bytes[start..<end]), separator: separator)
      if !row.isBlank { try body(&row) }
      start = end + 1
    }
  }

  private func checkSize() throws {
    do {
      try file.checkSize()
    } catch let error as MappedFileError {
      throw DatasetError(.unreadable, path: path, problem: error.reason, remedy: "copy it again")
    }
  }

  private static func lineEnd(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
    let rest = bytes.baseAddress! + start
    guard let found = memchr(rest, 0x0A, bytes.count - start) else { return bytes.count }
    return start + (UnsafeRawPointer(found) - rest)
  }
}

/// One line, whose fields are taken from the front.
struct TextRow {
  /// From 1.
  let number: Int
  private let bytes: UnsafeRawBufferPointer
  private let separator: TextRows.Separator
  private var place = 0
  private var isExhausted = false

  init(number: Int, bytes: UnsafeRawBufferPointer, separator: TextRows.Separator) {
    self.number = number
    self.separator = separator
    var count = bytes.count
    while count > 0, TextRow.isBlank(bytes[count - 1]) { count -= 1 }
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes[..<count])
  }

  var isBlank: Bool { bytes.isEmpty }
  var startsWithDigit: Bool { bytes.first.map { (0x30...0x39).contains($0) } ?? false }
  /// The line for a message, cut where it is long.
  var text: String {
    let text = String(decoding: bytes.prefix(80), as: UTF8.self)
    return bytes.count > 80 ? text + "..." : text
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

  /// The next field; nil after the last.
  mutating func field() -> UnsafeRawBufferPointer? {
    if separator == .blanks { while place < bytes.count, TextRow.isBlank(bytes[place]) { place += 1 } }
    guard !isExhausted, place < bytes.count || separator == .comma else { return nil }
    let start = place
    while place < bytes.count, !isSeparator(bytes[place]) { place += 1 }
    defer {
      // A comma at the end of the line is followed by an empty field.
      isExhausted = place >= bytes.count
      place += 1
    }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<place])
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    separator == .comma ? byte == UInt8(ascii: ",") : TextRow.isBlank(byte)
  }

  /// The next field as a whole number from 0 on; nil when it is none, or larger than 32 bits hold.
  mutating func natural() -> Int? {
    guard let digits = field(), !digits.isEmpty, digits.count <= 10 else { return nil }
    var value = 0
    for byte in digits {
      guard byte >= 0x30, byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value <= Int(Int32.max) ? value : nil
  }

  /// The next field as a finite number; nil when it is none.
  mutating func real() -> Double? {
    field().flatMap { Double(String(decoding: $0, as: UTF8.self)) }.flatMap { $0.isFinite ? $0 : nil }
  }

  /// The next field as text; nil after the last.
  mutating func string() -> String? { field().map { String(decoding: $0, as: UTF8.self) } }

  /// Whether no field is left.
  mutating func isAtEnd() -> Bool { field() == nil }
}
