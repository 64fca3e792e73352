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

  /// Throws `UsageError` for a --center-crop that is no share of a photo, or cuts it beside --detect.
  func check(centerCrop: Double) throws {
    guard CenterCropped.fractions.contains(centerCrop) else {
      throw UsageError("--center-crop \(centerCrop) is not between 0.01 and 1")
    }
    guard !detect || centerCrop == 1 else {
      throw UsageError("--detect and --center-crop both cut photos: give one of them")
    }
  }
}
