import FaceDatasets
import FaceImages
import FaceNetworks
import FaceTraining
import TestSupport
import Testing
import Torch

/// Trainings with photos of people who have too few to be learned.
@Suite struct UnlabeledTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// The tiny faces with their last two people as twelve people of one photo each.
  private struct SomeAlone: FaceDataset {
    var base = TinyFaces()
    var name: String { base.name }
    var count: Int { base.count }
    var identityCount: Int { 16 }
    func label(at index: Int) -> Int { index < 24 ? index / 6 : index - 20 }
    func source(at index: Int) -> String { base.source(at: index) }
    func image(at index: Int, minimumSide: Int?) throws -> Image {
      try base.image(at: index, minimumSide: minimumSide)
    }
  }

  private func recipe(unlabeled: Int = 3) -> Recipe {
    tinyRecipe {
      $0.channelLoss.kind = .ecloss
      $0.data.minimumPhotos = 2
      $0.data.unlabeled = unlabeled
    }
  }

  @Test func peopleWithFewPhotosHaveNoLabel() throws {
    let few = PartlyLabeled(SomeAlone(), minimumPhotos: 2)
    #expect(few.identityCount == 4 && few.count == 36)
    #expect((0..<36).map(few.label) == (0..<36).map { $0 < 24 ? $0 / 6 : PartlyLabeled.noLabel })
    // Labels have no gaps, whoever loses theirs.
    #expect(PartlyLabeled(TinyFaces(), minimumPhotos: 6).identityCount == 6)
    #expect(PartlyLabeled(TinyFaces(), minimumPhotos: 7).identityCount == 0)
    // A photo that comes several times is one.
    let repeated = try PartlyLabeled(
      RepeatedPhotos(CenterCropped(TinyFaces(), fraction: 1), times: 2), minimumPhotos: 7)
    #expect(repeated.identityCount == 0 && repeated.count == 72)
    // A file of records whose labels cannot be read has photos and no people.
    var nobody = TinyFaces()
    nobody.identityCount = 0
    let unknown = PartlyLabeled(nobody, minimumPhotos: 1)
    #expect(unknown.identityCount == 0 && (0..<36).allSatisfy { unknown.label(at: $0) == PartlyLabeled.noLabel })
  }

  @Test func theyTeachChannelsAndNoIdentities() throws {
    let data = PartlyLabeled(SomeAlone(), minimumPhotos: 2)
    let outcome = try train(recipe(), in: folder, dataset: data)
    // 24 photos with labels are 4 batches of 6, twice.
    #expect(outcome.steps == 8)
    let training = try #require(try FaceModel(contentsOf: outcome.model!).info.training)
    #expect(training.identities == 4 && training.photos == 36)
    let head = try Safetensors(contentsOf: folder.path + "/last.safetensors").tensors().filter {
      $0.value.shape.count == 2 && $0.value.size(0) == 4 && $0.value.size(1) == 16
    }
    #expect(head.count >= 2, "both heads know four people: \(head.keys)")
    // Other photos without labels make another network; without them it is again another.
    let others = [try TemporaryFolder(), try TemporaryFolder()]
    let without = try networkBytes(train(recipe(unlabeled: 0), in: others[0], dataset: data).model!)
    let same = try networkBytes(train(recipe(), in: others[1], dataset: data).model!)
    let network = try networkBytes(outcome.model!)
    #expect(network == same && network != without)
  }

  @Test func aRunThatBrokeGoesOnToTheSameWeights() throws {
    let whole = try TemporaryFolder()
    var recipe = recipe(unlabeled: 20)
    recipe.training.checkpointSeconds = 1e-9
    recipe.training.cacheMegabytes = 0
    let data = PartlyLabeled(SomeAlone(), minimumPhotos: 2)
    let expected = try networkBytes(train(recipe, in: whole, dataset: data).model!)
    let broken = PartlyLabeled(
      SomeAlone(base: TinyFaces(reads: TinyFaces.Reads(), breaksAfter: 36 + 26 * 2)), minimumPhotos: 2)
    Runtime.threads = 1
    let trainer = try Trainer(recipe, dataset: broken, directory: folder.path, options: quiet { $0.workers = 0 })
    #expect(throws: TrainingError.self) { _ = try trainer.run() }
    #expect(try networkBytes(train(recipe, in: folder, dataset: data, resume: true).model!) == expected)
  }

  @Test func whatMakesNoSenseIsRefused() throws {
    func error(_ values: [String: any Sendable]) -> String {
      let common: [String: any Sendable] = ["network.targetStage": 3, "network.targetChannels": 256]
      let error = #expect(throws: (any Error).self) {
        _ = try RecipeFile.load(nil, overrides: common.merging(values) { $1 })
      }
      return error.map { "\($0)" } ?? ""
    }
    #expect(error(["data.unlabeled": -1]).contains("negative"))
    #expect(error(["data.unlabeled": 8, "channelLoss.kind": "ecloss"]).contains("data.minimumPhotos"))
    #expect(error(["data.unlabeled": 8, "data.minimumPhotos": 2]).contains("plain"))
    let many: [String: any Sendable] = ["data.minimumPhotos": 2, "channelLoss.kind": "ecloss", "training.batch": 6]
    for count in [61, Int.max] {
      #expect(error(many.merging(["data.unlabeled": count]) { $1 }).contains("ten times training.batch"))
    }
    #expect(throws: SettingsError.self) {
      var data = DataSettings()
      data.unlabeled = 8
      _ = try data.open(seed: 0)
    }
    let all = PartlyLabeled(TinyFaces(), minimumPhotos: 2)
    let refused = #expect(throws: TrainingError.self) { try train(recipe(), in: folder, dataset: all) }
    #expect(refused?.description.contains("fewer than 2") == true)
  }

  @Test func foldersAreOpenedWhole() throws {
    for (person, photos) in [("ann", 3), ("bob", 1), ("cid", 2), ("dan", 1)] {
      for photo in 0..<photos {
        try TinyFaces.photos[photo].write(to: folder.folder(person) + "/\(photo).png")
      }
    }
    var data = DataSettings()
    data.path = folder.path
    data.minimumPhotos = 2
    #expect(try data.open(seed: 0).count == 5)
    data.unlabeled = 4
    let all = try data.open(seed: 0)
    #expect(all.count == 7 && all.identityCount == 2)
    #expect((0..<7).map(all.label) == [0, 0, 0, -1, 1, 1, -1])
  }
}
