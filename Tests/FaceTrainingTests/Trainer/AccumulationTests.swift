import FaceDatasets
import FaceNetworks
import Foundation
import TestSupport
import Testing
import Torch

@testable import FaceTraining

/// Trainings whose steps take several batches, or whose backward pass computes activations again.
@Suite struct AccumulationTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func steps(_ folder: TemporaryFolder) throws -> [(step: Int, values: [String: Double])] {
    try loggedScalars(folder).filter { $0.values["photos/s"] != nil }
  }

  /// What comes every so many batches goes by these, though the last step of an epoch has fewer.
  @Test func batchesAreCountedThrough() {
    let counted = (0..<6).map { Trainer.batches(before: $0, inEpochOf: 2, each: 4, 5) }
    #expect(counted == [0, 4, 5, 9, 10, 14])
    #expect((0..<9).map { Trainer.batches(before: $0, inEpochOf: 3, each: 1, 3) } == Array(0..<9))
  }

  /// 36 photos are 6 batches of 6: a step of 4 and one of the 2 that are left.
  @Test func stepsAndSchedulesCountTheOptimizersSteps() throws {
    let recipe = tinyRecipe(epochs: 3) {
      $0.training.accumulate = 4
      $0.training.schedule = .step
      $0.training.stepEpochs = [2]
      $0.channelLoss.kind = .ecloss
    }
    let outcome = try train(recipe, in: folder)
    #expect(outcome.steps == 6)
    #expect(try FaceModel(contentsOf: outcome.model!).info.training?.steps == 6)
    let steps = try steps(folder)
    #expect(steps.map(\.step) == Array(1...6))
    let rates = try steps.map { try #require($0.values["rate"]) }
    #expect(rates[0..<4].allSatisfy { $0 == 0.1 } && rates[4...].allSatisfy { abs($0 - 0.01) < 1e-12 }, "\(rates)")
    // The epoch's mean is over batches, not steps.
    let losses = try steps.map { try #require($0.values["loss"]) }
    let mean = try #require(loggedScalars(folder).compactMap { $0.values["epoch/loss"] }.first)
    #expect(abs(mean - (4 * losses[0] + 2 * losses[1]) / 6) < 1e-5)
    let batches = try #require(try lastBatches(recipe))
    #expect(batches == 18, "every batch went through the network once")
  }

  /// How many batches the network's first normalization has counted.
  private func lastBatches(_ recipe: Recipe) throws -> Int? {
    try Safetensors(contentsOf: folder.path + "/last.safetensors").tensor("network.backbone.bn1.num_batches_tracked")?
      .integers().first
  }

  /// Without normalization's batches a step of two batches of six would be one of twelve; with it the first losses differ a
  /// little only, and much more so between other photos.
  @Test func theBatchesOfAStepAreThoseOfALargeOne() throws {
    let other = try TemporaryFolder()
    let small = tinyRecipe(epochs: 1) { $0.training.accumulate = 2 }
    let large = tinyRecipe(epochs: 1) { $0.training.batch = 12 }
    #expect(try train(small, in: folder).steps == 3)
    #expect(try train(large, in: other).steps == 3)
    let first = try [folder, other].map { try #require(try steps($0)[0].values["identity"]) }
    #expect(abs(first[0] - first[1]) < 0.15 * first[1], "\(first)")
  }

  @Test func oneSeedGivesOneModel() throws {
    let recipe = tinyRecipe {
      $0.training.accumulate = 3
      $0.channelLoss.kind = .ecloss
    }
    let other = try TemporaryFolder()
    let model = try networkBytes(train(recipe, in: folder).model!)
    #expect(try networkBytes(train(recipe, in: other).model!) == model)
  }

  /// The disk breaks in the middle of a step: its first batches have been read, and must not have been learned from.
  @Test(arguments: [5, 9, 11]) func aRunThatBrokeWithinAStepGoesOn(batches: Int) throws {
    let whole = try TemporaryFolder()
    let recipe = tinyRecipe(epochs: 3) {
      $0.channelLoss.kind = .ecloss
      $0.training.accumulate = 4
      $0.training.checkpointSeconds = 1e-9
      $0.training.cacheMegabytes = 0
    }
    try train(recipe, in: whole)
    _ = try breakOff(recipe, in: folder, after: 6 * batches)
    #expect(
      try FaceModel(contentsOf: folder.path + "/last.safetensors").info.training?.steps == [5: 1, 9: 2, 11: 3][batches])
    try train(recipe, in: folder, resume: true)
    for name in ["/model.safetensors", "/best.safetensors"] {
      #expect(try networkBytes(folder.path + name) == networkBytes(whole.path + name), "\(name)")
    }
    let logs = try [folder, whole].map { try steps($0).map { "\($0.step) \($0.values["loss"]!)" } }
    #expect(logs[0] == logs[1])
  }

  @Test(arguments: [1, 2]) func recomputedBlocksGiveTheSameModel(blocks: Int) throws {
    let other = try TemporaryFolder()
    let recipe = tinyRecipe { $0.channelLoss.kind = .ecloss }
    var frugal = recipe
    frugal.training.recomputedBlocks = blocks
    let model = try networkBytes(train(recipe, in: folder).model!)
    #expect(try networkBytes(train(frugal, in: other).model!) == model)
    let losses = try [folder, other].map { try steps($0).map { $0.values["gradient"]! } }
    #expect(losses[0] == losses[1])
  }

  /// A checkpoint from before a setting existed had its default.
  @Test func aCheckpointWithoutTheNewSettingsGoesOn() throws {
    let recipe = tinyRecipe(epochs: 1)
    try train(recipe, in: folder)
    let path = folder.path + "/last.safetensors"
    let file = try Safetensors(contentsOf: path)
    var metadata = file.metadata
    let text = try #require(metadata["facet.recipe"])
    metadata["facet.recipe"] = text.split(separator: "\n").filter {
      !$0.contains("\"accumulate\"") && !$0.contains("\"recomputedBlocks\"")
    }.joined(separator: "\n")
    #expect(metadata["facet.recipe"] != text)
    let tensors = try file.tensors().map { ($0.key, try $0.value.clone()) }
    try Safetensors.write(tensors, metadata: metadata, to: path)
    #expect(try train(recipe, in: folder, resume: true).steps == 6)
  }

  @Test func theOutcomeSaysHowMuchMemoryItTook() throws {
    let outcome = try train(tinyRecipe(epochs: 1), in: folder)
    #expect(outcome.peakMemory.resident > 16 << 20 && outcome.peakMemory.device == nil)
    let logged = try #require(loggedScalars(folder).compactMap { $0.values["epoch/peak MiB"] }.first)
    #expect(logged > 16 && logged <= Double(outcome.peakMemory.resident >> 20))
  }
}
