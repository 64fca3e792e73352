import ArgumentParsing
import FaceEvaluation
import Torch

struct Channels: ParsableCommand { static let configuration = CommandConfiguration(commandName: "channels") }
struct Embed: ParsableCommand { static let configuration = CommandConfiguration(commandName: "embed") }
struct Faces: ParsableCommand { static let configuration = CommandConfiguration(commandName: "faces") }
struct Demo: ParsableCommand { static let configuration = CommandConfiguration(commandName: "demo") }
struct Doctor: ParsableCommand { static let configuration = CommandConfiguration(commandName: "doctor") }
enum EvaluationReport {
  static func write(_ e: [Evaluation], models: [String], photos: MeasuredDataOptions, device: Device, workers: Int, to: String) throws {}
}
