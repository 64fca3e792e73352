import Foundation

/// Why a training stopped or could not start.
public enum TrainingError: Error, CustomStringConvertible, Sendable {
  case notACheckpoint(path: String)
  /// `change`: the first setting that differs, in words.
  case otherRecipe(path: String, change: String)
  /// The best model was chosen by another criterion, in words, when the checkpoint was written.
  case otherCriterion(path: String, was: String, now: String)
  /// The data had another number of people when the checkpoint was written.
  case otherPeople(path: String, was: Int, now: Int)
  /// The data had another number of usable photos when the checkpoint was written.
  case otherData(path: String, was: Int, now: Int)
  /// The data had other photos, or other people, when the checkpoint was written.
  case otherOrder(path: String)
  /// A photo that could be read at the start could not be read later.
  case photoLost(source: String, reason: String)
  case occupied(directory: String)
  /// There is a trained model in the folder and no checkpoint to go on from.
  case holdsModel(directory: String)
  /// A training was to be resumed of which the folder has no checkpoint.
  case nothingToResume(directory: String)
  case unusable(directory: String, reason: String)
  /// Another training or comparison writes there.
  case inUse(directory: String)
  case tooFewPhotos(photos: Int, batch: Int)
  case tooFewIdentities(Int)
  /// Photos without a label were asked for, and everybody has enough to keep theirs.
  case nobodyUnlabeled(minimumPhotos: Int)
  /// The loss was not a number, or exploded. `batch`: the photos it happened on.
  case diverged(step: Int, terms: [String: Double], batch: [String], checkpoint: String?)

  public var description: String {
    switch self {
    case .notACheckpoint(let path): "\(path) is not a checkpoint of this run; choose another --output"
    case .otherRecipe(let path, let change):
      "\(path) was trained with another recipe: \(change); use the recipe.json beside it, or choose another --output"
    case .otherCriterion(let path, let was, let now):
      "\(path) keeps the best model by \(was), and now it would be by \(now); give --validation-fold, or leave it out, "
        + "as when the training began, or choose another --output"
    case .otherPeople(let path, let was, let now):
      "\(path) was trained on \(was) people, now there are \(now); restore the data, or choose another --output"
    case .otherData(let path, let was, let now):
      "\(path) was trained on \(was) photos, now there are \(now); restore the data, or choose another --output"
    case .otherOrder(let path):
      "\(path) was trained on as many photos, but not on these, or with other names or people; restore the data, or choose another "
        + "--output"
    case .photoLost(let source, let reason):
      "\(source) cannot be read any more: \(reason). A checkpoint is written; put the photo right and add --resume"
    case .occupied(let directory):
      "\(directory) already holds a training; add --resume to go on with it, or choose another --output"
    case .holdsModel(let directory):
      "\(directory) already holds a trained model, and no checkpoint to go on from; choose another --output"
    case .nothingToResume(let directory):
      "\(directory) holds no checkpoint: leave out --resume to start there, or check --output"
    case .unusable(let directory, let reason): "cannot write to \(directory): \(reason)"
    case .inUse(let directory):
      "another facet is at work in \(directory); wait for it, or choose another --output"
    case .tooFewPhotos(let photos, let batch):
      "\(photos) photos do not fill one batch of \(batch); add photos or lower training.batch"
    case .tooFewIdentities(let count): "a training needs photos of at least 2 people, the data has \(count)"
    case .nobodyUnlabeled(let minimumPhotos):
      "data.unlabeled asks for photos of people with fewer than \(minimumPhotos), and the data has none"
    case .diverged(let step, let terms, let batch, let checkpoint):
      "the loss left all bounds at step \(step) ("
        + terms.sorted { $0.key < $1.key }.map { "\($0.key) \(String(format: "%g", $0.value))" }.joined(separator: ", ")
        + "); the batch held \(batch.prefix(4).joined(separator: ", "))\(batch.count > 4 ? ", ..." : "") (all in diverged.json)."
        + " Try a lower training.learningRate or set training.clip."
        + (checkpoint.map { " To go on from the last checkpoint with these: --from \($0) and another --output." } ?? "")
    }
  }
}
