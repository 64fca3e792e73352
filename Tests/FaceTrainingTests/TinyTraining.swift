import FaceDatasets
import FaceImages
import FaceTraining
import Foundation
import TestSupport
import Testing
import Torch

/// Procedural faces drawn once and kept: 6 people with 6 photos of 36 pixels each.
struct TinyFaces: FaceDataset {
  static let photos: [Image] = {
    let faces = try! ProceduralFaces(
      identities: 6, photosPerIdentity: 6, imageSize: 36, seed: 4, variation: .standard, supersampling: 1)
    return (0..<faces.count).map { faces.face(at: $0).image }
  }()

  let name = "tiny faces"
  var count = 36
  var identityCount = 6
  /// Photos decoded so far, and after how many the disk breaks.
  var reads: Reads?
  var breaksAfter = Int.max

  final class Reads: @unchecked Sendable {
    private let lock = NSLock()
    private var count = 0
    func next() -> Int {
      lock.withLock {
        count += 1
        return count
      }
    }
  }

  func label(at index: Int) -> Int { index / 6 }
  func source(at index: Int) -> String { "tiny face \(index)" }

  func image(at index: Int, minimumSide: Int?) throws -> Image {
    if let reads, reads.next() > breaksAfter { throw BrokenDisk() }
    return TinyFaces.photos[index]
  }
}

struct BrokenDisk: Error, CustomStringConvertible {
  var description: String { "the disk is broken" }
}

/// A training of 6 steps an epoch that takes a second at most. No dropout: its random numbers belong to the whole
/// process, in which other tests run at the same time.
func tinyRecipe(epochs: Int = 2, _ change: (inout Recipe) -> Void = { _ in }) -> Recipe {
  var recipe = Recipe()
  recipe.name = "tiny"
  recipe.input.size = 32
  recipe.network.backbone = .iresnet10
  recipe.network.width = 0.25
  recipe.network.outputStride = 4
  recipe.network.embedding = .pooled
  recipe.network.embeddingSize = 16
  recipe.network.targetStage = 3
  recipe.network.targetChannels = 16
  recipe.head.scale = 16
  recipe.head.margin = 0.1
  recipe.channelLoss.ecloss.parts = 4
  recipe.channelLoss.ecloss.auxiliaryDropout = 0
  recipe.training.epochs = epochs
  recipe.training.batch = 6
  change(&recipe)
  return recipe
}

func quiet(_ change: (inout Trainer.Options) -> Void = { _ in }) -> Trainer.Options {
  var options = Trainer.Options()
  options.progress = false
  options.tensorBoard = false
  options.logEvery = 1
  change(&options)
  return options
}

/// Trains in a new folder, or goes on in one.
@discardableResult
func train(
  _ recipe: Recipe, in folder: TemporaryFolder, dataset: any FaceDataset = TinyFaces(), resume: Bool = false,
  validation: Validation? = nil
) throws -> Trainer.Outcome {
  // One thread, so that sums are always taken in the same order.
  Runtime.threads = 1
  return try Trainer(
    recipe, dataset: dataset, directory: folder.path, options: quiet { $0.resume = resume }, validation: validation
  ).run()
}

/// Trains until the disk breaks, after so many photos beyond the first look at each of them, with no worker reading ahead.
func breakOff(_ recipe: Recipe, in folder: TemporaryFolder, after photos: Int) throws -> TrainingError? {
  let broken = TinyFaces(reads: TinyFaces.Reads(), breaksAfter: 36 + photos)
  Runtime.threads = 1
  let trainer = try Trainer(recipe, dataset: broken, directory: folder.path, options: quiet { $0.workers = 0 })
  return #expect(throws: TrainingError.self) { _ = try trainer.run() }
}

/// The bytes of all tensors in a file, by name.
func tensorBytes(_ path: String) throws -> [String: Data] {
  try Safetensors(contentsOf: path).tensors().mapValues { try $0.contiguous().withUnsafeBytes { Data($0) } }
}

/// The bytes of the network's tensors in a model file or checkpoint, by name.
func networkBytes(_ path: String) throws -> [String: Data] {
  try tensorBytes(path).filter { $0.key.hasPrefix("network.") }
}

/// The scalars of each line of a run's log.
func loggedScalars(_ folder: TemporaryFolder) throws -> [(step: Int, values: [String: Double])] {
  struct Line: Decodable {
    let step: Int
    let scalars: [String: Double?]
  }
  let text = try String(contentsOfFile: folder.path + "/log.jsonl", encoding: .utf8)
  return try text.split(separator: "\n").map {
    let line = try JSONDecoder().decode(Line.self, from: Data($0.utf8))
    return (line.step, line.scalars.compactMapValues { $0 })
  }
}
