import FaceDatasets
import FaceTraining
import Foundation
import TestSupport
import Testing

@Suite struct TrainingPlanTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func recipe(_ name: String) throws -> String {
    try folder.write("\(name).json", #"{"name": "\#(name)", "training": {"epochs": 3}}"#)
  }

  private func plan(
    _ names: String..., overrides: [String: any Sendable] = [:], variants: [TrainingPlan.Variant] = [],
    seeds: [UInt64] = [0, 1]
  ) throws -> TrainingPlan {
    try TrainingPlan(
      recipes: names.map(recipe), overrides: overrides, variants: variants, seeds: seeds, output: folder.path + "/runs")
  }

  @Test func everyRecipeIsTrainedWithEverySeedSeedBySeed() throws {
    let plan = try plan("a", "b", overrides: ["training.batch": 8])
    #expect(plan.runs.map(\.name) == ["a-0", "b-0", "a-1", "b-1"])
    #expect(plan.runs.map(\.recipe.seed) == [0, 0, 1, 1])
    #expect(plan.runs.allSatisfy { $0.recipe.training.batch == 8 && $0.recipe.training.epochs == 3 })
    #expect(plan.runs(of: "b").map(\.directory) == ["b-0", "b-1"].map { folder.path + "/runs/" + $0 })
  }

  @Test func variantsFollowTheirRecipe() throws {
    let variants = [
      TrainingPlan.Variant(title: "training.clip=5", overrides: ["training.clip": 5]),
      TrainingPlan.Variant(
        title: "training.epochs=1,input.size=96", overrides: ["training.epochs": 1, "input.size": 96]),
    ]
    let plan = try plan("a", "b", variants: variants, seeds: [7])
    #expect(
      plan.runs.map(\.name) == [
        "a-7", "a-training.clip=5-7", "a-training.epochs=1-input.size=96-7", "b-7", "b-training.clip=5-7",
        "b-training.epochs=1-input.size=96-7",
      ])
    #expect(plan.methods.map(\.name)[1] == "a training.clip=5")
    #expect(plan.methods.map(\.training.clip) == [0, 5, 0, 0, 5, 0])
    #expect(plan.methods[2].input.size == 96 && plan.methods[2].training.epochs == 1)
  }

  @Test func namesMustBeToldApart() throws {
    let twice = #expect(throws: SettingsError.self) { try plan("a", "a") }
    #expect(twice?.message.contains("'a'") == true)
    let clash = #expect(throws: SettingsError.self) { try plan("a b", "a-b") }
    #expect(clash?.message.contains("folder") == true)
    let idle = TrainingPlan.Variant(title: "training.epochs=3", overrides: ["training.epochs": 3])
    let nothing = #expect(throws: SettingsError.self) { try plan("a", variants: [idle]) }
    #expect(nothing?.message.contains("changes nothing") == true)
    #expect(throws: SettingsError.self) { try plan("a", seeds: [1, 1]) }
    #expect(throws: RecipeError.self) { try plan("a", overrides: ["training.epoch": 1]) }
  }

  @Test func foldersAreSafe() throws {
    #expect(try plan("..", seeds: [0]).runs[0].name == "run..-0")
    #expect(try plan("é x:y", seeds: [0]).runs[0].name == "run--x-y-0")
  }

  @Test func aRunIsTrainedWhenItsModelIsThereWithItsRecipe() throws {
    let run = try plan("a").runs[0]
    #expect(try !run.isTrained())
    try folder.write("runs/a-0/recipe.json", RecipeFile.text(run.recipe))
    #expect(try !run.isTrained(), "begun")
    try folder.write("runs/a-0/model.safetensors")
    #expect(try run.isTrained())
  }

  @Test func anotherRecipesRunIsRefusedAndKept() throws {
    let run = try plan("a").runs[0]
    let text = try RecipeFile.text(plan("a", overrides: ["head.scale": 8]).runs[0].recipe)
    try folder.write("runs/a-0/recipe.json", text)
    let error = #expect(throws: RunError.self) { try run.isTrained() }
    #expect(error?.description.contains("head.scale is 8") == true, "\(error?.description ?? "")")
    #expect(try String(contentsOfFile: folder.path + "/runs/a-0/recipe.json", encoding: .utf8) == text)
  }

  /// As for `Trainer`, which goes on with these changed.
  @Test func whatChangesNoWeightMayDiffer() throws {
    let run = try plan("a").runs[0]
    try folder.write("runs/a-0/recipe.json", RecipeFile.text(run.recipe))
    try folder.write("runs/a-0/last.safetensors")
    let thrifty: [String: any Sendable] = [
      "training.recomputedBlocks": 1, "training.checkpointSeconds": 7, "training.cacheMegabytes": 8,
    ]
    #expect(try !plan("a", overrides: thrifty).runs[0].isTrained())
    try folder.write("runs/a-0/model.safetensors")
    #expect(try plan("a", overrides: thrifty).runs[0].isTrained())
    // Of several changes the one that matters is named.
    let error = #expect(throws: RunError.self) {
      try plan("a", overrides: thrifty.merging(["training.clip": 5]) { $1 }).runs[0].isTrained()
    }
    #expect(error?.description.contains("training.clip is 0 there, 5 here") == true, "\(error?.description ?? "")")
  }

  @Test func aTrainingWithoutItsRecipeIsRefused() throws {
    try folder.write("runs/a-0/last.safetensors")
    #expect(throws: RunError.self) { try plan("a").runs[0].isTrained() }
  }
}
