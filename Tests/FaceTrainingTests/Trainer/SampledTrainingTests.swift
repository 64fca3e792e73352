import FaceDatasets
import FaceNetworks
import FaceTraining
import Foundation
import TestSupport
import Testing
import Torch

/// Trainings whose softmax runs over a sample of the identities (Partial FC).
@Suite struct SampledTrainingTests {
  private let folder: TemporaryFolder
  private let other: TemporaryFolder
  init() throws { (folder, other) = try (TemporaryFolder(), TemporaryFolder()) }

  private static let heads = ["head.weight", "channelLoss.auxiliary.head.weight"]

  private func checkpoint(_ folder: TemporaryFolder) throws -> [String: Tensor] {
    try Safetensors(contentsOf: folder.path + "/last.safetensors").tensors()
  }

  private func bytes(_ folder: TemporaryFolder) throws -> [String: Data] {
    try tensorBytes(folder.path + "/last.safetensors")
  }

  private func values(_ folder: TemporaryFolder, _ name: String) throws -> [Double] {
    try loggedScalars(folder).filter { $0.values["photos/s"] != nil }.map { try #require($0.values[name]) }
  }

  private func recipe(_ sampled: Double, epochs: Int = 2, _ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
    tinyRecipe(epochs: epochs) {
      $0.channelLoss.kind = .ecloss
      $0.head.sampled = sampled
      change(&$0)
    }
  }

  /// Six identities, of which 0.99 are six: every step goes the way of a sample and comes to the whole softmax.
  @Test(arguments: ["sgd", "adamw"], HeadSettings.Kind.allCases)
  func aSampleOfAllIdentitiesTrainsAsThePlainHead(optimizer: String, kind: HeadSettings.Kind) throws {
    func change(_ recipe: inout Recipe) {
      recipe.head.kind = kind
      recipe.training.optimizer = optimizer == "sgd" ? .sgd : .adamw
      recipe.training.learningRate = optimizer == "sgd" ? 0.1 : 0.001
    }
    try train(recipe(1, change), in: folder)
    try train(recipe(0.99, change), in: other)
    let (whole, sampled) = try (bytes(folder), bytes(other))
    #expect(whole.keys.sorted() == sampled.keys.sorted(), "files are the same, sampled or not")
    for (name, bytes) in whole { #expect(sampled[name] == bytes, "\(name)") }
    #expect(try values(folder, "loss") == values(other, "loss"))
    // The norm is the root of a sum in another order.
    for (a, b) in try zip(values(folder, "gradient"), values(other, "gradient")) { #expect(abs(a - b) < 1e-5 * a) }
  }

  /// Photos of two of the six identities, and a sample of two: nobody else is ever in it.
  @Test(arguments: [1, 2]) func otherIdentitiesStayAsTheyWere(accumulate: Int) throws {
    let faces = TinyFaces(count: 12)
    for (folder, epochs) in [(folder, 1), (other, 3)] {
      let recipe = recipe(0.1, epochs: epochs) {
        $0.training.accumulate = accumulate
        $0.training.clip = 1
      }
      try train(recipe, in: folder, dataset: faces)
    }
    let (early, late) = try (checkpoint(folder), checkpoint(other))
    for name in SampledTrainingTests.heads {
      let (a, b) = (try #require(early[name]), try #require(late[name]))
      let momenta = try #require(late["optimizer.momentum." + name])
      #expect(a.size(0) == 6)
      for row in 0..<6 {
        #expect(try (a[row].floats() == b[row].floats()) == (row >= 2), "\(name) \(row)")
        #expect(try momenta[row].floats().allSatisfy { $0 == 0 } == (row >= 2), "\(name) \(row)")
      }
    }
    var random = SeededRandom(seed: 0, stream: "head")
    let fresh = try HeadSettings().makeHead(embeddingSize: 16, identities: 6, using: &random).weights.matrix
    let weight = try #require(late["head.weight"])
    #expect(try weight[2..<6].floats() == fresh[2..<6].floats())
  }

  /// A step's sample follows from its number, whatever came before.
  @Test(arguments: [1, 2]) func aRunThatBrokeOffGoesOn(accumulate: Int) throws {
    let recipe = recipe(0.84, epochs: 3) {
      $0.training.batch = 4
      $0.training.accumulate = accumulate
      $0.training.checkpointSeconds = 1e-9
      $0.training.cacheMegabytes = 0
    }
    try train(recipe, in: other)
    _ = try breakOff(recipe, in: folder, after: 4 * 14)
    let steps = try FaceModel(contentsOf: folder.path + "/last.safetensors").info.training?.steps
    #expect(steps == (accumulate == 1 ? 14 : 7))
    try train(recipe, in: folder, resume: true)
    let (whole, resumed) = try (bytes(other), bytes(folder))
    for (name, bytes) in whole { #expect(resumed[name] == bytes, "\(name)") }
    #expect(try values(folder, "loss") == values(other, "loss"))
  }

  @Test func samplesDifferFromThePlainHeadAndFallToo() throws {
    try train(recipe(1, epochs: 8) { $0.augmentation.crop = false }, in: folder)
    try train(recipe(0.5, epochs: 8) { $0.augmentation.crop = false }, in: other)
    #expect(try values(folder, "loss") != values(other, "loss"))
    let epochs = try loggedScalars(other).compactMap { $0.values["epoch/identity"] }
    #expect(epochs.last! < 0.8 * epochs.first!, "\(epochs)")
  }

  @Test func theRecipeRefusesAShareThatIsNone() throws {
    for share in [0.0, -0.1, 1.5] {
      let error = #expect(throws: (any Error).self) { try RecipeFile.load(nil, overrides: ["head.sampled": share]) }
      #expect(error.map { "\($0)" }?.contains("head.sampled") == true)
    }
    #expect(try RecipeFile.load(nil, overrides: ["head.sampled": 0.1]).head.sampled == 0.1)
  }
}
