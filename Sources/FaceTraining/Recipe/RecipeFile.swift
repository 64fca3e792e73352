import ArgumentParsing
import FaceDatasets
import Foundation

/// Reads and writes recipes as JSON. What a file leaves out keeps its default; a key that does not exist is an error that
/// names the nearest one that does.
public enum RecipeFile {
  /// Reads the file at `path` (none: the defaults) and lays `overrides`, dotted keys such as "training.epochs", over it.
  public static func load(_ path: String?, overrides: [String: any Sendable] = [:]) throws -> Recipe {
    var tree = try defaults()
    if let path {
      guard let bytes = FileManager.default.contents(atPath: path) else {
        throw RecipeError(path: path, reason: "there is no such file, or it cannot be read")
      }
      guard let user = try? JSONSerialization.jsonObject(with: bytes) as? [String: Any] else {
        throw RecipeError(path: path, reason: "it is not a JSON object")
      }
      try merge(user, into: &tree, at: "", path: path)
    }
    for (key, value) in overrides.sorted(by: { $0.key < $1.key }) {
      var nested: Any = value
      for part in key.split(separator: ".").reversed() { nested = [String(part): nested] }
      try merge(nested as! [String: Any], into: &tree, at: "", path: "the command line")
    }
    let recipe = try decode(tree, path: path ?? "the command line")
    try recipe.validate()
    return recipe
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
    guard let user = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw RecipeError(path: path, reason: "its recipe is not a JSON object")
    }
    try merge(user, into: &tree, at: "", path: path)
    return try decode(tree, path: path)
  }

  private static func defaults() throws -> [String: Any] {
    let bytes = try JSONEncoder().encode(Recipe())
    return try JSONSerialization.jsonObject(with: bytes) as! [String: Any]
  }

  private static func merge(_ user: [String: Any], into tree: inout [String: Any], at place: String, path: String)
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

  private static func decode(_ tree: [String: Any], path: String) throws -> Recipe {
    let bytes = try JSONSerialization.data(withJSONObject: tree)
    do {
      return try JSONDecoder().decode(Recipe.self, from: bytes)
    } catch let error as DecodingError {
      throw RecipeError(path: path, reason: explain(error))
    }
  }

  private static func explain(_ error: DecodingError) -> String {
    func name(_ context: DecodingError.Context) -> String {
      context.codingPath.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .typeMismatch(let type, let context): return "'\(name(context))' must be a \(type)"
    case .dataCorrupted(let context):
      return "'\(name(context))' has a value it cannot have: \(context.debugDescription)"
    case .valueNotFound(_, let context): return "'\(name(context))' has no value"
    case .keyNotFound(let key, _): return "'\(key.stringValue)' is missing"
    @unknown default: return "it cannot be read"
    }
  }
}

/// A recipe that cannot be used.
public struct RecipeError: Error, CustomStringConvertible, Sendable {
  public let path: String
  public let reason: String
  public var description: String { "recipe \(path): \(reason)" }
}
