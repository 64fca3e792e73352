import Foundation
import Torch

/// Where each record of a `.rec` file begins: the `.idx` file beside it, a line `KEY<tab>OFFSET` for each record, or the
/// records' order where there is none.
struct RecordIndex: Sendable {
  /// Rising.
  private(set) var keys: [Int]
  /// Of the record with the same position in `keys`.
  private(set) var offsets: [Int]

  /// Records numbered in their order.
  init(offsets: [Int]) {
    keys = Array(offsets.indices)
    self.offsets = offsets
  }

  /// Reads an index. Throws `DatasetError`, naming the line, for what is no index.
  init(contentsOf path: String) throws {
    let file: MappedFile
    do {
      file = try MappedFile(path)
    } catch let error as MappedFileError {
      throw DatasetError(
        .unreadable, path: path, problem: "cannot be opened (\(error.reason))", remedy: "check its permissions")
    }
    keys = []
    offsets = []
    var line = 0
    var isSorted = true
    for text in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      line += 1
      let fields = text.split(whereSeparator: { $0 == 9 || $0 == 32 || $0 == 13 })
      if fields.isEmpty { continue }
      guard fields.count == 2, let key = RecordIndex.number(fields[0]), let offset = RecordIndex.number(fields[1])
      else {
        throw DatasetError(
          .malformed, path: path, line: line, problem: "is not a key and an offset",
          remedy: "copy the file again, or delete it: without it the .rec file is walked through")
      }
      isSorted = isSorted && key > keys.last ?? -1
      keys.append(key)
      offsets.append(offset)
    }
    if !isSorted { try sort(path) }
  }

  private mutating func sort(_ path: String) throws {
    let order = keys.indices.sorted { keys[$0] < keys[$1] }
    keys = order.map { keys[$0] }
    offsets = order.map { offsets[$0] }
    for (key, next) in zip(keys, keys.dropFirst()) where key == next {
      throw DatasetError(
        .malformed, path: path, problem: "holds the key \(key) twice",
        remedy: "copy the file again, or delete it: without it the .rec file is walked through")
    }
  }

  /// A whole number of up to 18 digits.
  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
    guard (1...18).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
      guard (48...57).contains(digit) else { return nil }
      value = value * 10 + Int(digit - 48)
    }
    return value
  }

  /// The position of a key; nil when there is none. O(log n), O(1) where keys count from 0.
  func position(of key: Int) -> Int? {
    if keys.indices.contains(key), keys[key] == key { return key }
    var range = 0..<keys.count
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      if keys[middle] == key { return middle }
      range = keys[middle] < key ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
    }
    return nil
  }

  func offset(of key: Int) -> Int? { position(of: key).map { offsets[$0] } }
}
