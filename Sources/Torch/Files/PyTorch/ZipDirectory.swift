import Foundation

/// Where the files of a ZIP archive lie that are stored without compression, which is how PyTorch stores its own.
struct ZipDirectory {
  /// Names and the places of the files' bytes.
  private(set) var files: [String: Range<Int>] = [:]
  private let bytes: UnsafeRawBufferPointer

  struct Damage: Error { let reason: String }

  /// Reads the directory at the archive's end. Throws ``Damage``.
  init(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
    self.bytes = bytes
    let (count, start) = try directory()
    var place = start
    for _ in 0..<count {
      guard number(place, 4) == 0x0201_4b50, let lengths = lengths(place + 28, 3) else {
        throw Damage(reason: "its directory is cut off")
      }
      let end = place + 46 + lengths.reduce(0, +)
      guard end <= bytes.count else { throw Damage(reason: "its directory is cut off") }
      let name = String(decoding: bytes[(place + 46)..<(place + 46 + lengths[0])], as: UTF8.self)
      files[name] = try contents(of: name, header: place, extra: (place + 46 + lengths[0])..<(end - lengths[2]))
      place = end
    }
  }

  /// A little-endian number of up to 8 bytes; nil outside of the file, or beyond what a place in a file can be.
  private func number(_ place: Int, _ count: Int) -> Int? {
    guard place >= 0, place <= bytes.count - count else { return nil }
    let value = bytes[place..<(place + count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }

  private func lengths(_ place: Int, _ count: Int) -> [Int]? {
    let lengths = (0..<count).compactMap { number(place + 2 * $0, 2) }
    return lengths.count == count ? lengths : nil
  }

  /// How many files there are and where their directory begins.
  private func directory() throws(Damage) -> (count: Int, start: Int) {
    let missing = Damage(reason: "it has no directory at its end: it is cut off, or no archive")
    // A comment of up to 64 KiB may follow the end record.
    let candidates = stride(from: bytes.count - 22, through: max(0, bytes.count - 22 - 65_535), by: -1)
    guard let end = candidates.first(where: { number($0, 4) == 0x0605_4b50 }), let count = number(end + 10, 2),
      let start = number(end + 16, 4)
    else { throw missing }
    guard count == 0xFFFF || start == 0xFFFF_FFFF else { return (count, start) }
    // Archives beyond 4 GiB keep the real numbers in a record of their own.
    guard number(end - 20, 4) == 0x0706_4b50, let large = number(end - 12, 8), number(large, 4) == 0x0606_4b50,
      let count = number(large + 32, 8), let start = number(large + 48, 8), count <= bytes.count / 46
    else { throw missing }
    return (count, start)
  }

  private func contents(of name: String, header: Int, extra: Range<Int>) throws(Damage) -> Range<Int> {
    guard var size = number(header + 24, 4), var stored = number(header + 20, 4), var local = number(header + 42, 4)
    else { throw Damage(reason: "its directory is cut off") }
    if size == 0xFFFF_FFFF || stored == 0xFFFF_FFFF || local == 0xFFFF_FFFF {
      var place = large(extra)
      for keyPath in [\Sizes.size, \Sizes.stored, \Sizes.local] {
        var sizes = Sizes(size: size, stored: stored, local: local)
        guard sizes[keyPath: keyPath] == 0xFFFF_FFFF else { continue }
        guard let start = place, start + 8 <= extra.upperBound, let value = number(start, 8) else {
          throw Damage(reason: "the size of \(name) is missing")
        }
        sizes[keyPath: keyPath] = value
        (size, stored, local) = (sizes.size, sizes.stored, sizes.local)
        place = start + 8
      }
    }
    guard number(header + 10, 2) == 0, size == stored, number(header + 8, 2).map({ $0 & 1 }) == 0 else {
      throw Damage(reason: "\(name) is compressed or encrypted, which PyTorch never does")
    }
    guard number(local, 4) == 0x0403_4b50, let lengths = lengths(local + 26, 2) else {
      throw Damage(reason: "\(name) is not where the directory says")
    }
    let start = local + 30 + lengths[0] + lengths[1]
    guard start <= bytes.count, size <= bytes.count - start else { throw Damage(reason: "\(name) is cut off") }
    return start..<(start + size)
  }

  private struct Sizes {
    var size: Int
    var stored: Int
    var local: Int
  }

  /// Where the numbers of the field for large files begin.
  private func large(_ extra: Range<Int>) -> Int? {
    var place = extra.lowerBound
    while place + 4 <= extra.upperBound, let field = lengths(place, 2) {
      if field[0] == 1 { return place + 4 }
      place += 4 + field[1]
    }
    return nil
  }
}
