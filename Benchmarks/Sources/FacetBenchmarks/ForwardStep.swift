import FaceDatasets
import FaceNetworks
import Foundation
import Torch

/// A forward pass in Facet, here or in a process of its own: images to embeddings, at inference.
final class ForwardStep: Contender {
  private let network: FaceNetwork
  private let images: Tensor
  private let repeats: Int

  /// Random images, always the same. A step's time is the mean of `repeats` passes.
  init(_ model: FaceModel, batch: Int, repeats: Int) throws {
    var random = SeededRandom(seed: 1)
    let side = model.info.input.size
    network = model.network
    images = try Tensor.uniform([batch, 3, side, side], -1...1, using: &random).channelsLast()
    self.repeats = repeats
  }

  func step() throws -> Double {
    let time = try ContinuousClock().measure {
      for _ in 0..<repeats { _ = try embeddings() }
    }
    return time / .seconds(1) / Double(repeats)
  }

  /// Steps when a line of standard input asks for it, as Benchmarks/peers/stepping.py does.
  func serve() throws {
    func say(_ line: String) throws { try FileHandle.standardOutput.write(contentsOf: Data("\(line)\n".utf8)) }
    try say("ready {}")
    while let request = readLine() {
      guard request == "step" else { throw BenchmarkError.unexpected(line: request, wanted: "step") }
      try say("\(step())")
    }
  }

  /// Writes the images and their embeddings for a peer to compare.
  func writeTensors(to path: String) throws {
    try Safetensors.write([("input", images.contiguous()), ("embeddings", embeddings())], to: path)
  }

  private func embeddings() throws -> Tensor { try withoutGradient { try network(images).embedding } }
}

/// ``ForwardStep`` in a process of its own, whose idle threads do what they do in a program that nobody has told otherwise.
final class ForwardProcess: Contender {
  private let process: PeerProcess

  init(model: String, batch: Int, repeats: Int, threads: Int) throws {
    process = try PeerProcess(
      Bundle.main.executablePath ?? CommandLine.arguments[0],
      ["--forward", model, "--batch", "\(batch)", "--repeats", "\(repeats)", "--threads", "\(threads)"],
      idleThreads: .asUsual)
    _ = try process.greeting()
  }

  func step() throws -> Double { try process.step() }
}
