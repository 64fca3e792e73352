import AtomicFiles
import Foundation

/// A value as JSON: indented, keys sorted, dates in ISO 8601, with a line end.
///
/// Numbers that JSON cannot hold become the strings "NaN", "Infinity" and "-Infinity": a report with one undefined
/// metric is still a report, and unlike null they say what happened. ``decodeJSON(_:from:)`` reads them back.
///
/// Throws what the value's own `encode(to:)` throws.
public func encodeJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  encoder.dateEncodingStrategy = .iso8601
  encoder.nonConformingFloatEncodingStrategy = .convertToString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return try encoder.encode(value) + Data("\n".utf8)
}

/// Reads what ``encodeJSON(_:)`` wrote. Throws `DecodingError`.
public func decodeJSON<Value: Decodable>(_ type: Value.Type, from bytes: Data) throws -> Value {
  let decoder = JSONDecoder()
  decoder.dateDecodingStrategy = .iso8601
  decoder.nonConformingFloatDecodingStrategy = .convertFromString(
    positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  return try decoder.decode(type, from: bytes)
}

/// Writes a value as JSON, in the form of ``encodeJSON(_:)``, by way of `writeAtomically(_:to:)`.
///
/// Throws `FileWriteError` when the file cannot be written.
public func writeJSON(_ value: some Encodable, to path: String) throws {
  try writeAtomically(encodeJSON(value), to: path)
}
