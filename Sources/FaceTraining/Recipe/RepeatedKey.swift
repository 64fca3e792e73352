import Foundation

/// Finds keys that an object of a JSON text has twice, of which readers keep one without a word.
enum RepeatedKey {
  private struct Level {
    var isObject: Bool
    var keys: Set<String> = []
    /// The key whose value is being read.
    var key: String?
  }

  /// The first such key with dots, "training.epochs"; nil when there is none. `json`: a text that was found to be JSON.
  static func first(in json: Data) -> String? {
    var levels: [Level] = []
    var isKeyNext = false
    var place = json.startIndex
    while place < json.endIndex {
      switch json[place] {
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        levels.append(Level(isObject: json[place] == UInt8(ascii: "{")))
        isKeyNext = levels.last!.isObject
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        levels.removeLast()
      case UInt8(ascii: ","):
        isKeyNext = levels.last?.isObject == true
      case UInt8(ascii: "\""):
        let end = endOfString(json, from: place)
        if isKeyNext {
          let key = string(json[place..<end])
          levels[levels.count - 1].key = key
          guard levels[levels.count - 1].keys.insert(key).inserted else {
            return levels.compactMap(\.key).joined(separator: ".")
          }
          isKeyNext = false
        }
        place = end
        continue
      default: break
      }
      place += 1
    }
    return nil
  }

  /// Behind the closing quotation mark of the string that begins at `start`.
  private static func endOfString(_ json: Data, from start: Int) -> Int {
    var place = start + 1
    while place < json.endIndex, json[place] != UInt8(ascii: "\"") {
      place += json[place] == UInt8(ascii: "\\") ? 2 : 1
    }
    return min(json.endIndex, place + 1)
  }

  /// What a string with its quotation marks says, however it is escaped.
  private static func string(_ quoted: Data) -> String {
    (try? JSONDecoder().decode(String.self, from: quoted)) ?? String(decoding: quoted, as: UTF8.self)
  }
}
