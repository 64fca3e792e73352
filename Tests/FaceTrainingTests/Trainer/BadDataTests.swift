import FaceDatasets
import FaceNetworks
import FaceTraining
import Foundation
import TestSupport
import Testing
import Torch

@Suite struct DamagedPhotosTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Two people with four good photos each, and the three damaged ones.
  private func photos() throws -> String {
    for index in 0..<8 {
      let image = TinyFaces.photos[index < 4 ? index : index + 2]
      try folder.write("photos/p\(index / 4)/\(index).jpg", image.jpegData())
    }
    let jpeg = try TinyFaces.photos[0].jpegData()
    try folder.write("photos/p0/truncated.jpg", jpeg.prefix(jpeg.count / 3))
    try folder.write("photos/p1/empty.jpg", Data())
    try folder.write("photos/p1/text.jpg", "this is no photo")
    return folder.path + "/photos"
  }

  @Test func damagedPhotosAreCountedNamedAndLeftOut() throws {
    let dataset = try ImageFolder(root: photos())
    #expect(dataset.count == 11)
    let recipe = tinyRecipe(epochs: 1) { $0.training.batch = 4 }
    let run = try TemporaryFolder()
    let outcome = try train(recipe, in: run, dataset: dataset)
    #expect(outcome.steps == 2)
    let names = Set(outcome.damaged.map { ($0.source as NSString).lastPathComponent })
    #expect(names == ["truncated.jpg", "empty.jpg", "text.jpg"])
    #expect(outcome.damaged.allSatisfy { !$0.reason.isEmpty })
    let written = try JSONDecoder().decode(
      [DamagedPhoto].self, from: Data(contentsOf: URL(fileURLWithPath: run.path + "/damaged.json")))
    #expect(written == outcome.damaged)
    #expect(try FaceModel(contentsOf: outcome.model!).info.training?.photos == 8)
  }

  /// Photos that come three times are damaged once, and are no more photos.
  @Test func copiesAreNoPhotosOfTheirOwn() throws {
    let folder = try ImageFolder(root: photos())
    let other = TinyFaces(count: 6, identityCount: 2)
    let dataset = try JoinedDataset([RepeatedPhotos(folder, times: 3), other]).centerCropped(0.9)
    #expect(dataset.count == 39 && [0, 11, 32, 33, 38].map(dataset.original) == [0, 0, 10, 33, 38])
    let recipe = tinyRecipe(epochs: 1) { $0.training.batch = 5 }
    let run = try TemporaryFolder()
    let outcome = try train(recipe, in: run, dataset: dataset)
    #expect(outcome.steps == 6 && outcome.damaged.count == 3)
    #expect(try FaceModel(contentsOf: outcome.model!).info.training?.photos == 14)
  }

  @Test func withoutDamageNothingIsReported() throws {
    let run = try TemporaryFolder()
    try run.write("damaged.json", "from an earlier run")
    #expect(try train(tinyRecipe(epochs: 1), in: run).damaged.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: run.path + "/damaged.json"))
  }

  @Test func tooFewUsablePhotosAreAnError() throws {
    let dataset = try ImageFolder(root: photos())
    let run = try TemporaryFolder()
    let error = #expect(throws: TrainingError.self) {
      try train(tinyRecipe { $0.training.batch = 9 }, in: run, dataset: dataset)
    }
    #expect(error?.description == "8 photos do not fill one batch of 9; add photos or lower training.batch")
  }

  @Test func oneIdentityIsAnError() throws {
    let error = #expect(throws: TrainingError.self) {
      try train(tinyRecipe(), in: folder, dataset: TinyFaces(count: 6, identityCount: 1))
    }
    #expect(error?.description.contains("at least 2 people") == true)
  }
}

@Suite struct DivergenceTests {
  private struct Record: Decodable {
    let step: Int
    let batch: [String]
  }

  @Test func anExplodingLossStopsWithItsBatchAndKeepsTheCheckpoint() throws {
    let folder = try TemporaryFolder()
    let recipe = tinyRecipe(epochs: 20) {
      $0.training.learningRate = 1e8
      $0.training.schedule = .constant
      $0.training.checkpointSeconds = 1e-9
      $0.head.kind = .softmax
    }
    let error = try #require(throws: TrainingError.self) { try train(recipe, in: folder) }
    guard case .diverged(let step, let terms, let batch, let checkpoint) = error else {
      Issue.record("another error: \(error)")
      return
    }
    #expect(terms["loss"].map { !($0.magnitude < 1e5) } == true || terms["gradient"]?.isFinite == false)
    #expect(batch.count == 6 && batch.allSatisfy { $0.hasPrefix("tiny face ") })
    let record = try JSONDecoder().decode(
      Record.self, from: Data(contentsOf: URL(fileURLWithPath: folder.path + "/diverged.json")))
    #expect(record.step == step && record.batch == batch)
    #expect(checkpoint == folder.path + "/last.safetensors" && error.description.contains("--from \(checkpoint!)"))
    #expect(try FaceModel(contentsOf: checkpoint!).info.training?.steps == step)
    for word in ["step \(step)", batch[0], "learningRate", checkpoint!] { #expect(error.description.contains(word)) }
  }

}
