import ArgumentParsing
import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages
import FaceNetworks
import FileDigests
import Foundation
import TerminalOutput
import Torch

/// `facet audit`
struct Audit: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit",
    abstract: "Checks an explanation: the same files, and the same account from them?",
    discussion: """
      Takes the explanation.json of `facet explain`: photos and model must have the SHA-256 written there, and the account made \
      again from them must agree with all that is written there, numbers to 1e-4. Files are looked for at the paths written there, also as \
      seen from the folders above the explanation; --photos and --model say where they lie now. \
      Exit code 1 when anything does not agree.
      """,
    examples: [
      "facet audit why/explanation.json", "facet audit why/explanation.json --model archive/model.safetensors",
    ])

  @Argument(help: "An explanation.json.") var explanation: String
  @Option(help: "Where the model's file lies now.", valueName: "file") var model: String?
  @Option(
    help: "A folder in which the photos lie now, by the names they had, with or without the folders they were in.",
    valueName: "folder") var photos: String?
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write the findings as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  mutating func run() throws {
    try OutputCheck.files(json?.path, reading: [explanation, model])
    if let photos {
      guard OutputCheck.isFolder(photos) else { throw UsageError("--photos \(photos) is no folder") }
    }
    let record = try read()
    let models = model.map { [$0] } ?? recordedPlaces(record.model)
    try OutputCheck.files(json?.path, reading: [explanation] + models + record.photos.flatMap(places), in: [photos])
    let device = try device.open()
    let file = ExplanationAudit.File(record.model, in: models)
    // Opened when an account is to be made: a model that is not the one written down makes none.
    var desk: ExplanationDesk?
    let bar = ProgressReporter(label: "audit", total: record.count, unit: "pairs")
    func account(_ a: String, _ b: String, _ counterfactual: Bool) throws -> Explanation {
      let open = try desk ?? self.desk(for: record.first, at: file.path, on: device)
      desk = open
      return try open.account(a, b, counterfactual: counterfactual).explanation
    }
    let audits = try record.audit(
      model: file, places: places, progress: { bar.update(completed: $0) }, account: account)
    bar.finish()
    report(audits)
    if let json { try writeJSON(audits, to: json.path) }
    let wrong = audits.count { !$0.holds }
    guard wrong == 0 else {
      throw CommandFailure(
        audits.count == 1 ? "the account does not hold" : "\(wrong) of \(audits.count) accounts do not hold")
    }
  }

  private func read() throws -> ExplanationRecord {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: explanation))
    } catch {
      throw CommandFailure("cannot read \(errorMessage(error))")
    }
    do {
      return try ExplanationRecord(bytes)
    } catch ExplanationRecord.Failure.withoutOrigin {
      throw CommandFailure("\(explanation) does not say what files it is about: an older Facet wrote it")
    } catch ExplanationRecord.Failure.withoutAccounts {
      throw CommandFailure("\(explanation) holds no account to check: none of its candidates could be compared")
    } catch {
      throw CommandFailure("\(explanation) is not an explanation.json of facet explain")
    }
  }

  /// Where a photo may lie: in --photos by its name, with as many of its folders as there are, and nowhere else; without it at
  /// ``recordedPlaces(_:)``.
  private func places(_ photo: FileFingerprint) -> [String] {
    guard let photos else { return recordedPlaces(photo) }
    let names = photo.path.split(separator: "/").filter { $0 != "." && $0 != ".." }
    return names.indices.map { "\(photos)/\(names[$0...].joined(separator: "/"))" }
  }

  /// The path that is written down, and there as seen from the folders above the explanation, one of which the command that
  /// wrote it ran in.
  private func recordedPlaces(_ file: FileFingerprint) -> [String] {
    var places = [file.path]
    guard !file.path.hasPrefix("/") else { return places }
    var folder = URL(fileURLWithPath: explanation).standardizedFileURL.deletingLastPathComponent()
    while folder.path != "/" {
      places.append(folder.path + "/" + file.path)
      folder.deleteLastPathComponent()
    }
    return places
  }

  /// A desk that works as the account says it was made.
  private func desk(for explanation: Explanation, at path: String, on device: Device) throws -> ExplanationDesk {
    var model = try FaceModel(contentsOf: path, on: device)
    // A threshold that was chosen on the command line is not the one in the model's file.
    if let source = explanation.thresholdSource, let threshold = explanation.threshold {
      if source == Explanation.givenThreshold, (-1...1).contains(threshold) {
        (model.info.threshold, model.info.thresholdSource) = (threshold, source)
      } else if let rate = model.info.calibration?.falseAcceptRate(ofSource: source) {
        try? model.decide(atFalseAcceptRate: rate, path: path)
      }
    }
    let cut = explanation.boxA != nil || explanation.boxB != nil
    return try ExplanationDesk(
      model, options: .init(flip: explanation.flip, ignoreHidden: explanation.ignoreHidden),
      reader: PhotoReader(detector: cut ? try FaceDetector() : nil))
  }

  private func report(_ audits: [ExplanationAudit]) {
    let number = EvaluationText.number
    var table = TextTable(["photo A", "photo B", "score", "again", "largest difference", "holds"])
    for audit in audits {
      table.addRow([
        audit.photoA.path, audit.photoB.path, abs(audit.score) < 10 ? number(audit.score, 4) : "\(audit.score)",
        number(audit.found, 4),
        audit.largestDifference.map { String(format: "%.1e", $0) } ?? "-", audit.holds ? "yes" : "NO",
      ])
    }
    let output = CommandOutput.current
    output.printLine(table.text())
    for audit in audits {
      for objection in audit.objections.prefix(20) {
        // A forged name with a line end must not look like a line of this report.
        output.printLine("\(audit.photoB.path): \(objection)".onOneLine)
      }
      if audit.objections.count > 20 { output.printLine("and \(audit.objections.count - 20) more") }
    }
  }
}
