import ArgumentParsing
import ExplainableChannels
import FaceEvaluation
import FaceImages
import FaceNetworks
import FileDigests
import Foundation
import TerminalOutput
import Torch

/// `facet verify`
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Says whether two photos show the same person.",
    discussion: """
      Each photo is filled by one face; --detect cuts whole photos to their largest. The decision is by the model's threshold, which `facet calibrate` puts into its file; \
      --threshold takes another. `facet explain` says why.
      """,
    examples: [
      "facet verify a.jpg b.jpg", "facet verify a.jpg b.jpg --model model.safetensors --json verdict.json",
      "facet verify holiday.jpg passport.jpg --detect",
    ])

  @Argument(help: "A photo of a face.") var first: String
  @Argument(help: "A photo of the same face, or of another.") var second: String
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @OptionGroup(title: "Photos") var detection: DetectOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write the verdict as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  private struct Verdict: Encodable {
    let photoA: String
    let photoB: String
    /// Where the photos were cut; left out without --detect.
    let boxA: FaceBox?
    let boxB: FaceBox?
    /// How many faces they show; left out without --detect.
    let facesA: Int?
    let facesB: Int?
    let model: String
    let score: Double
    let same: Bool?
    let threshold: Double?
    let thresholdSource: String?
    /// Whether it was measured with mirror images averaged in; left out where it was given, or nobody measured it.
    let thresholdFlip: Bool?
    let probability: Double?
    /// What deciding at this threshold did where it was measured.
    let decisions: MeasuredDecisions?
    /// Whether any part of a face is visible; left out where the model does not say what its channels detect.
    let showsFaceA: Bool?
    let showsFaceB: Bool?
    let flip: Bool
    let seconds: Double
    /// A desk with an instrument notes it.
    let provenance: Provenance?
  }

  mutating func run() throws {
    let start = ContinuousClock.now
    try OutputCheck.files(json?.path, reading: [first, second, DefaultModel.path(comparison.model)])
    let device = try device.open()
    // Only the JSON has the digests: large models take long to read to their end.
    let noted = try json == nil ? nil : comparison.instrument(on: device)
    let model = try noted?.model ?? comparison.model(on: device).model
    let desk = try ExplanationDesk(
      model, options: .init(flip: comparison.flip), reader: detection.reader(), instrument: noted?.instrument)
    let account = try desk.account(first, second).explanation
    let isOneFile = try FileFingerprint(of: first).sha256 == FileFingerprint(of: second).sha256
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    if let json {
      let verdict = Verdict(
        photoA: first, photoB: second, boxA: account.boxA, boxB: account.boxB, facesA: account.facesA,
        facesB: account.facesB, model: account.model, score: account.score, same: account.same,
        threshold: account.threshold, thresholdSource: account.thresholdSource,
        thresholdFlip: account.thresholdFlip, probability: account.probability, decisions: account.decisions,
        showsFaceA: account.showsFaceA,
        showsFaceB: account.showsFaceB, flip: comparison.flip, seconds: seconds,
        provenance: account.provenance)
      try writeJSON(verdict, to: json.path)
    }
    let words = CommandOutput.current
    words.printLine(ExplanationText.verdict(account, model.info, isOneFile: isOneFile, besideTable: false))
    words.printLine("\(EvaluationText.number(seconds, 2)) s")
  }
}
