import ArgumentParsing
import FaceDatasets
import FaceTraining

extension Recipe {
  /// Says what to know of the lists of people that the data goes without.
  func noteUnusedLists() {
    for note in data.unusedLists() { CommandOutput.current.printError("note: \(note)") }
  }

  /// Opens the photos to train on; settings of theirs that fit nothing are wrong usage.
  func openData() throws -> any FaceDataset { try SettingAssignment.checked { try data.open(seed: seed) } }
}
