import FaceDatasets
import FaceTraining
import Foundation
import TestSupport
import Testing

@Suite struct RecipeFileTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func load(_ json: String, overrides: [String: any Sendable] = [:]) throws -> Recipe {
    try RecipeFile.load(folder.write("r.json", json), overrides: overrides)
  }

  private func failure(
    _ json: String?, overrides: [String: any Sendable] = [:], location: SourceLocation = #_sourceLocation
  ) throws -> RecipeError {
    let path = try json.map { try folder.write("r.json", $0) }
    return try #require(throws: RecipeError.self, sourceLocation: location) {
      _ = try RecipeFile.load(path, overrides: overrides)
    }
  }

  @Test func withoutAFileAllIsDefault() throws { #expect(try RecipeFile.load(nil) == Recipe()) }

  @Test func whatAFileLeavesOutKeepsItsDefault() throws {
    var expected = Recipe()
    expected.seed = 7
    expected.training.epochs = 3
    expected.data.folds = [1, 2]
    expected.head.kind = .arcface
    let json = #"{"seed": 7, "training": {"epochs": 3}, "data": {"folds": [1, 2]}, "head": {"kind": "arcface"}}"#
    #expect(try load(json) == expected)
    #expect(try load("{}") == Recipe())
  }

  @Test func overridesGoOverTheFile() throws {
    let recipe = try load(
      #"{"training": {"epochs": 3, "batch": 8}, "channelLoss": {"kind": "plain"}}"#,
      overrides: [
        "training.epochs": 5, "name": "mine", "channelLoss.ecloss.weight": 0.5, "training.nesterov": false,
        "data.folds": [9],
      ])
    #expect(recipe.training.epochs == 5)
    #expect(recipe.training.batch == 8)
    #expect(recipe.name == "mine")
    #expect(recipe.channelLoss.ecloss.weight == 0.5)
    #expect(!recipe.training.nesterov)
    #expect(recipe.data.folds == [9])
  }

  @Test(arguments: [
    (#"{"sed": 1}"#, "unknown key 'sed'; did you mean 'seed'?"),
    (#"{"training": {"epoch": 1}}"#, "unknown key 'training.epoch'; did you mean 'epochs'?"),
    (
      #"{"channelLoss": {"ecloss": {"wieght": 1}}}"#,
      "unknown key 'channelLoss.ecloss.wieght'; did you mean 'weight'?"
    ),
    (#"{"network": {"qqqqqqqq": 1}}"#, "unknown key 'network.qqqqqqqq'"),
  ])
  func anUnknownKeyNamesTheNearestKnownOne(json: String, reason: String) throws {
    let error = try failure(json)
    #expect(error.reason == reason)
    #expect(error.description == "recipe \(folder.path)/r.json: \(reason)")
  }

  @Test(arguments: ["trainig.epochs", "training.epoch", "training.", ".epochs", "", "seed.x", "a.b.c.d"])
  func anUnknownOverrideIsRefusedWithoutNamingAFile(key: String) throws {
    let error = try failure("{}", overrides: [key: 1])
    #expect(error.path == nil)
    #expect(error.description == error.reason)
  }

  @Test(arguments: [
    (#"{"training": {"epochs": "ten"}}"#, "'training.epochs' must be a whole number"),
    (#"{"training": {"learningRate": []}}"#, "'training.learningRate' must be a number"),
    (#"{"training": {"nesterov": 1}}"#, "'training.nesterov' must be true or false"),
    (#"{"name": 5}"#, "'name' must be text"),
    (#"{"training": 5}"#, "'training' must be an object"),
    (#"{"data": {"folds": 3}}"#, "'data.folds' must be a list"),
    (#"{"data": {"folds": ["x"]}}"#, "'data.folds' must be a whole number"),
    (#"{"training": {"epochs": null}}"#, "'training.epochs' has no value"),
  ])
  func wrongTypesAreNamed(json: String, reason: String) throws { #expect(try failure(json).reason == reason) }

  @Test(arguments: [
    (#"{"training": {"epochs": 1.5}}"#, "'training.epochs' cannot be 1.5"), (#"{"seed": -1}"#, "'seed' cannot be -1"),
    (#"{"training": {"batch": 99999999999999999999}}"#, "'training.batch' cannot be 99999999999999999999"),
  ])
  func numbersThatDoNotFitAreNamed(json: String, reason: String) throws { #expect(try failure(json).reason == reason) }

  @Test(arguments: [
    ("data.kind", "auto, procedural, folder, cfp, lfw, rec"), ("head.kind", "softmax, cosface, arcface, adaface"),
    ("channelLoss.kind", "plain, ecloss, icnn, sad, iccnn"),
    ("training.schedule", "constant, step, polynomial, cosine, oneCycle"),
    ("network.embedding", "backbone, pooled, flattened"), ("training.optimizer", "sgd, adamw"),
    ("training.precision", "float32, bfloat16"),
    ("network.backbone", "iresnet10, iresnet18, iresnet34, iresnet50, iresnet100, iresnet200, mobilefacenet"),
  ])
  func aChoiceNamesItsValues(key: String, values: String) throws {
    #expect(try failure(nil, overrides: [key: "nonsense"]).reason == "'\(key)' must be one of \(values)")
  }

  @Test(arguments: ["", "[1, 2]", "{", "{\"seed\": }", "not JSON", "\u{FEFF}\u{0}"])
  func whatIsNoObjectIsRefused(text: String) throws {
    #expect(try failure(text).description.contains("r.json: it is "))
  }

  /// Readers of JSON keep one of two, and drop what the other says without a word.
  @Test(arguments: [
    (#"{"seed": 1, "seed": 2}"#, "seed"),
    (#"{"training": {"epochs": 1, "batch": 8}, "name": "a", "training": {"epochs": 2}}"#, "training"),
    (#"{"data": {"folds": [1, 2], "path": "a"}, "training": {"clip": 1, "epochs": 3, "clip": 2}}"#, "training.clip"),
    (#"{"seed": 1, "s\u0065ed": 1}"#, "seed"),
  ])
  func aKeyGivenTwiceIsNamed(json: String, key: String) throws {
    #expect(try failure(json).reason == "'\(key)' is given twice")
  }

  @Test func oneKeyInSeveralObjectsIsNoRepetition() throws {
    let json =
      #"{"name": "a \"name\": {", "input": {"size": 64}, "data": {"path": "kind", "kind": "folder"}, "head": {"kind": "arcface"}}"#
    #expect(try load(json).name == "a \"name\": {")
  }

  @Test func aMissingFileIsNamed() throws {
    let path = folder.path + "/nowhere.json"
    let error = #expect(throws: RecipeError.self) { _ = try RecipeFile.load(path) }
    #expect(error?.description.contains(path) == true)
    #expect(throws: RecipeError.self) { _ = try RecipeFile.load(folder.path) }
  }

  @Test func recipesSurviveTheRoundTrip() throws {
    var recipe = Recipe()
    recipe.name = "näme \"quoted\" / slash"
    recipe.seed = UInt64.max
    recipe.data.folds = [1, 5]
    recipe.training.learningRate = 0.1 + 0.2
    recipe.training.stepEpochs = [3, 9]
    recipe.channelLoss.kind = .ecloss
    recipe.network.targetStage = 3
    recipe.augmentation.blur = 0.25
    let text = try RecipeFile.text(recipe)
    #expect(try RecipeFile.parse(text, path: "model") == recipe)
    #expect(try load(text) == recipe)
    #expect(try RecipeFile.text(load(text)) == text)
  }

  @Test func everyRecipeOfTheProjectLoads() throws {
    let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../Recipes").standardizedFileURL.path
    let names = try FileManager.default.contentsOfDirectory(atPath: root).filter { $0.hasSuffix(".json") }
    #expect(names.contains("cfp-ecloss.json") && names.contains("cfp-plain.json"))
    for name in names {
      let recipe = try RecipeFile.load(root + "/" + name)
      #expect(name == recipe.name + ".json", "a recipe is called what its file is")
    }
  }
}
