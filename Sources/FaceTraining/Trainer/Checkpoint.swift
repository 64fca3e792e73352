import FaceNetworks
import Foundation
import Torch

/// A run's state in one safetensors file: readable as a model, and enough to go on from, bit for bit.
enum Checkpoint {
  private struct Place: Codable {
    var step: Int
    var epoch: Int
    var photos: Int?
    /// Nil in checkpoints from before it was written.
    var dataOrder: String?
    var means: Means
    var bestScore: Double?
    var bestEpoch: Int?
    /// What `bestScore` is; nil in checkpoints from before it was written.
    var criterion: String?
  }

  static func write(
    _ state: TrainingState, info: ModelInfo, recipe: String, criterion: String, to path: String
  ) throws {
    var metadata = try FaceModel(info: info, network: state.network, recipe: recipe).metadata()
    let place = Place(
      step: state.step, epoch: state.epoch, photos: state.photos, dataOrder: state.dataOrder, means: state.means,
      bestScore: state.best?.score, bestEpoch: state.best?.epoch, criterion: criterion)
    let encoder = JSONEncoder()
    // The same run writes the same bytes.
    encoder.outputFormatting = .sortedKeys
    metadata["facet.place"] = String(decoding: try encoder.encode(place), as: UTF8.self)
    try Safetensors.write(state.tensors, metadata: metadata, to: path)
  }

  /// Fills `state` from a file. Throws when the file belongs to another recipe, to another number of people, or chose its best model
  /// by another criterion.
  static func read(
    into state: TrainingState, recipe: String, identities: Int, criterion: String, from path: String
  ) throws {
    let file = try Safetensors(contentsOf: path)
    guard let text = file.metadata["facet.place"],
      let place = try? JSONDecoder().decode(Place.self, from: Data(text.utf8))
    else { throw TrainingError.notACheckpoint(path: path) }
    // By value: what was written before a setting existed had its default.
    let begun = file.metadata["facet.recipe"].flatMap { try? RecipeFile.parse($0, path: path) }
    guard let begun else { throw TrainingError.notACheckpoint(path: path) }
    if let change = try RecipeFile.parse(recipe, path: path).firstChange(since: begun) {
      throw TrainingError.otherRecipe(path: path, change: change)
    }
    if let was = place.criterion, was != criterion {
      throw TrainingError.otherCriterion(path: path, was: was, now: criterion)
    }
    if let was = ModelInfo(metadata: file.metadata)?.training?.identities, was != identities {
      throw TrainingError.otherPeople(path: path, was: was, now: identities)
    }
    for (name, tensor) in state.tensors {
      guard let saved = try file.tensor(name), saved.shape == tensor.shape else {
        throw TrainingError.notACheckpoint(path: path)
      }
      try tensor.copy(from: saved)
    }
    (state.step, state.epoch, state.photos, state.means) = (place.step, place.epoch, place.photos, place.means)
    state.dataOrder = place.dataOrder
    if let score = place.bestScore, let epoch = place.bestEpoch { state.best = (score, epoch) }
  }
}
