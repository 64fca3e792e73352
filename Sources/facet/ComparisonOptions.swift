import ArgumentParsing
import FaceNetworks
import Torch

/// How two faces are compared.
struct ComparisonOptions: ParsableArguments {
  @Option(help: "A model file; Facet's own small model without it.", valueName: "file") var model: String?
  @Flag(help: "Average each photo and its mirror image.") var flip = false
  @Option(help: "Decide at this score instead of the model's threshold.") var threshold: Double?

  mutating func validate() throws {
    if let threshold, !(-1...1).contains(threshold) {
      throw UsageError("--threshold \(threshold) is no cosine: give -1 to 1")
    }
  }

  /// The model, with the threshold asked for.
  func model(on device: Device) throws -> FaceModel {
    var model = try FaceModel(contentsOf: DefaultModel.path(model), on: device)
    if let threshold {
      model.info.threshold = threshold
      model.info.thresholdSource = "--threshold"
    }
    return model
  }
}
