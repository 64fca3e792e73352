import ArgumentParsing
import AtomicFiles
import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages
import FaceNetworks
import FaceReports
import Foundation
import TerminalOutput
import Torch

/// `facet explain`
struct Explain: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Says why two photos match or not, part by part, adding up to the score.",
    discussion: """
      Writes into --output: explanation.html (a page with everything), faces.png (both faces, the parts that count lit), \
      parts/*.png (where each part's contribution lies) and explanation.json; what an \
      earlier run left there is removed. When the second path is a folder, its photos are ranked as candidates for the \
      first, and the best few explained. docs/account.md says what the numbers mean.
      """,
    examples: [
      "facet explain a.jpg b.jpg --output why",
      "facet explain a.jpg b.jpg --output why --ignore-hidden --counterfactual",
      "facet explain probe.jpg gallery --output why --best 3",
    ])

  @Argument(help: "A photo of a face.") var first: String
  @Argument(help: "Another photo, or a folder of candidates.") var second: String
  @Option(name: .shortAndLong, help: "The folder to write to.", valueName: "folder") var output: String
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @Flag(help: "Leave parts out of the score that a photo hides.") var ignoreHidden = false
  @Flag(help: "Say which parts would have to change for the other decision; of candidates, for the best.")
  var counterfactual = false
  @Option(help: "Candidates of a folder to explain; 3 without it.") var best: Int?
  @Option(
    help: "Also write the network's inputs, activations and embeddings for a pair, for checking: a safetensors file.",
    valueName: "path")
  var tensors: String?
  @OptionGroup(title: "Photos") var detection: DetectOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write explanation.json here too; - for standard output.", valueName: "path") var json: OutputPath?

  /// How many of a gallery get pictures.
  private static let best = 3

  mutating func validate() throws {
    if let best, best < 1 { throw UsageError("--best \(best) explains nobody: give at least 1") }
  }

  mutating func run() throws {
    let start = ContinuousClock.now
    let candidates = OutputCheck.isFolder(second)
    try checkOptions(candidates: candidates)
    try OutputCheck.files(
      tensors, json?.path, reading: [first, candidates ? nil : second, DefaultModel.path(comparison.model)],
      in: [candidates ? second : nil], making: output)
    try checkOutput(candidates: candidates)
    if candidates { try explainCandidates(since: start) } else { try explainPair(since: start) }
  }

  /// That nothing was asked for that only the other kind of second path has.
  private func checkOptions(candidates: Bool) throws {
    guard !candidates || tensors == nil else {
      throw UsageError("--tensors is of a pair of photos, and \(second) is a folder: name one of its photos")
    }
    guard candidates || best == nil else {
      throw UsageError("--best chooses among a folder's photos, and \(second) is no folder: leave it out")
    }
  }

  /// That the folder's own files are neither photos to read nor other outputs, and do not become candidates.
  private func checkOutput(candidates: Bool) throws {
    for photo in [first] + (candidates ? [] : [second]) where ExplanationFolder.isWritten(photo, in: output) {
      throw FileWriteError(path: photo, reason: "--output \(output) would replace this photo; give another folder")
    }
    for path in [tensors, json?.path] {
      guard let path, ExplanationFolder.isWritten(path, in: output) else { continue }
      throw FileWriteError(path: path, reason: "a file of --output goes by that name; give another")
    }
    let (folder, gallery) = (OutputCheck.resolved(output), OutputCheck.resolved(second))
    if candidates, (folder + "/").hasPrefix(gallery + "/") || ExplanationFolder.isWritten(second + "/1.png", in: output)
    {
      throw FileWriteError(
        path: output, reason: "its pictures would be candidates in \(second); give a folder outside of it")
    }
    try ExplanationFolder.check(output, best: candidates ? best ?? Explain.best : nil)
  }

  private func explainPair(since start: ContinuousClock.Instant) throws {
    let desk = try openDesk()
    let pair = try desk.explain(first, second)
    // Files first: whoever reads the words may go away.
    try begin(pair.explanation, lines: [pair.explanation.parts])
    try ExplanationFolder.write(pair, to: output)
    if let tensors { try desk.write(tensorsOf: pair, to: tensors) }
    let seconds = try finish(pair.explanation, since: start)
    let isOneFile = pair.explanation.provenance?.isOneFile == true
    let words = CommandOutput.current
    words.printLine(
      ExplanationText.verdict(
        pair.explanation, desk.accountant.model.info, isOneFile: isOneFile, besideTable: true))
    words.printLine(ExplanationText.account(pair.explanation))
    say(seconds)
  }

  private func explainCandidates(since start: ContinuousClock.Instant) throws {
    let gallery = try candidates()
    let desk = try openDesk()
    let bar = ProgressReporter(label: "candidates", total: gallery.count, unit: "photos")
    let (ranking, pairs) = try desk.rank(
      first, gallery, best: best ?? Explain.best, progress: { bar.update(completed: $0) })
    bar.finish()
    try begin(ranking, lines: pairs.map(\.explanation.parts), ofGallery: true)
    try ExplanationFolder.write(ranking, pairs: pairs, to: output)
    let seconds = try finish(ranking, since: start)
    CommandOutput.current.printLine(ExplanationText.ranking(ranking))
    for (index, candidate) in ranking.candidates.enumerated() {
      guard let counterfactual = candidate.explanation.counterfactual else { continue }
      CommandOutput.current.printLine(
        "\(index + 1). \(candidate.name): \(ExplanationReport.sentence(counterfactual, candidate.explanation))")
    }
    say(seconds)
    try DamagedPhotos.report(ranking.damaged)
  }

  /// The folder's photos, without the pictures that explanations left in it.
  private func candidates() throws -> ImageList {
    let all = try ImageList(folder: second)
    all.note.map(CommandOutput.current.printNote)
    var explained: [String: Bool] = [:]
    func holdsExplanation(_ folder: String) -> Bool {
      if let known = explained[folder] { return known }
      let holds = FileManager.default.fileExists(atPath: folder + "/explanation.json")
      explained[folder] = holds
      return holds
    }
    let photos = (0..<all.count).filter { index in
      let photo = all.source(at: index)
      var folder = URL(fileURLWithPath: photo).deletingLastPathComponent()
      // A picture lies at most three folders deep: N/parts/*.png.
      for _ in 0..<3 {
        if holdsExplanation(folder.path), ExplanationFolder.isWritten(photo, in: folder.path) { return false }
        folder.deleteLastPathComponent()
      }
      return true
    }
    guard !photos.isEmpty else {
      throw DatasetError(
        .empty, path: second, problem: "holds no photos but those of an explanation", remedy: "put photos into it")
    }
    return ImageList(name: all.name, paths: photos.map(all.files.pathBelowRoot), root: all.files.root)
  }

  private func openDesk() throws -> ExplanationDesk {
    let device = try device.open()
    let (model, path, instrument) = try comparison.instrument(on: device)
    guard !counterfactual || model.info.threshold != nil else {
      throw CommandFailure(
        "--counterfactual asks for the other decision, and the model has no threshold to decide by: give --threshold, or "
          + "facet calibrate \(path) --data ... --save")
    }
    return try ExplanationDesk(
      model, options: .init(flip: comparison.flip, ignoreHidden: ignoreHidden, counterfactual: counterfactual),
      reader: detection.reader(), instrument: instrument)
  }

  /// Before the pictures, so that the next run knows of them even if this one is cut off.
  private func begin(_ explanation: some Encodable, lines: [[Explanation.Line]], ofGallery: Bool = false) throws {
    try ExplanationFolder.prepare(output, lines: lines, ofGallery: ofGallery)
    try writeJSON(explanation, to: output + "/explanation.json")
  }

  /// Writes how long all of it took, unless the same photos are to give the same bytes, and returns it.
  private func finish(_ explanation: some Encodable, since start: ContinuousClock.Instant) throws -> Double {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let timed = Timed(explanation: explanation, seconds: Provenance.Instrument.fixedDate == nil ? seconds : nil)
    for path in [output + "/explanation.json", json?.path].compactMap(\.self) { try writeJSON(timed, to: path) }
    return seconds
  }

  private func say(_ seconds: Double) {
    CommandOutput.current.printLine("\(output)/explanation.html")
    CommandOutput.current.printLine("\(EvaluationText.number(seconds, 2)) s")
  }
}

/// An explanation and how long it took, in one object.
private struct Timed<Value: Encodable>: Encodable {
  let explanation: Value
  let seconds: Double?

  private enum Key: String, CodingKey { case seconds }

  func encode(to encoder: any Encoder) throws {
    try explanation.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encodeIfPresent(seconds, forKey: .seconds)
  }
}
