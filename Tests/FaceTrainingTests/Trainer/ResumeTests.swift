import ExplainableChannels
import FaceDatasets
import FaceImages
import FaceNetworks
import FaceTraining
import Foundation
import TestSupport
import Testing
import Torch

/// What is left after a training that broke off must go on to the same weights, bit for bit.
@Suite struct ResumeTests {
  private let folder: TemporaryFolder
  private let whole: TemporaryFolder
  init() throws { (folder, whole) = try (TemporaryFolder(), TemporaryFolder()) }

  private struct Stop: Error {}

  /// A validation that takes all epochs for alike, and stops the training at the end of one.
  private func validation(_ criterion: String = "nothing", stoppingAt last: Int = .max) -> Validation {
    Validation(criterion: criterion) { _, epoch in
      if epoch == last { throw Stop() }
      return 0.88
    }
  }

  /// Trains until the end of an epoch, before its steps are in a checkpoint.
  private func stop(_ recipe: Recipe, at epoch: Int, by criterion: String = "nothing") {
    #expect(throws: Stop.self) {
      try train(recipe, in: folder, validation: validation(criterion, stoppingAt: epoch))
    }
  }

  private func expectSameRun(location: SourceLocation = #_sourceLocation) throws {
    for name in ["model", "best"] {
      let file = "/\(name).safetensors"
      #expect(
        try networkBytes(folder.path + file) == networkBytes(whole.path + file), "\(file)", sourceLocation: location)
    }
    let logs = try [folder, whole].map { folder in
      try loggedScalars(folder).map { line in
        // What the machine decides.
        let kept = line.values.filter { $0.key != "photos/s" && $0.key != "epoch/peak MiB" }
        return "\(line.step): \(kept.sorted { $0.key < $1.key })"
      }
    }
    #expect(logs[0] == logs[1], "every step is logged once, with the same values", sourceLocation: location)
  }

  /// A second one would cut the first one's log short.
  @Test func aFolderHasOneTraining() throws {
    let recipe = tinyRecipe(epochs: 1)
    let first = try Trainer(recipe, dataset: TinyFaces(), directory: folder.path, options: quiet())
    let error = #expect(throws: TrainingError.self) { try train(recipe, in: folder) }
    #expect(error?.description.contains("another facet is at work") == true)
    _ = try first.run()
    try train(recipe, in: folder, resume: true)
  }

  @Test(arguments: ["sgd", "adamw"]) func aRunThatBrokeAtAnEpochsEndGoesOn(optimizer: String) throws {
    let recipe = tinyRecipe(epochs: 3) {
      $0.channelLoss.kind = .ecloss
      $0.training.optimizer = optimizer == "sgd" ? .sgd : .adamw
      $0.training.learningRate = optimizer == "sgd" ? 0.1 : 0.001
    }
    try train(recipe, in: whole)
    stop(recipe, at: 2)
    #expect(try FaceModel(contentsOf: folder.path + "/last.safetensors").info.training?.steps == 6)
    try train(recipe, in: folder, resume: true, validation: validation())
    #expect(
      try networkBytes(folder.path + "/model.safetensors") == networkBytes(whole.path + "/model.safetensors"))
  }

  /// A checkpoint after every step, and a disk that breaks after that many batches: in the first epoch, in a later one,
  /// and between the last step of an epoch and its end.
  @Test(arguments: [2, 6, 9, 11]) func aRunThatBrokeWithinAnEpochGoesOn(batches: Int) throws {
    let recipe = tinyRecipe(epochs: 3) {
      $0.channelLoss.kind = .ecloss
      $0.training.checkpointSeconds = 1e-9
      $0.training.cacheMegabytes = 0
    }
    try train(recipe, in: whole)
    let error = try breakOff(recipe, in: folder, after: 6 * batches)
    #expect(error?.description.contains("tiny face") == true)
    #expect(error?.description.contains("the disk is broken") == true)
    #expect(try FaceModel(contentsOf: folder.path + "/last.safetensors").info.training?.steps == batches)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/model.safetensors"))
    try train(recipe, in: folder, resume: true)
    try expectSameRun()
  }

  /// As somebody does who ran out of memory.
  @Test func whatChangesNoWeightMayChangeInBetween() throws {
    let recipe = tinyRecipe(epochs: 2) {
      $0.training.checkpointSeconds = 1e-9
      $0.training.cacheMegabytes = 0
    }
    try train(recipe, in: whole)
    _ = try breakOff(recipe, in: folder, after: 6 * 6)
    var thrifty = recipe
    thrifty.training.recomputedBlocks = 1
    thrifty.training.checkpointSeconds = 600
    thrifty.training.cacheMegabytes = 8
    try train(thrifty, in: folder, resume: true)
    try expectSameRun()
  }

  /// Clusters and their moving average are part of the state; ICNN masks the network itself.
  @Test(arguments: [ChannelLossSettings.Kind.icnn, .sad, .iccnn])
  func relativesGoOnToo(kind: ChannelLossSettings.Kind) throws {
    let recipe = tinyRecipe(epochs: 2) {
      $0.channelLoss.kind = kind
      $0.channelLoss.iccnn.clusterEvery = 4
      $0.channelLoss.iccnn.groups = 4
      $0.training.checkpointSeconds = 1e-9
      $0.training.cacheMegabytes = 0
    }
    try train(recipe, in: whole)
    _ = try breakOff(recipe, in: folder, after: 6 * 6)
    try train(recipe, in: folder, resume: true)
    try expectSameRun()
    #expect(try FaceModel(contentsOf: folder.path + "/model.safetensors").info.network.maskTarget == (kind == .icnn))
  }

  @Test func aCheckpointAtAnEpochsLastStepDoesNotSkipItsEnd() throws {
    let recipe = tinyRecipe(epochs: 1) { $0.training.checkpointSeconds = 1e-9 }
    try train(recipe, in: whole, validation: validation())
    stop(recipe, at: 1)
    #expect(try FaceModel(contentsOf: folder.path + "/last.safetensors").info.training?.steps == 6)
    try train(recipe, in: folder, resume: true, validation: validation())
    try expectSameRun()
  }

  @Test(arguments: [(-1, 0), (5, 1), (13, 1), (6, -1), (6, Int.max), (19, 3), (18, 4)])
  func aCheckpointOfNoStepOfTheRunIsRefused(step: Int, epoch: Int) throws {
    let recipe = tinyRecipe(epochs: 3)
    stop(recipe, at: 2)
    let last = folder.path + "/last.safetensors"
    let file = try Safetensors(contentsOf: last)
    var metadata = file.metadata
    let place = try #require(metadata["facet.place"]?.data(using: .utf8))
    var values = try #require(try JSONSerialization.jsonObject(with: place) as? [String: Any])
    (values["step"], values["epoch"]) = (step, epoch)
    metadata["facet.place"] = String(
      decoding: try JSONSerialization.data(withJSONObject: values, options: .sortedKeys), as: UTF8.self)
    let tensors = try file.tensors().sorted { $0.key < $1.key }.map { ($0.key, try $0.value.clone()) }
    try Safetensors.write(tensors, metadata: metadata, to: last)
    let error = #expect(throws: TrainingError.self) {
      try train(recipe, in: folder, resume: true, validation: validation())
    }
    #expect(error?.description.contains("last.safetensors is not a checkpoint of this run") == true)
  }

  @Test func aFinishedRunStaysAsItIs() throws {
    let recipe = tinyRecipe()
    let first = try train(recipe, in: folder)
    let model = try Data(contentsOf: URL(fileURLWithPath: first.model!))
    let again = try train(recipe, in: folder, resume: true)
    #expect(again.steps == first.steps && again.terms == first.terms)
    #expect(try Data(contentsOf: URL(fileURLWithPath: again.model!)) == model)
  }

  @Test func aRunThatBrokeBeforeItsFirstCheckpointStartsAnew() throws {
    let recipe = tinyRecipe(epochs: 1)
    try train(recipe, in: whole)
    stop(recipe, at: 1)
    try train(recipe, in: folder)
    try expectSameRun()
  }

  /// Cut off after the checkpoint of the best epoch and before its model: it is in the checkpoint.
  @Test(arguments: [false, true]) func theBestIsMadeAgainFromTheCheckpoint(isOlder: Bool) throws {
    let recipe = tinyRecipe(epochs: 2)
    func rising(in folder: TemporaryFolder, stoppingAt last: Int = .max, resume: Bool = false) throws {
      try train(
        recipe, in: folder, resume: resume,
        validation: Validation(criterion: "time") { _, epoch in
          if epoch == last { throw Stop() }
          return Double(epoch)
        })
    }
    try rising(in: whole)
    let best = folder.path + "/best.safetensors"
    #expect(throws: Stop.self) { try rising(in: folder, stoppingAt: 2) }
    let first = try Data(contentsOf: URL(fileURLWithPath: best))
    try rising(in: folder, resume: true)
    try FileManager.default.removeItem(atPath: best)
    if isOlder { try first.write(to: URL(fileURLWithPath: best)) }
    try rising(in: folder, resume: true)
    #expect(try FaceModel(contentsOf: best).info.training?.epochs == 2)
    try expectSameRun()
  }

  /// An accuracy of 0.88 would never be reached by the negative of a loss, and any accuracy is above one.
  @Test func theBestIsKeptByOneCriterion() throws {
    let recipe = tinyRecipe(epochs: 2)
    stop(recipe, at: 2, by: "fold 9")
    let (last, best) = (folder.path + "/last.safetensors", folder.path + "/best.safetensors")
    let before = try [last, best].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    let others: [(Validation?, String)] = [(nil, "the lowest identity loss"), (validation("fold 8"), "fold 8")]
    for (other, name) in others {
      let reads = TinyFaces.Reads()
      let error = #expect(throws: TrainingError.self) {
        try train(recipe, in: folder, dataset: TinyFaces(reads: reads), resume: true, validation: other)
      }
      for word in [last, "by fold 9", "by \(name)", "--validation-fold"] {
        #expect(error?.description.contains(word) == true, "\(String(describing: error))")
      }
      #expect(reads.next() == 1, "no photo was read")
    }
    #expect(try [last, best].map { try Data(contentsOf: URL(fileURLWithPath: $0)) } == before)
    try train(recipe, in: folder, resume: true, validation: validation("fold 9"))
    #expect(try FaceModel(contentsOf: best).info.training?.epochs == 1, "the first of two alike")
    // The other way round.
    try train(recipe, in: whole)
    #expect(throws: TrainingError.self) { try train(recipe, in: whole, resume: true, validation: validation("fold 9")) }
  }

  /// Nobody knows how a checkpoint chose that does not say so.
  @Test func aCheckpointFromBeforeCriteriaGoesOn() throws {
    let recipe = tinyRecipe(epochs: 1)
    try train(recipe, in: folder)
    let path = folder.path + "/last.safetensors"
    let file = try Safetensors(contentsOf: path)
    var metadata = file.metadata
    let text = try #require(metadata["facet.place"])
    var place = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let criterion = place.removeValue(forKey: "criterion") as? String
    #expect(criterion == "the lowest identity loss")
    metadata["facet.place"] = String(decoding: try JSONSerialization.data(withJSONObject: place), as: UTF8.self)
    let tensors: [NamedTensor] = try file.tensors().map { (name: $0.key, tensor: $0.value) }
    try Safetensors.write(tensors, metadata: metadata, to: path)
    try train(recipe, in: folder, resume: true, validation: validation("fold 9"))
  }

  /// Ctrl-C while photos are read, of a new training and of one that is resumed.
  @Test func anInterruptWhilePhotosAreReadLosesNothing() throws {
    let recipe = tinyRecipe(epochs: 2) {
      $0.training.checkpointSeconds = 1e-9
      $0.training.cacheMegabytes = 0
    }
    func interrupt(resume: Bool) throws -> Trainer.Outcome {
      let (reads, asked) = (TinyFaces.Reads(), TinyFaces.Reads())
      let options = quiet {
        $0.resume = resume
        $0.workers = 1
        $0.isInterrupted = { asked.next() > 5 }
      }
      let faces = TinyFaces(reads: reads)
      let outcome = try Trainer(recipe, dataset: faces, directory: folder.path, options: options).run()
      #expect(reads.next() == 6, "five photos were read")
      return outcome
    }
    let first = try interrupt(resume: false)
    #expect(first.model == nil && first.steps == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    try train(recipe, in: whole)
    _ = try breakOff(recipe, in: folder, after: 6 * 4)
    func files() throws -> [String: Data] {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      return try Dictionary(
        uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + $0))) })
    }
    let before = try files()
    let second = try interrupt(resume: true)
    #expect(second.model == nil && second.steps == 4)
    #expect(try files() == before)
    try train(recipe, in: folder, resume: true)
    try expectSameRun()
  }

  @Test func whereThereIsNoCheckpointNothingIsResumed() throws {
    let mistyped = folder.path + "/mistyped"
    for directory in [folder.path, mistyped] {
      let reads = TinyFaces.Reads()
      let error = #expect(throws: TrainingError.self) {
        _ = try Trainer(
          tinyRecipe(), dataset: TinyFaces(reads: reads), directory: directory, options: quiet { $0.resume = true })
      }
      #expect(error?.description.contains("\(directory) holds no checkpoint") == true)
      #expect(error?.description.contains("leave out --resume") == true)
      #expect(reads.next() == 1, "no photo was read")
    }
    #expect(!FileManager.default.fileExists(atPath: mistyped), "nothing is begun")
  }

  @Test func aFolderWithATrainingIsRefused() throws {
    try train(tinyRecipe(epochs: 1), in: folder)
    let before = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/model.safetensors"))
    let error = #expect(throws: TrainingError.self) { try train(tinyRecipe(epochs: 1), in: folder) }
    #expect(error?.description.contains("--resume") == true)
    #expect(error?.description.contains(folder.path) == true)
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/model.safetensors")) == before)
  }

  @Test func anotherRecipesCheckpointIsRefusedBeforeAnythingIsRead() throws {
    try train(tinyRecipe(epochs: 1), in: folder)
    let untouched = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/recipe.json"))
    let reads = TinyFaces.Reads()
    let other = tinyRecipe(epochs: 1) { $0.seed = 9 }
    let error = #expect(throws: TrainingError.self) {
      try train(other, in: folder, dataset: TinyFaces(reads: reads), resume: true)
    }
    #expect(error?.description.contains("another recipe: seed is \(tinyRecipe(epochs: 1).seed) there, 9 here") == true)
    #expect(reads.next() == 1, "no photo was read")
    #expect(try Data(contentsOf: URL(fileURLWithPath: folder.path + "/recipe.json")) == untouched)
  }

  @Test func otherDataIsRefused() throws {
    try train(tinyRecipe(epochs: 1), in: folder)
    let fewer = TinyFaces(count: 30)
    let error = #expect(throws: TrainingError.self) {
      try train(tinyRecipe(epochs: 1), in: folder, dataset: fewer, resume: true)
    }
    #expect(error?.description.contains("36 photos, now there are 30") == true)
    // A head for another number of people does not fit, which is no reason to throw the checkpoint away.
    let more = TinyFaces(identityCount: 7)
    let other = #expect(throws: TrainingError.self) {
      try train(tinyRecipe(epochs: 1), in: folder, dataset: more, resume: true)
    }
    #expect(other?.description.contains("on 6 people, now there are 7; restore the data") == true)
  }

  /// As many photos of other people, or with other names, are not the data of that run.
  @Test func asManyOtherPhotosAreRefused() throws {
    try train(tinyRecipe(epochs: 1), in: folder)
    for other in [Renamed(source: { "other face \($0)" }), Renamed(label: { ($0 / 6 + 1) % 6 })] {
      let error = #expect(throws: TrainingError.self) {
        try train(tinyRecipe(epochs: 1), in: folder, dataset: other, resume: true)
      }
      #expect(error?.description.contains("as many photos, but not on these") == true)
    }
    // Where they lie may change.
    let moved = try TemporaryFolder()
    try train(tinyRecipe(epochs: 1), in: moved, dataset: Renamed(source: { "/elsewhere/data/people/\($0)" }))
    try train(tinyRecipe(epochs: 1), in: moved, dataset: Renamed(source: { "people/\($0)" }), resume: true)
  }

  private struct Renamed: FaceDataset {
    private let base = TinyFaces()
    var source: @Sendable (Int) -> String = { TinyFaces().source(at: $0) }
    var label: @Sendable (Int) -> Int = { TinyFaces().label(at: $0) }
    var name: String { base.name }
    var count: Int { base.count }
    var identityCount: Int { base.identityCount }
    func label(at index: Int) -> Int { label(index) }
    func source(at index: Int) -> String { source(index) }
    func image(at index: Int, minimumSide: Int?) throws -> Image { try base.image(at: index, minimumSide: minimumSide) }
  }

  /// A model without its checkpoint is worth as much.
  @Test(arguments: ["model", "best"]) func aFolderWithAModelIsRefused(name: String) throws {
    try train(tinyRecipe(epochs: 1), in: folder)
    for other in ["model", "best", "last"] where other != name {
      try FileManager.default.removeItem(atPath: "\(folder.path)/\(other).safetensors")
    }
    let files = ["\(name).safetensors", "log.jsonl", "recipe.json"]
    func contents() throws -> [Data] {
      try files.map { try Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/\($0)")) }
    }
    let before = try contents()
    let error = #expect(throws: TrainingError.self) { try train(tinyRecipe(epochs: 2), in: folder) }
    #expect(error?.description.contains("already holds a trained model") == true)
    #expect(try contents() == before)
  }

  @Test func damagedAndForeignCheckpointsAreRefused() throws {
    let recipe = tinyRecipe(epochs: 1)
    let model = try Data(contentsOf: URL(fileURLWithPath: train(recipe, in: whole).model!))
    for content in [Data(), Data("hello, this is text".utf8), model.prefix(model.count / 2), model] {
      try folder.write("last.safetensors", content)
      #expect(throws: (any Error).self) { try train(recipe, in: folder, resume: true) }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/model.safetensors"))
    }
  }

  @Test func aFileInTheFoldersPlaceIsRefused() throws {
    let path = try folder.write("taken", "a file")
    let error = #expect(throws: TrainingError.self) {
      _ = try Trainer(tinyRecipe(), dataset: TinyFaces(), directory: path, options: quiet())
    }
    #expect(error?.description.contains(path) == true)
  }
}
