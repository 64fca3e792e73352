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
      again from them must agree with what is written, to 1e-4. Paths are those written there; --model says where the model lies now. \
      Exit code 1 when anything does not agree.
      """,
    examples: [
      "facet audit why/explanation.json", "facet audit why/explanation.json --model archive/model.safetensors",
    ])

  @Argument(help: "An explanation.json.") var explanation: String
  @Option(help: "Where the model's file lies now.", valueName: "file") var model: String?
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write the findings as JSON.", valueName: "path") var json: String?

  /// A pair's account, or those of a gallery.
  private struct Record: Decodable {
    let candidates: [Explanation]
    private enum Key: String, CodingKey { case candidates }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Key.self)
      candidates =
        try container.decodeIfPresent([Explanation].self, forKey: .candidates) ?? [Explanation(from: decoder)]
    }
  }

  mutating func run() throws {
    try OutputCheck.files(json)
    let accounts = try read()
    let device = try device.open()
    let file = ExplanationAudit.File(accounts[0].provenance.model, at: model)
    // Opened when an account is to be made: a model that is not the one written down makes none.
    var desk: ExplanationDesk?
    let bar = ProgressReporter(label: "audit", total: accounts.count, unit: "pairs")
    let audits = try accounts.enumerated().map { index, item in
      defer { bar.update(completed: index + 1) }
      return try ExplanationAudit(item.explanation, provenance: item.provenance, model: file) { a, b in
        let open = try desk ?? self.desk(for: accounts[0].explanation, at: file.path, on: device)
        desk = open
        return try open.account(a, b).explanation
      }
    }
    bar.finish()
    report(audits)
    if let json { try writeJSON(audits, to: json) }
    let wrong = audits.count { !$0.holds }
    guard wrong == 0 else {
      throw CommandFailure(
        audits.count == 1 ? "the account does not hold" : "\(wrong) of \(audits.count) accounts do not hold")
    }
  }

  private func read() throws -> [(explanation: Explanation, provenance: Provenance)] {
    guard let bytes = FileManager.default.contents(atPath: explanation) else {
      throw CommandFailure("cannot read \(explanation)")
    }
    guard let record = try? decodeJSON(Record.self, from: bytes), !record.candidates.isEmpty else {
      throw CommandFailure("\(explanation) is not an explanation.json of facet explain")
    }
    return try record.candidates.map { candidate in
      guard let provenance = candidate.provenance else {
        throw CommandFailure("\(explanation) does not say what files it is about: an older Facet wrote it")
      }
      return (candidate, provenance)
    }
  }

  /// A desk that works as the account says it was made.
  private func desk(for explanation: Explanation, at path: String, on device: Device) throws -> ExplanationDesk {
    var model = try FaceModel(contentsOf: path, on: device)
    // A threshold chosen on the command line is not in the model's file.
    if explanation.thresholdSource != model.info.thresholdSource {
      (model.info.threshold, model.info.thresholdSource) = (explanation.threshold, explanation.thresholdSource)
    }
    let cut = explanation.boxA != nil
    return try ExplanationDesk(
      model,
      options: .init(
        flip: explanation.flip, ignoreHidden: explanation.ignoreHidden,
        counterfactual: explanation.counterfactual != nil),
      reader: PhotoReader(detector: cut ? try FaceDetector() : nil))
  }

  private func report(_ audits: [ExplanationAudit]) {
    let number = EvaluationText.number
    var table = TextTable(["photo A", "photo B", "score", "again", "largest difference", "holds"])
    for audit in audits {
      table.addRow([
        audit.photoA.path, audit.photoB.path, number(audit.score, 4), number(audit.found, 4),
        audit.largestDifference.map { String(format: "%.1e", $0) } ?? "-", audit.holds ? "yes" : "NO",
      ])
    }
    let output = CommandOutput.current
    output.printLine(table.text())
    for audit in audits {
      for objection in audit.objections { output.printLine("\(audit.photoB.path): \(objection)") }
    }
  }
}
