import ArgumentParsing
import FaceDatasets
import FaceImages

/// Whole photos instead of crops.
struct DetectOptions: ParsableArguments {
  @Flag(help: "Photos are whole: cut each to its largest face first (needs `make detect`; profiles are missed).")
  var detect = false

  /// The detector when it is asked for. Throws `DetectionError` when it is not installed.
  func detector() throws -> FaceDetector? { detect ? try FaceDetector() : nil }

  /// Photos read as asked.
  func reader() throws -> PhotoReader { PhotoReader(detector: try detector()) }

  /// A dataset's photos as asked.
  func apply(to dataset: any FaceDataset) throws -> any FaceDataset {
    try detector().map { DetectedFaces(dataset, detector: $0) } ?? dataset
  }
}
