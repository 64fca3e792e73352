import ArgumentParsing
import ExplainableChannels
import FaceEvaluation
import FaceImages
import FaceNetworks
import Foundation
import TerminalOutput
import Torch

/// `facet verify`
struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Says whether two photos show the same person.",
    discussion: """
      Each photo is filled by one face. The decision is by the model's threshold, which `facet calibrate` puts into its file; \
      --threshold takes another. `facet explain` says why.
      """,
    examples: ["facet verify a.jpg b.jpg", "facet verify a.jpg b.jpg --model model.safetensors --json verdict.json"])

  @Argument(help: "A photo of a face.") var first: String
  @Argument(help: "A photo of the same face, or of another.") var second: String
  @OptionGroup(title: "Comparison") var comparison: ComparisonOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(help: "Write the verdict as JSON.", valueName: "path") var json: String?

  private struct Verdict: Encodable {
    let photoA: String
    let photoB: String
    let model: String
    let score: Double
    let same: Bool?
    let threshold: Double?
    let thresholdSource: String?
    let probability: Double?
    let flip: Bool
    let seconds: Double
  }

  mutating func run() throws {
    let start = ContinuousClock.now
    let model = try comparison.model(on: device.open())
    let photos = try [first, second].map { try Image(contentsOf: $0, minimumSide: model.info.input.storedSide) }
    let score = try model.score(photos[0], photos[1], flip: comparison.flip)
    let verdict = Verdict(
      photoA: first, photoB: second, model: model.info.name, score: score,
      same: model.info.threshold.map { score >= $0 }, threshold: model.info.threshold,
      thresholdSource: model.info.thresholdSource, probability: model.info.calibration?.probability(score),
      flip: comparison.flip, seconds: (ContinuousClock.now - start) / .seconds(1))
    let output = CommandOutput.current
    output.printLine(
      ExplanationText.verdict(score: score, model.info, flip: comparison.flip))
    output.printLine("\(EvaluationText.number(verdict.seconds, 2)) s")
    if let json { try writeJSON(verdict, to: json) }
  }
}
