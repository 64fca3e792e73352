import Foundation
import ProtocolBuffers

/// What reading a model can throw before the file's name is known.
struct Damage: Error { let reason: String }

extension ProtobufReader {
  /// Calls `body` for each field. Throws ``Damage``.
  mutating func forEach(_ what: String, _ body: (Field) throws(Damage) -> Void) throws(Damage) {
    while true {
      let field: Field?
      do { field = try next() } catch { throw Damage(reason: "\(what): \(error)") }
      guard let field else { return }
      try body(field)
    }
  }
}

extension ProtobufReader.Field {
  /// A whole number that fits Int. Throws ``Damage`` when the field is something else.
  func integer() throws(Damage) -> Int {
    guard case .varint(let value) = value else { throw wrong("a number") }
    return Int(Int64(bitPattern: value))
  }

  func float() throws(Damage) -> Float {
    guard case .fixed32(let bits) = value else { throw wrong("a 32-bit number") }
    return Float(bitPattern: bits)
  }

  func bytes() throws(Damage) -> UnsafeRawBufferPointer {
    guard case .bytes(let bytes) = value else { throw wrong("bytes") }
    return bytes
  }

  func text() throws(Damage) -> String {
    guard let text = String(bytes: try bytes(), encoding: .utf8) else { throw wrong("a text in UTF-8") }
    return text
  }

  func message() throws(Damage) -> ProtobufReader { ProtobufReader(try bytes()) }

  /// Numbers, packed or one of several fields.
  func integers() throws(Damage) -> [Int] {
    guard case .bytes(let packed) = value else { return [try integer()] }
    var reader = ProtobufReader(packed)
    var numbers: [Int] = []
    while !reader.isAtEnd {
      do { numbers.append(Int(Int64(bitPattern: try reader.varint()))) } catch { throw Damage(reason: "\(error)") }
    }
    return numbers
  }

  func floats() throws(Damage) -> [Float] {
    guard case .bytes(let packed) = value else { return [try float()] }
    var reader = ProtobufReader(packed)
    var numbers: [Float] = []
    while !reader.isAtEnd {
      do { numbers.append(Float(bitPattern: try reader.fixed())) } catch { throw Damage(reason: "\(error)") }
    }
    return numbers
  }

  private func wrong(_ wanted: String) -> Damage { Damage(reason: "field \(number) is not \(wanted)") }
}
