import FaceDatasets
import Foundation

/// Changes files as damage and malice do: bits, lengths, places, pieces. The same seed gives the same file.
public struct Mutator {
  private var random: SeededRandom
  private let seeds: [Data]

  /// `seeds`: files that are read without an error.
  public init(seeds: [Data], seed: UInt64, stream: String, case number: Int) {
    random = SeededRandom(seed: seed, stream: stream, number)
    self.seeds = seeds
  }

  /// One changed file. Up to eight changes, mostly one or two.
  public mutating func next() -> Data {
    var bytes = [UInt8](seeds[random.int(below: seeds.count)])
    let changes = 1 + min(random.int(below: 4), random.int(below: 8))
    for _ in 0..<changes { change(&bytes) }
    // What grows without end tells nothing new.
    return Data(bytes.prefix(1 << 16))
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else {
      bytes = [UInt8(truncatingIfNeeded: random.next())]
      return
    }
    let place = random.int(below: bytes.count)
    switch random.int(below: 10) {
    case 0: bytes[place] ^= 1 << UInt8(random.int(below: 8))
    case 1: bytes[place] = UInt8(truncatingIfNeeded: random.next())
    case 2: bytes[place] = [0, 1, 0x7f, 0x80, 0xff, 0x2e, 0x30, 0x39][random.int(below: 8)]
    case 3, 4: writeNumber(&bytes, place)
    case 5: bytes.removeSubrange(place..<min(bytes.count, place + 1 + random.int(below: 16)))
    case 6: bytes.removeLast(bytes.count - place)
    case 7: bytes.insert(contentsOf: piece(of: bytes), at: place)
    case 8: bytes.insert(contentsOf: piece(of: [UInt8](seeds[random.int(below: seeds.count)])), at: place)
    default: writeDigits(&bytes, place)
    }
  }

  private mutating func piece(of bytes: [UInt8]) -> [UInt8] {
    guard !bytes.isEmpty else { return [] }
    let start = random.int(below: bytes.count)
    return Array(bytes[start...].prefix(1 + random.int(below: 64)))
  }

  /// A number of 2, 4 or 8 bytes as lengths and offsets are: nothing, everything, the file's size and its neighbors.
  private mutating func writeNumber(_ bytes: inout [UInt8], _ place: Int) {
    let width = [2, 4, 8][random.int(below: 3)]
    let values: [UInt64] = [
      0, 1, 0x7fff, 0xffff, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x7fff_ffff_ffff_ffff, .max,
      UInt64(bytes.count), UInt64(bytes.count) + 1, UInt64(place), UInt64(bytes.count - place), 1 << 29, random.next(),
    ]
    let value = values[random.int(below: values.count)]
    let isBigEndian = random.int(below: 4) == 0
    for byte in 0..<width where place + byte < bytes.count {
      let shift = UInt64(8 * (isBigEndian ? width - 1 - byte : byte))
      bytes[place + byte] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  /// Another number where a text has one, or a sign that texts are made of.
  private mutating func writeDigits(_ bytes: inout [UInt8], _ place: Int) {
    let texts = [
      "-1", "0", "99999999999999999999", "1e308", "nan", "\"", ",", "[", "{", "]", "}", ":", "\n", "\t", "\u{0}",
      "\u{FEFF}",
    ]
    guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }), random.int(below: 2) == 0
    else {
      bytes.insert(contentsOf: texts[random.int(below: texts.count)].utf8, at: place)
      return
    }
    let end = bytes[digit...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
    bytes.replaceSubrange(digit..<end, with: texts[random.int(below: 5)].utf8)
  }
}
