import Foundation

/// One recipe with one seed and the folder it is trained into.
public struct TrainingRun: Sendable {
  /// The recipe's name.
  public let method: String
  /// The recipe with the run's seed.
  public let recipe: Recipe
  /// The folder's name: the method made safe for file systems, and the seed.
  public let name: String
  public let directory: String

  init(_ recipe: Recipe, seed: UInt64, under output: String) {
    var recipe = recipe
    recipe.seed = seed
    self.recipe = recipe
    method = recipe.name
    name = "\(TrainingRun.folderName(recipe.name))-\(seed)"
    directory = "\(output)/\(name)"
  }

  /// The finished model.
  public var model: String { directory + "/model.safetensors" }

  /// Where `facet evaluate` is asked to write.
  public var evaluation: String { directory + "/evaluation.json" }

  /// Whether the training is done. Throws ``RunError`` when the folder holds another recipe's run, which nobody wants
  /// overwritten.
  public func isTrained() throws -> Bool {
    let files = FileManager.default
    let path = directory + "/recipe.json"
    let holdsRun = ["model", "last", "best"].contains { files.fileExists(atPath: "\(directory)/\($0).safetensors") }
    guard files.fileExists(atPath: path) else {
      if holdsRun { throw RunError(directory: directory, reason: "it holds a training without its recipe.json") }
      return false
    }
    if let change = try recipe.firstChange(since: RecipeFile.load(path)) {
      throw RunError(directory: directory, reason: "it holds another recipe's training: \(change)")
    }
    return files.fileExists(atPath: model)
  }

  /// Letters, digits and `._=-`; anything else becomes a hyphen.
  static func folderName(_ method: String) -> String {
    let safe = method.map { character -> Character in
      character.isASCII && (character.isLetter || character.isNumber || "._=-".contains(character)) ? character : "-"
    }
    // A leading dot would hide the folder, a leading hyphen would read as an option.
    return (safe.first.map { ".-".contains($0) } ?? true) ? "run" + String(safe) : String(safe)
  }
}

/// A folder that cannot take a run.
public struct RunError: Error, CustomStringConvertible, Sendable {
  public let directory: String
  public let reason: String
  public var description: String { "\(directory): \(reason). Choose another --output, or move that folder away" }
}
