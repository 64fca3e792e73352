import ArgumentParsing
import ExplainableChannels
import FaceNetworks
import FileDigests
import Torch

/// How two faces are compared.
struct ComparisonOptions: ParsableArguments {
  @Option(help: "A model file; Facet's own small model without it.", valueName: "file") var model: String?
  @Flag(help: "Average each photo and its mirror image.") var flip = false
  @Option(help: "Decide at this score instead of the model's threshold.") var threshold: Double?

  @Option(
    help: "Decide where no more than this share of different people passed for one when the model was calibrated.",
    valueName: "rate")
  var far: Double?

  mutating func validate() throws {
    if let threshold, !(-1...1).contains(threshold) {
      throw UsageError("--threshold \(threshold) is no cosine: give -1 to 1")
    }
    guard threshold == nil || far == nil else {
      throw UsageError("--threshold and --far both choose the threshold: give one")
    }
    try FalseAcceptRate.check(far)
  }

  /// The model, with the threshold asked for, and the file it was read from.
  func model(on device: Device) throws -> (model: FaceModel, path: String) {
    if let date = Provenance.Instrument.strangeDate {
      throw CommandFailure("SOURCE_DATE_EPOCH is \"\(date)\", not a whole number of seconds: correct it or unset it")
    }
    let path = try DefaultModel.path(model)
    var model = try FaceModel(contentsOf: path, on: device)
    if let far { try model.decide(atFalseAcceptRate: far, path: path) }
    if let threshold {
      model.info.threshold = threshold
      model.info.thresholdSource = Explanation.givenThreshold
    }
    return (model, path)
  }
}

extension ComparisonOptions {
  /// The model with its path, and this program with it, its file's bytes being those that were opened.
  func instrument(on device: Device) throws -> (model: FaceModel, path: String, instrument: Provenance.Instrument) {
    let (opened, file) = try FileFingerprint.taken(of: DefaultModel.path(model)) { try model(on: device) }
    let instrument = Provenance.Instrument(model: file, program: "facet \(facetVersion)", device: device)
    return (opened.model, opened.path, instrument)
  }
}

/// `--far`
enum FalseAcceptRate {
  static func check(_ rate: Double?) throws {
    if let rate, !(rate > 0 && rate < 1) {
      throw UsageError("--far \(rate) is no false accept rate: give a share such as 0.01")
    }
  }
}
