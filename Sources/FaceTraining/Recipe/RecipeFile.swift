import ArgumentParsing
import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation

/// Reads and writes recipes as JSON. What a file leaves out keeps its default; a key that does not exist is an error that
/// names the nearest one that does.
public enum RecipeFile {
  /// Reads the file at `path` (none: the defaults) and lays `overrides`, dotted keys such as "training.epochs", over it.
  /// Throws ``RecipeError``, without a path for what the overrides have wrong, or what ``Recipe/validate()`` throws.
  public static func load(
    _ path: String?, overrides: [String: any Sendable] = [:], validates: Bool = true
  ) throws -> Recipe {
    var tree = try defaults()
    if let path {
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw RecipeError(path: path, reason: "there is no such file, or it cannot be read")
      }
      try merge(object(bytes, path: path), into: &tree, at: "", path: path)
      _ = try decode(tree, path: path)
    }
    for (key, value) in overrides.sorted(by: { $0.key < $1.key }) {
      let parts = key.split(separator: ".", omittingEmptySubsequences: false).reversed()
      let nested = parts.reduce(value as Any) { [String($1): $0] }
      try merge(nested as! [String: Any], into: &tree, at: "", path: nil)
    }
    let recipe = try decode(tree, path: nil)
    if validates { try recipe.validate() }
    return recipe
  }

  /// Whether a setting, by its dotted key, is text: "2024" is then no number. False where there is no such setting.
  public static func isText(_ key: String) -> Bool {
    let tree = try? defaults()
    return key.split(separator: ".", omittingEmptySubsequences: false)
      .reduce(tree as Any?) { ($0 as? [String: Any])?[String($1)] } is String
  }

  private static func object(_ bytes: Data, path: String) throws -> [String: Any] {
    do {
      guard let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
        throw RecipeError(path: path, reason: "it is JSON, but not an object such as { \"seed\": 1 }")
      }
      if let key = RepeatedKey.first(in: bytes) {
        throw RecipeError(path: path, reason: "'\(key)' is given twice")
      }
      return object
    } catch let error as RecipeError {
      throw error
    } catch {
      let detail = (error as NSError).userInfo["NSDebugDescription"].map { ": \($0)" } ?? ""
      throw RecipeError(path: path, reason: "it is not JSON\(detail)")
    }
  }

  /// The recipe as JSON with sorted keys.
  public static func text(_ recipe: Recipe) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(recipe), as: UTF8.self)
  }

  /// Reads a recipe that Facet wrote, such as the one in a model file.
  public static func parse(_ text: String, path: String) throws -> Recipe {
    var tree = try defaults()
    try merge(object(Data(text.utf8), path: path), into: &tree, at: "", path: path)
    return try decode(tree, path: path)
  }

  private static func defaults() throws -> [String: Any] {
    let bytes = try JSONEncoder().encode(Recipe())
    return try JSONSerialization.jsonObject(with: bytes) as! [String: Any]
  }

  private static func merge(_ user: [String: Any], into tree: inout [String: Any], at place: String, path: String?)
    throws
  {
    for (key, value) in user.sorted(by: { $0.key < $1.key }) {
      let name = place.isEmpty ? key : "\(place).\(key)"
      guard let known = tree[key] else {
        let hint = nearest(to: key, among: Array(tree.keys).sorted()).map { "; did you mean '\($0)'?" } ?? ""
        throw RecipeError(path: path, reason: "unknown key '\(name)'\(hint)")
      }
      if var inner = known as? [String: Any] {
        guard let nested = value as? [String: Any] else {
          throw RecipeError(path: path, reason: "'\(name)' must be an object")
        }
        try merge(nested, into: &inner, at: name, path: path)
        tree[key] = inner
      } else {
        tree[key] = value
      }
    }
  }

  private static func decode(_ tree: [String: Any], path: String?) throws -> Recipe {
    let bytes = try JSONSerialization.data(withJSONObject: tree)
    do {
      return try JSONDecoder().decode(Recipe.self, from: bytes)
    } catch let error as DecodingError {
      throw RecipeError(path: path, reason: try misfit(tree) ?? explain(error))
    }
  }

  /// What is wrong with the first setting that alone makes the defaults unreadable. Foundation's error for a number that
  /// does not fit names no setting.
  private static func misfit(_ tree: [String: Any], at place: [String] = []) throws -> String? {
    for (key, value) in tree.sorted(by: { $0.key < $1.key }) {
      let path = place + [key]
      if let inner = value as? [String: Any] {
        if let found = try misfit(inner, at: path) { return found }
        continue
      }
      var alone = try defaults()
      try merge(path.reversed().reduce(value) { [$1: $0] } as! [String: Any], into: &alone, at: "", path: nil)
      do {
        _ = try JSONDecoder().decode(Recipe.self, from: JSONSerialization.data(withJSONObject: alone))
      } catch DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty {
        return "'\(path.joined(separator: "."))' cannot be \(value)"
      } catch let error as DecodingError {
        return explain(error)
      }
    }
    return nil
  }

  private static func explain(_ error: DecodingError) -> String {
    func name(_ context: DecodingError.Context) -> String {
      // Elements of lists have no name that a recipe's writer would know.
      context.codingPath.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .typeMismatch(let type, let context): return "'\(name(context))' must be \(inWords(type))"
    case .dataCorrupted(let context):
      guard let choices = choices[name(context)] else {
        return "'\(name(context))' has a value it cannot have: \(context.debugDescription)"
      }
      return "'\(name(context))' must be one of \(choices.joined(separator: ", "))"
    case .valueNotFound(_, let context): return "'\(name(context))' has no value"
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    @unknown default: return "it cannot be read"
    }
  }

  private static func inWords(_ type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "a whole number"
    case is Double.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "text"
    default: "a list"
    }
  }

  /// The values of the settings that have only a few.
  private static let choices: [String: [String]] = [
    "data.kind": DataSettings.Kind.allCases.map(\.rawValue),
    "network.backbone": NetworkSettings.Backbone.allCases.map(\.rawValue),
    "network.embedding": NetworkSettings.Embedding.allCases.map(\.rawValue),
    "head.kind": HeadSettings.Kind.allCases.map(\.rawValue),
    "channelLoss.kind": ChannelLossSettings.Kind.allCases.map(\.rawValue),
    "training.optimizer": TrainingSettings.OptimizerKind.allCases.map(\.rawValue),
    "training.schedule": TrainingSettings.ScheduleKind.allCases.map(\.rawValue),
    "training.precision": TrainingSettings.Precision.allCases.map(\.rawValue),
  ]
}

/// A recipe that cannot be used.
public struct RecipeError: Error, CustomStringConvertible, Sendable {
  /// The recipe's file, or the model file it is in; nil for settings given beside it, such as on the command line.
  public let path: String?
  public let reason: String
  public var description: String { (path.map { "recipe \($0): " } ?? "") + reason }
}
