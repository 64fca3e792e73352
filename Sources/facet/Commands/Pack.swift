import ArgumentParsing
import FaceDatasets
import FaceTraining
import Foundation
import TerminalOutput

/// `facet pack`
struct Pack: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Writes a dataset as InsightFace's .rec, or verification pairs as its .bin.",
    discussion: """
      A .rec comes with .idx, .lst and property beside it, as InsightFace's own training code wants them. Of data with \
      several protocols (CFP) --protocol names the one that goes into a .bin.
      """,
    examples: [
      "facet pack photos --output faces/train.rec",
      "facet pack cfp --folds 1-8 --side 128 --output cfp-128/train.rec",
      "facet pack lfw --center-crop 0.6 --output lfw.bin", "facet pack cfp --protocol CFP-FP --output cfp_fp.bin",
      "facet pack --pairs pairs.csv --output mine.bin",
    ])

  @Argument(help: "The dataset: CFP, LFW, CALFW, CPLFW, AgeDB, a folder with one folder a person, a .rec or a .bin.")
  var data: String?
  @Option(help: "A CSV of pairs (a,b,same,fold) instead, for a .bin.", valueName: "file") var pairs: String?
  @Option(name: .shortAndLong, help: "The .rec or .bin file to write.", valueName: "file") var output: String
  @Option(help: "CFP: the folds to take, such as 1-8.") var folds: FoldList?
  @Option(help: "The protocol that goes into a .bin, where the data has several.", valueName: "name")
  var `protocol`: String?
  @Option(help: "Side in pixels of the squares that photos are stretched to; 0 leaves them as they are.") var side = 112
  @Option(help: "JPEG quality, 1 to 100.") var quality = 95
  @Option(help: "Share of each side of a photo that is kept, around its middle (LFW: 0.6 shows the face).")
  var centerCrop = 1.0
  @OptionGroup var detection: DetectOptions
  @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount

  private var isBin: Bool { output.hasSuffix(".bin") }

  mutating func validate() throws {
    guard (1...256).contains(threads) else { throw UsageError("--threads \(threads) is not between 1 and 256") }
    guard isBin || output.hasSuffix(".rec") else {
      throw UsageError("--output \(output) ends in neither .rec nor .bin")
    }
    guard side == 0 || (8...4096).contains(side) else {
      throw UsageError("--side \(side) is neither 0 nor between 8 and 4096")
    }
    guard (1...100).contains(quality) else { throw UsageError("--quality \(quality) is not between 1 and 100") }
    try detection.check(centerCrop: centerCrop)
    guard (data == nil) != (pairs == nil) else { throw UsageError("give a dataset or --pairs") }
    guard folds == nil || data.map(DatasetLayout.init) == .cfp else {
      throw UsageError("--folds are folds of CFP: give CFP as the dataset")
    }
    guard isBin || pairs == nil else { throw UsageError("--pairs go into a .bin; \(output) is a training set") }
    guard isBin || `protocol` == nil else { throw UsageError("--protocol is for a .bin; \(output) is a training set") }
  }

  mutating func run() throws {
    try OutputCheck.files(output, reading: inputs)
    try isBin ? packPairs() : packPhotos()
  }

  /// The files that are read; of a folder of records these are `train.rec`, or the pairs beside it.
  private var inputs: [String?] {
    guard let data, DatasetLayout(of: data) == .rec else { return [data, pairs] }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []
    let records: [String?] = names.filter { $0 == "train.rec" || $0.hasSuffix(".bin") }.map { "\(data)/\($0)" }
    return [data, pairs] + records
  }

  private func packPhotos() throws {
    var settings = DataSettings()
    settings.path = data ?? ""
    settings.folds = folds?.folds ?? []
    settings.centerCrop = centerCrop
    if settings.resolvedKind == .folder, let note = ImageFolder.strayNote(root: settings.path) {
      CommandOutput.current.printNote(note)
    }
    let dataset = try detection.apply(to: settings.open(seed: 0))
    let packing = try RecordPacking(dataset, side: side == 0 ? nil : side, quality: quality)
    let bar = ProgressReporter(label: "pack", total: dataset.count, unit: "photos")
    let outcome = try packing.write(to: output, threads: threads) { bar.update(completed: $0) }
    bar.finish()
    CommandOutput.current.printLine("\(output): \(outcome.photos) photos of \(outcome.identities) people")
    try DamagedPhotos.report(outcome.damaged)
  }

  private func packPairs() throws {
    var measured = MeasuredDataOptions()
    measured.data = data
    measured.pairs = pairs
    measured.folds = folds
    measured.centerCrop = centerCrop
    measured.detection = detection
    try measured.validate()
    let set = try chosen(measured.open(side: side).sets)
    let packing = try BinPacking(set, side: side == 0 ? nil : side, quality: quality)
    let bar = ProgressReporter(label: "pack", total: 2 * set.pairs.count, unit: "photos")
    let outcome = try packing.write(to: output, threads: threads) { bar.update(completed: $0) }
    bar.finish()
    let lost = set.pairs.count - outcome.pairs
    let note = lost == 0 ? "" : ", \(lost) left out for photos that cannot be read"
    CommandOutput.current.printLine("\(output): \(outcome.pairs) pairs of \(set.name)\(note)")
    try DamagedPhotos.report(outcome.damaged)
  }

  private func chosen(_ sets: [VerificationSet]) throws -> VerificationSet {
    let names = sets.map(\.name).joined(separator: ", ")
    guard let name = `protocol` else {
      guard sets.count == 1 else { throw UsageError("name one protocol with --protocol: \(names)") }
      return sets[0]
    }
    guard let set = sets.first(where: { $0.name.lowercased() == name.lowercased() }) else {
      throw UsageError("--protocol \(name) is not one of \(names)")
    }
    return set
  }
}

/// `facet unpack`
struct Unpack: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpack",
    abstract: "Writes the photos of a .rec as a folder with one folder a person.",
    discussion: """
      Photos are written byte for byte as they are stored. Names come from the .lst file that facet pack writes beside the \
      .rec; without it a person's folder is the number of their label.
      """,
    examples: ["facet unpack faces/train.rec --output photos"])

  @Argument(help: "A .rec file, or the folder with train.rec.") var data: String
  @Option(name: .shortAndLong, help: "The folder to write; it must not exist.", valueName: "folder") var output: String
  @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount

  mutating func validate() throws {
    guard (1...256).contains(threads) else { throw UsageError("--threads \(threads) is not between 1 and 256") }
    guard !data.hasSuffix(".bin") else {
      throw UsageError("\(data) holds pairs, and only a .rec is unpacked; facet evaluate --data reads a .bin as it is")
    }
  }

  mutating func run() throws {
    let dataset = try RecordDataset(data)
    let bar = ProgressReporter(label: "unpack", total: dataset.count, unit: "photos")
    let damaged = try Interruption.abandoning {
      try RecordUnpacking(dataset).write(to: output, threads: threads) {
        bar.update(completed: $0)
        try Interruption.checkAbandoned()
      }
    }
    bar.finish()
    CommandOutput.current.printLine(
      "\(output): \(dataset.count - damaged.count) photos of \(dataset.identityCount) people")
    try DamagedPhotos.report(damaged)
  }
}
