import ExplainableChannels
import FaceDatasets
import FaceNetworks
import FaceTraining
import Foundation
import TestSupport
import Testing
import Torch

@Suite struct TrainerTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func theLossFalls() throws {
    let outcome = try train(
      tinyRecipe(epochs: 8) {
        $0.channelLoss.kind = .ecloss
        $0.augmentation.crop = false
      }, in: folder)
    let epochs = try loggedScalars(folder).compactMap { $0.values["epoch/identity"] }
    #expect(epochs.count == 8)
    #expect(epochs.last! < 0.7 * epochs.first!, "\(epochs)")
    #expect(outcome.steps == 48)
    #expect(abs(outcome.terms["identity"]! - epochs.last!) < 1e-9)
    #expect(Set(outcome.terms.keys).isSuperset(of: ["loss", "identity", "match", "equivariance", "gradient"]))
  }

  /// The identity loss of moved photos, in bfloat16: it is there, and moves neither the network's running statistics nor those of
  /// AdaFace's head.
  @Test func movedPhotosMoveNoStatistics() throws {
    let other = try TemporaryFolder()
    for (weight, folder) in [(0.5, folder), (0, other)] {
      try train(
        tinyRecipe(epochs: 1) {
          $0.channelLoss.kind = .ecloss
          $0.channelLoss.ecloss.movedIdentity = weight
          $0.head.kind = .adaface
          $0.training.precision = .bfloat16
          // Too little to change a weight, and with it a statistic.
          $0.training.learningRate = 1e-20
        }, in: folder)
      let values = try loggedScalars(folder).compactMap { $0.values["movedIdentity"] }
      #expect(values.count == (weight > 0 ? 6 : 0) && values.allSatisfy { $0 > 0 && $0.isFinite })
    }
    let (with, without) = try (
      tensorBytes(folder.path + "/last.safetensors"), tensorBytes(other.path + "/last.safetensors")
    )
    for statistic in ["batch_mean", "batch_std", "running_mean"] {
      let names = with.keys.filter { $0.hasSuffix(statistic) }
      #expect(!names.isEmpty, "\(statistic)")
      for name in names { #expect(with[name] == without[name], "\(name)") }
    }
  }

  @Test func theFolderGetsRecipeLogsAndModels() throws {
    let recipe = tinyRecipe()
    let outcome = try train(recipe, in: folder)
    #expect(outcome.model == folder.path + "/model.safetensors")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    #expect(names == ["best.safetensors", "last.safetensors", "log.jsonl", "model.safetensors", "recipe.json"])
    #expect(try RecipeFile.load(folder.path + "/recipe.json") == recipe)
    let model = try FaceModel(contentsOf: outcome.model!)
    #expect(try RecipeFile.parse(model.recipe, path: "model") == recipe)
    #expect(
      model.info.training
        == ModelInfo.Training(data: "tiny faces", identities: 6, photos: 36, epochs: 2, steps: 12))
    let steps = try loggedScalars(folder).filter { $0.values["photos/s"] != nil }.map(\.step)
    #expect(steps == Array(1...12))
  }

  @Test func tensorBoardIsWrittenWhereAsked() throws {
    let options = quiet { $0.tensorBoard = true }
    _ = try Trainer(tinyRecipe(epochs: 1), dataset: TinyFaces(), directory: folder.path, options: options).run()
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    #expect(names.filter { $0.hasPrefix("events.out.tfevents") }.count == 1)
  }

  @Test func oneSeedGivesOneModel() throws {
    let recipe = tinyRecipe { $0.channelLoss.kind = .ecloss }
    let other = try (TemporaryFolder(), TemporaryFolder())
    let first = try networkBytes(train(recipe, in: folder).model!)
    #expect(try networkBytes(train(recipe, in: other.0).model!) == first)
    var reseeded = recipe
    reseeded.seed = 1
    #expect(try networkBytes(train(reseeded, in: other.1).model!) != first)
  }

  @Test func threadsThatReadPhotosDoNotChangeTheModel() throws {
    let recipe = tinyRecipe(epochs: 1) { $0.training.cacheMegabytes = 0 }
    let models = try [0, 1, 4].map { workers in
      Runtime.threads = 1
      let options = quiet { $0.workers = workers }
      let place = try folder.folder("\(workers)")
      return try networkBytes(
        Trainer(recipe, dataset: TinyFaces(), directory: place, options: options).run().model!)
    }
    #expect(models[0] == models[1] && models[0] == models[2])
  }

  @Test func plainAndExplainableStartFromTheSameWeights() throws {
    func start(_ kind: String) throws -> [String: Data] {
      var recipe = tinyRecipe(epochs: 1) { $0.training.learningRate = 1e-30 }
      recipe.training.weightDecay = 0
      recipe.channelLoss.kind = kind == "plain" ? .plain : .ecloss
      let place = try TemporaryFolder()
      // The rate is too small to change anything but zeros, which biases and running means are.
      return try networkBytes(train(recipe, in: place).model!).filter { $0.key.hasSuffix("weight") }
    }
    let (plain, explainable) = try (start("plain"), start("ecloss"))
    #expect(plain.keys.sorted() == explainable.keys.sorted())
    for (name, bytes) in plain { #expect(explainable[name] == bytes, "\(name)") }
  }

  @Test func theBestModelFollowsTheValidation() throws {
    var seen: [Int: [String: Data]] = [:]
    let validation = Validation(criterion: "a list") { network, epoch in
      seen[epoch] = Dictionary(
        uniqueKeysWithValues: try network.state(prefix: "network").map { name, tensor in
          (name, try tensor.detached().clone().contiguous().withUnsafeBytes { Data($0) })
        })
      return [0.5, 0.9, 0.9, 0.7][epoch - 1]
    }
    try train(tinyRecipe(epochs: 4), in: folder, validation: validation)
    #expect(seen.keys.sorted() == [1, 2, 3, 4])
    let best = folder.path + "/best.safetensors"
    #expect(try networkBytes(best) == seen[2], "the first of the best")
    #expect(try FaceModel(contentsOf: best).info.training?.epochs == 2)
    #expect(try networkBytes(folder.path + "/model.safetensors") == seen[4])
    #expect(try loggedScalars(folder).compactMap { $0.values["epoch/score"] } == [0.5, 0.9, 0.9, 0.7])
  }

  @Test func aScoreThatIsNoNumberIsNeverTheBest() throws {
    let validation = Validation(criterion: "a list") { _, epoch in [.nan, 0.2, .nan][epoch - 1] }
    try train(tinyRecipe(epochs: 3), in: folder, validation: validation)
    #expect(try FaceModel(contentsOf: folder.path + "/best.safetensors").info.training?.epochs == 2)
  }

  /// What is kept between passes at inference, folded weights above all, is made anew when they have changed.
  @Test(arguments: [ChannelLossSettings.Kind.plain, .ecloss])
  func theValidationSeesWhatWasLearned(kind: ChannelLossSettings.Kind) throws {
    var random = SeededRandom(seed: 3)
    let photos = try Tensor.uniform([3, 3, 32, 32], -1...1, using: &random)
    var seen: [Tensor] = []
    let validation = Validation(criterion: "none") { network, epoch in
      network.setTraining(false)
      seen.append(try withoutGradient { try network(photos).embedding })
      return Double(epoch)
    }
    try train(tinyRecipe(epochs: 3) { $0.channelLoss.kind = kind }, in: folder, validation: validation)
    let model = try FaceModel(contentsOf: folder.path + "/model.safetensors")
    model.network.setTraining(false)
    let wanted = try withoutGradient { try model.network(photos).embedding }
    let size = try wanted.abs().max().item()
    #expect(try (seen[2] - wanted).abs().max().item() < 1e-4 * size)
    #expect(try (seen[0] - wanted).abs().max().item() > 1e-2 * size)
  }

  @Test func withoutValidationTheBestHasTheLowestLoss() throws {
    _ = try train(tinyRecipe(epochs: 3), in: folder)
    let losses = try loggedScalars(folder).compactMap { $0.values["epoch/identity"] }
    let epoch = losses.firstIndex(of: losses.min()!)! + 1
    #expect(try FaceModel(contentsOf: folder.path + "/best.safetensors").info.training?.epochs == epoch)
  }

  @Test func everyOptimizerAndScheduleTrains() throws {
    for (optimizer, schedule) in [("adamw", "cosine"), ("sgd", "step"), ("adamw", "polynomial"), ("sgd", "constant")] {
      let recipe = try RecipeFile.load(
        nil,
        overrides: [
          "training.optimizer": optimizer, "training.schedule": schedule, "training.epochs": 1, "training.batch": 6,
          "training.learningRate": 0.01, "training.warmupEpochs": 0.5, "input.size": 32,
          "network.backbone": "iresnet10", "network.width": 0.25, "network.embeddingSize": 16,
        ])
      let place = try TemporaryFolder()
      #expect(try train(recipe, in: place).terms["loss"]!.isFinite)
    }
  }
}
