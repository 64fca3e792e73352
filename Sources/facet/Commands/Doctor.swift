import ArgumentParsing
import FaceImages
import Foundation
import TerminalOutput
import Torch

/// `facet doctor`
struct Doctor: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Says what this machine offers: LibTorch, CUDA or why not, cores, image codecs.",
    discussion: "Where there is a GPU, a small network is computed and trained on it and compared with the CPU's.",
    examples: ["facet doctor", "facet doctor --json doctor.json"])

  @Option(help: "Write the findings as JSON; - for standard output.", valueName: "path") var json: OutputPath?

  private struct Finding: Encodable {
    let name: String
    let value: String
  }

  mutating func run() throws {
    // CUDA first: whether it is there is decided by the first call into LibTorch.
    let cuda = Runtime.cuda
    let gpu = Result { try checkGPU(cuda) }
    let findings =
      [
        Finding(name: "facet", value: facetVersion),
        Finding(name: "LibTorch", value: Runtime.version),
        Finding(name: "CUDA", value: describe(cuda) + describe(gpu)),
        Finding(name: "processor", value: "\(Runtime.cpuCapability), oneDNN \(Runtime.hasOneDNN ? "yes" : "no")"),
        Finding(name: "cores", value: "\(ProcessInfo.processInfo.activeProcessorCount)"),
        Finding(name: "threads", value: "\(Runtime.threads) (OMP_WAIT_POLICY \(waitPolicy))"),
        Finding(name: "memory", value: "\(ProcessInfo.processInfo.physicalMemory >> 20) MB"),
      ] + ImageCodecs.all.map { Finding(name: $0.name, value: describe($0)) }
      + [Finding(name: "face detector", value: faceDetector)]
    var table = TextTable(["what", "found"])
    for finding in findings { table.addRow([finding.name, finding.value]) }
    if let json { try writeJSON(findings, to: json.path) }
    CommandOutput.current.printLine(table.text())
    try checkArithmetic()
    if case .failure(let error) = gpu { throw CommandFailure("the GPU does not work: \(error)") }
    guard ImageCodecs.all.allSatisfy(\.works) else {
      throw CommandFailure("an image codec does not work on this machine")
    }
  }

  private var waitPolicy: String { ProcessInfo.processInfo.environment["OMP_WAIT_POLICY"] ?? "not set" }

  /// What --detect would use.
  private var faceDetector: String {
    do {
      return try FaceDetector().name
    } catch DetectionError.notInstalled {
      return "none: `make detect` installs it, for --detect"
    } catch {
      return "DOES NOT WORK: \(error)"
    }
  }

  private func describe(_ cuda: Runtime.CUDA) -> String {
    switch cuda {
    case .available(let devices): "\(devices) device\(devices == 1 ? "" : "s")"
    case .unavailable(let reason), .unusable(let reason): "no: \(reason)"
    }
  }

  /// What the GPU did; nil without one. Throws what is wrong with it.
  private func checkGPU(_ cuda: Runtime.CUDA) throws -> DeviceCheck? {
    guard case .available = cuda else { return nil }
    let check = try DeviceCheck(.cuda())
    guard check.agrees else {
      throw CommandFailure(
        "cosines differ from the CPU's by \(check.difference), gradients by \(check.gradientDifference) of their norm")
    }
    return check
  }

  private func describe(_ gpu: Result<DeviceCheck?, any Error>) -> String {
    switch gpu {
    case .success(nil): ""
    case .success(let check?):
      ", cosines differ from the CPU's by \(check.difference), gradients by \(check.gradientDifference) of their norm, "
        + "a small step took \(check.stepSeconds) s"
    case .failure: ", DOES NOT WORK"
    }
  }

  private func describe(_ codec: ImageCodecs.Codec) -> String {
    "\(codec.version)\(codec.works ? "" : ", DOES NOT WORK")"
  }

  /// A LibTorch that links but does not compute is worse than none.
  private func checkArithmetic() throws {
    let x = try Tensor([1, 2, 3, 4] as [Float], [2, 2])
    guard try x.matmul(x).floats() == [7, 10, 15, 22] else {
      throw CommandFailure("LibTorch computes wrongly on this machine")
    }
  }
}

/// A failure whose text is all there is to say.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
