import ArgumentParsing
import FaceDatasets
import FaceTraining

extension Recipe {
  /// Says what to know of the data before it is learned from.
  func printNotes() { data.notes().forEach(CommandOutput.current.printNote) }

  /// Opens the photos to train on; settings of theirs that fit nothing are wrong usage.
  func openData() throws -> any FaceDataset { try SettingAssignment.checked { try data.open(seed: seed) } }
}
