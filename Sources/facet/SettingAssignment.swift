import ArgumentParsing
import FaceDatasets
import FaceNetworks
import FaceTraining
import Foundation

/// One setting of a recipe on the command line: "training.clip=5".
struct SettingAssignment {
  let key: String
  let value: any Sendable

  /// Throws `UsageError`, naming `option`, for what is not KEY=VALUE.
  init(_ text: String, option: String) throws {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty else {
      throw UsageError("\(option) \(text) is not KEY=VALUE, such as training.clip=5")
    }
    (key, value) = (
      parts[0], RecipeFile.isText(parts[0]) ? parts[1] as any Sendable : SettingAssignment.parsed(parts[1])
    )
  }

  /// Assignments by key; the last of a key counts.
  static func overrides(_ texts: [String], option: String) throws -> [String: any Sendable] {
    try texts.reduce(into: [:]) { values, text in
      let assignment = try SettingAssignment(text, option: option)
      values[assignment.key] = assignment.value
    }
  }

  /// What `read` makes of recipes and the settings laid over them; what these have wrong is wrong usage.
  static func checked<Value>(_ read: () throws -> Value) throws -> Value {
    do {
      return try read()
    } catch let error as RecipeError where error.path == nil {
      throw UsageError("recipe: \(error.reason)")
    } catch let error as SettingsError {
      throw UsageError(error.message)
    } catch let error as NetworkError {
      throw UsageError(error.message)
    } catch let error as ProceduralFacesError {
      throw UsageError(error.description)
    }
  }

  /// Splits "a=1,b=[2,3]" at the commas outside of brackets.
  static func list(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if character == "[" { depth += 1 }
      if character == "]" { depth -= 1 }
      if character == ",", depth <= 0 { parts.append("") } else { parts[parts.count - 1].append(character) }
    }
    return parts
  }

  /// The value as JSON where it is JSON (numbers, true, lists), else as text.
  private static func parsed(_ text: String) -> any Sendable {
    if let number = Int(text) { return number }
    if let number = Double(text), number.isFinite { return number }
    if text == "true" || text == "false" { return text == "true" }
    guard text.hasPrefix("[") else { return text }
    let bytes = Data(text.utf8)
    if let numbers = try? JSONDecoder().decode([Int].self, from: bytes) { return numbers }
    if let words = try? JSONDecoder().decode([String].self, from: bytes) { return words }
    return text
  }
}
