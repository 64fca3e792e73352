import ArgumentParsing
import FaceEvaluation
import FaceNetworks
import TerminalOutput
import Torch

/// `facet calibrate`
struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Finds what a model's scores mean: a threshold, and a probability at every score.",
    discussion: """
      The probability is a logistic curve through the scores of pairs (Platt), the threshold where it is one half, or with --far \
      of those that keep a false accept rate the one that accepts most pairs of one person. Accuracy and \
      calibration error are measured on folds that had no say. Take pairs of people that the model was not trained on. \
      --save keeps threshold, curve and error rates in the model file, where `facet verify` and `facet explain` find them.
      """,
    examples: [
      "facet calibrate model.safetensors --data cfp --folds 9",
      "facet calibrate model.safetensors --data cfp --folds 9 --save",
      "facet calibrate model.safetensors --pairs pairs.csv --far 0.01 --save",
    ])

  @Argument(help: "A model file; Facet's own small model without it.") var model: String?
  @OptionGroup(title: "Photos") var photos: MeasuredDataOptions
  @Flag(help: "Score photos and their mirror images averaged.") var flip = false
  @Option(help: "The share of different people that the threshold may let pass for one.", valueName: "rate")
  var far: Double?
  @Flag(help: "Keep threshold and curve in the model file.") var save = false
  @Option(help: "What else to say of these pairs, such as that the model has not seen them.", valueName: "text")
  var note: String?
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write everything as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  mutating func validate() throws {
    guard !save || model != nil else { throw UsageError("--save changes a model file: name it") }
    try FalseAcceptRate.check(far)
  }

  mutating func run() throws {
    let path = try DefaultModel.path(model)
    try OutputCheck.files(json?.path, save ? path : nil, reading: [save ? nil : path, photos.pairs], in: [photos.data])
    let opened = try device.open()
    var model = try FaceModel(contentsOf: path, on: opened)
    if save { try model.checkKeeps(path) }
    var scan = NetworkScan(model, on: opened)
    scan.workers = device.workers
    let data = try photos.open(side: model.info.input.storedSide)
    let report = try scan.calibration(
      data.sets, data: photos.named(data.photos.name), note: note, flip: flip, falseAcceptRate: far)
    // Files first: whoever reads the words may go away.
    if let json { try writeJSON(report, to: json.path) }
    if save {
      model.calibrate(report)
      try model.write(to: path)
    }
    CommandOutput.current.printLine(EvaluationText.calibration(report))
    if save { CommandOutput.current.printLine("saved in \(path)") }
    try DamagedPhotos.report(report.damaged)
  }
}
