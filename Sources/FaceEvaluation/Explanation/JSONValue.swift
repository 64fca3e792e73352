import Foundation

/// A JSON document's value, for comparing documents key by key.
enum JSONValue: Decodable, Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  init(_ value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  /// Reads a document. Nil for one that is no JSON, or that has a key twice, of which readers take one or the other.
  init?(document: Data) {
    // One of the two readers takes the first of equal keys, the other the last.
    guard let value = try? JSONDecoder().decode(JSONValue.self, from: document),
      let object = try? JSONSerialization.jsonObject(with: document),
      let again = try? JSONSerialization.data(withJSONObject: object),
      value == (try? JSONDecoder().decode(JSONValue.self, from: again))
    else { return nil }
    self = value
  }

  subscript(key: String) -> JSONValue? {
    guard case .object(let values) = self else { return nil }
    return values[key]
  }

  /// An object's keys; none of anything else.
  var keys: [String] {
    guard case .object(let values) = self else { return [] }
    return Array(values.keys)
  }

  var items: [JSONValue]? {
    guard case .list(let values) = self else { return nil }
    return values
  }

  func without(_ key: String) -> JSONValue {
    guard case .object(var values) = self else { return self }
    values[key] = nil
    return .object(values)
  }

  /// Where this document says something else than another, in words. Numbers may differ by `tolerance`.
  func differences(from other: JSONValue, tolerance: Double, place: String = "") -> [String] {
    switch (self, other) {
    case (.number(let a), .number(let b)) where abs(a - b) <= tolerance: return []
    case (.object(let a), .object(let b)):
      return Set(a.keys).union(b.keys).sorted().flatMap { key -> [String] in
        let inner = place.isEmpty ? key : "\(place).\(key)"
        guard let own = a[key] else { return ["\(inner) is not recorded and comes out as \(b[key]!.short)"] }
        guard let theirs = b[key] else { return ["\(inner) is recorded as \(own.short) and does not come out"] }
        return own.differences(from: theirs, tolerance: tolerance, place: inner)
      }
    case (.list(let a), .list(let b)) where a.count == b.count:
      return zip(a, b).enumerated().flatMap { index, pair in
        pair.0.differences(
          from: pair.1, tolerance: tolerance, place: "\(place)[\(pair.1["part"]?.short ?? "\(index)")]")
      }
    case _ where self == other: return []
    default: return ["\(place) is recorded as \(short) and comes out as \(other.short)"]
    }
  }

  private var short: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .number(let value): value == value.rounded() && abs(value) < 1e9 ? "\(Int(value))" : "\(value)"
    case .text(let value): "'\(value.prefix(120))\(value.count > 120 ? "..." : "")'"
    case .list(let values): "a list of \(values.count)"
    case .object: "an object"
    }
  }
}
