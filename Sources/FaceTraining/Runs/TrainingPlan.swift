import FaceDatasets
import Foundation

/// Several recipes, each trained with several seeds, and where each run lies.
public struct TrainingPlan: Sendable {
  /// A change that makes a variant of a recipe.
  public struct Variant: Sendable {
    /// What is added to the recipe's name: "training.clip=0".
    public let title: String
    /// Dotted keys and values, as `RecipeFile.load` has them.
    public let overrides: [String: any Sendable]

    public init(title: String, overrides: [String: any Sendable]) {
      self.title = title
      self.overrides = overrides
    }
  }

  /// The recipes by name: every one given, each followed by its variants.
  public let methods: [Recipe]
  public let seeds: [UInt64]
  /// Seed by seed, so that a plan cut off has whole comparisons.
  public let runs: [TrainingRun]

  /// - Parameters:
  ///   - recipes: paths of recipe files.
  ///   - overrides: dotted keys laid over every recipe.
  ///   - variants: each makes one more method of every recipe, laid over `overrides`.
  ///   - output: the folder of the runs' folders.
  /// - Throws: ``RecipeError`` for a recipe that cannot be used, `SettingsError` for names that cannot be told apart.
  public init(
    recipes: [String], overrides: [String: any Sendable] = [:], variants: [Variant] = [], seeds: [UInt64],
    output: String
  ) throws {
    methods = try recipes.flatMap { path in
      let plain = try RecipeFile.load(path, overrides: overrides)
      return try [plain] + variants.map { try TrainingPlan.vary(path, plain, overrides, $0) }
    }
    self.seeds = seeds
    try TrainingPlan.checkNames(methods.map(\.name), seeds)
    let methods = methods
    runs = seeds.flatMap { seed in methods.map { TrainingRun($0, seed: seed, under: output) } }
  }

  /// The runs of a method, in the order of the seeds.
  public func runs(of method: String) -> [TrainingRun] { runs.filter { $0.method == method } }

  private static func vary(
    _ path: String, _ plain: Recipe, _ overrides: [String: any Sendable], _ variant: Variant
  ) throws -> Recipe {
    var recipe = try RecipeFile.load(path, overrides: overrides.merging(variant.overrides) { $1 })
    guard recipe != plain else {
      throw SettingsError(message: "the variant \(variant.title) changes nothing in '\(plain.name)'; leave it out")
    }
    recipe.name = "\(plain.name) \(variant.title)"
    return recipe
  }

  private static func checkNames(_ names: [String], _ seeds: [UInt64]) throws {
    var owners: [String: String] = [:]
    for name in names {
      let folder = TrainingRun.folderName(name).lowercased()
      if let other = owners[folder] {
        let which = other == name ? "two methods are called '\(name)'" : "'\(other)' and '\(name)' would share a folder"
        throw SettingsError(message: "\(which); give each recipe a \"name\" of its own")
      }
      owners[folder] = name
    }
    guard Set(seeds).count == seeds.count else { throw SettingsError(message: "a seed is listed twice") }
  }
}
