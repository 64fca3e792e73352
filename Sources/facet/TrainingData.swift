import ArgumentParsing
import FaceDatasets
import FaceTraining

extension Recipe {
  /// Says what to know of the lists of people that the data goes without.
  func noteUnusedLists() {
    for note in data.unusedLists() { CommandOutput.current.printError("note: \(note)") }
    StrayPhotos.note(data.path)
  }

  /// Opens the photos to train on; settings of theirs that fit nothing are wrong usage.
  func openData() throws -> any FaceDataset { try SettingAssignment.checked { try data.open(seed: seed) } }
}

/// Photos beside the folders of people.
enum StrayPhotos {
  /// Says how many there are in a folder of people, which go unused.
  static func note(_ path: String) {
    guard !path.isEmpty, DatasetLayout(of: path) == .folder else { return }
    let photos = ImageFolder.strays(root: path)
    guard let first = photos.first else { return }
    let names = photos.count == 1 ? first : "\(first), ..."
    CommandOutput.current.printError(
      "note: \(photos.count) \(photos.count == 1 ? "photo lies" : "photos lie") beside the folders of people in \(path) and "
        + "\(photos.count == 1 ? "is" : "are") left out (\(names)): put them into a person's folder".onOneLine)
  }
}
