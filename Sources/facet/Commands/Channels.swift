import ArgumentParsing
import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceNetworks
import FaceReports
import Foundation
import TerminalOutput
import Torch

/// `facet channels`
struct Channels: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "channels",
    abstract: "Shows what the channels of a model's target layer detect.",
    discussion: """
      With annotated photos (CFP, or procedural faces when no --data is given) each channel is measured: its part, purity, \
      instability and concentration, as cropped and moved. With --list and --peaks only the places of the channels' peaks \
      are written: `peaks` [N, C, 2], x and y in pixels of each photo (the center of the top left pixel is 0.5, 0.5), and \
      `strength` [N, C]; rows of photos that cannot be read hold NaN. Photos without annotations (LFW, a folder) name a \
      channel by its place in the face. --save keeps what each channel detects in the model file. --saved prints it, each channel \
      called as the line of `facet explain` that it adds to. Left and right are the person's own; x runs to the right of the \
      picture. --hidden measures how well the channels tell that a part is covered or turned away.
      """,
    examples: [
      "facet channels model.safetensors --data cfp --folds 9 --sheet channels.png",
      "facet channels model.safetensors --data cfp --folds 1-8 --save",
      "facet channels model.safetensors --saved",
      "facet channels model.safetensors --data cfp --folds 9 --hidden",
      "facet channels model.safetensors --list photos.txt --peaks peaks.safetensors",
    ])

  @Argument(help: "A model file; Facet's own small model without it.") var model: String?
  @OptionGroup(title: "Photos") var photos: MeasuredDataOptions
  @Option(help: "A text file with the path of one photo a line.", valueName: "file") var list: String?
  @Option(help: "The safetensors file to write the peaks of --list to.", valueName: "file") var peaks: String?
  @Option(help: "How many channels to print, purest first.") var top = 20
  @Option(help: "Draw the purest channels over some faces, PNG, JPEG or WebP.", valueName: "file") var sheet: String?
  @Flag(help: "Keep what each channel detects in the model file.") var save = false
  @Flag(help: "With --save: names by place may replace those from annotated photos.") var replace = false
  @Flag(help: "Print what the model file says of its channels; no photos are needed.") var saved = false
  @Flag(help: "Cover eyes and mouths, and say how often that is seen.") var hidden = false
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write everything as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  mutating func validate() throws {
    guard top >= 0 else { throw UsageError("--top \(top) is negative") }
    guard !save || model != nil else { throw UsageError("--save changes a model file: name it") }
    guard !replace || save else { throw UsageError("--replace goes with --save") }
    guard !(hidden && (save || saved)) else {
      throw UsageError("--hidden measures photos: leave --save and --saved out")
    }
    guard !saved || (photos.data == nil && photos.pairs == nil && list == nil && sheet == nil) else {
      throw UsageError("--saved reads the model file alone: leave the photos, --list and --sheet out")
    }
    guard !(save && saved) else { throw UsageError("--save and --saved exclude each other") }
    guard (list == nil) == (peaks == nil) else { throw UsageError("--list and --peaks go together") }
    guard list == nil || !(save || hidden || sheet != nil || json != nil || photos.data != nil || photos.pairs != nil)
    else {
      throw UsageError(
        "--list writes peaks alone: leave --data, --pairs, --save, --hidden, --sheet and --json out")
    }
    guard !hidden || sheet == nil else { throw UsageError("--hidden draws nothing: leave --sheet out") }
  }

  mutating func run() throws {
    let path = try DefaultModel.path(model)
    try OutputCheck.files(
      peaks, sheet, json?.path, save ? path : nil, pictures: [sheet], reading: [save ? nil : path, list, photos.pairs],
      in: [photos.data])
    try OutputCheck.picture(sheet)
    let opened = try device.open()
    let model = try FaceModel(contentsOf: path, on: opened)
    if save { try model.checkKeeps(path) }
    if saved { return try showSaved(model, path) }
    var scan = NetworkScan(model, on: opened)
    scan.workers = device.workers
    if let list, let peaks { return try writePeaks(scan, list: list, to: peaks) }
    let data = try photos.open(side: model.info.input.storedSide)
    if let sheet {
      let sources = (0..<data.photos.count).map(data.photos.source)
      try OutputCheck.files(sheet, pictures: [sheet], reading: sources)
    }
    let isAnnotated = data.annotated != nil
    guard isAnnotated || !hidden else {
      throw CommandFailure("hidden parts are covered by where parts are: give CFP as --data, or no --data")
    }
    if save, !isAnnotated, !replace, let named = model.catalog?.annotatedPhotos, named > 0 {
      throw CommandFailure(
        "\(path) names its channels from \(named) annotated photos, and these photos have none: with --replace names by "
          + "place take their place")
    }
    let shown = data.annotated ?? data.photos
    if hidden { return try showHidden(model, shown) }
    let store = scan.store(shown)
    var catalog: ChannelCatalog?
    let (report, damaged) = try scan.explainability(store, Array(0..<shown.count), moved: photos.moved) {
      if save || !isAnnotated { catalog = $0.catalog($1, data: shown.name) }
    }
    if save, let catalog { try save(catalog, in: model, at: path) }
    // Files first: whoever reads the words may go away.
    if let json { try writeJSON(Measured(report: report, damaged: damaged), to: json.path) }
    if let sheet {
      let figures = try scan.channelFigures(report, store: store, faces: 6, channels: 12)
      try ChannelSheet.image(figures).write(to: sheet)
    }
    if let catalog { show(catalog.named) }
    if isAnnotated { show(report) }
    try DamagedPhotos.report(damaged)
  }

  /// A report and the photos that it lacks, in one object.
  private struct Measured: Encodable {
    let report: ExplainabilityReport
    let damaged: [DamagedPhoto]

    private enum Key: String, CodingKey { case damaged }

    func encode(to encoder: any Encoder) throws {
      try report.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(damaged, forKey: .damaged)
    }
  }

  private func save(_ catalog: ChannelCatalog, in model: FaceModel, at path: String) throws {
    var model = model
    model.catalog = catalog
    try model.write(to: path)
  }

  private func showHidden(_ model: FaceModel, _ photos: any FaceDataset) throws {
    let bar = ProgressReporter(label: "hidden parts", total: photos.count, unit: "photos")
    let report = try FaceAccountant(model).hiddenParts(photos, progress: { bar.update(completed: $0) })
    bar.finish()
    if let json { try writeJSON(report, to: json.path) }
    CommandOutput.current.printLine(EvaluationText.hiddenParts(report))
    try DamagedPhotos.report(report.damaged)
  }

  private func showSaved(_ model: FaceModel, _ path: String) throws {
    guard let catalog = model.catalog?.named else {
      throw CommandFailure("\(path) says nothing of its channels: measure them with --data ... --save")
    }
    if let json { try writeJSON(catalog, to: json.path) }
    show(catalog)
  }

  private func show(_ catalog: ChannelCatalog) {
    var table = TextTable(["channel", "detects", "purity", "x", "y", "spread", "strength", "low", "high", "active"])
    let ranked = catalog.channels.sorted { ($0.purity ?? -1, -$0.index) > ($1.purity ?? -1, -$1.index) }
    for channel in ranked.prefix(top) {
      let number = EvaluationText.number
      let (place, strength) = (channel.place, channel.strength)
      table.addRow([
        String(channel.index), channel.name, number(channel.purity, 3), number(place?.x, 2), number(place?.y, 2),
        number(place?.spread, 2), number(strength.mean, 2), number(strength.low, 2), number(strength.high, 2),
        number(channel.activeShare, 2),
      ])
    }
    CommandOutput.current.printLine(table.text())
    let known = "\(catalog.annotatedPhotos) of \(catalog.photos) photos annotated"
    CommandOutput.current.printLine("\(catalog.channels.count) channels, measured on \(catalog.data) (\(known))")
  }

  private func show(_ report: ExplainabilityReport) {
    var table = TextTable(["channel", "part", "purity", "moved", "instability", "moved", "concentration", "strength"])
    let moved = report.moved?.perChannel ?? []
    let ranked = report.asCropped.perChannel.sorted { ($0.purity ?? -1, -$0.index) > ($1.purity ?? -1, -$1.index) }
    for channel in ranked.prefix(top) {
      let other = moved.first { $0.index == channel.index }
      let number = EvaluationText.number
      table.addRow([
        String(channel.index), channel.part?.title ?? "-", number(channel.purity, 3), number(other?.purity, 3),
        number(channel.instability, 3), number(other?.instability, 3), number(channel.concentration, 3),
        number(channel.meanStrength, 2),
      ])
    }
    CommandOutput.current.printLine(table.text())
    CommandOutput.current.printLine(EvaluationText.channels(report).text())
    CommandOutput.current.printLine(EvaluationText.regions(report).text())
  }

  private func writePeaks(_ scan: NetworkScan, list: String, to path: String) throws {
    let photos = try ImageList(contentsOf: list)
    let bar = ProgressReporter(label: "peaks", total: photos.count, unit: "photos")
    let found = try scan.peaks(scan.store(photos, memoryLimit: 0), progress: { bar.update(completed: $0) })
    bar.finish()
    let channels = scan.model.network.targetChannels
    try Safetensors.write(
      [
        ("peaks", try Tensor(found.xy, [photos.count, channels, 2])),
        ("strength", try Tensor(found.strength, [photos.count, channels])),
      ], metadata: ["model": scan.model.info.name], to: path)
    try DamagedPhotos.report(found.damaged)
  }
}
