import FaceDatasets

/// Which photos a run learns from, of whom, and in what order they are numbered: what a resumed run has to find again.
enum DataOrder {
  /// The photos by label, name and folder's name, not by where the data lies.
  static func digest(of photos: [Int], in dataset: any FaceDataset) -> String {
    let hash = photos.reduce(UInt64(photos.count)) { hash, photo in
      let name = dataset.source(at: photo).split(separator: "/").suffix(2).joined(separator: "/")
      return SeededRandom.value(seed: hash, stream: name, dataset.label(at: photo))
    }
    return String(hash, radix: 16)
  }
}
