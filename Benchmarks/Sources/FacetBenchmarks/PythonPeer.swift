import Foundation
import Torch

/// A side that is a Python process: it steps when asked and waits in between (Benchmarks/peers/stepping.py).
final class PythonPeer: Contender, MemoryMeasuring {
  /// What a peer says about itself; more is ignored.
  struct Greeting: Decodable {
    /// PyTorch's version, where the peer uses it.
    let torch: String?
    /// Of a training step: numbers that learn or could, head included.
    let parameters: Int?
    /// The smallest cosine between its embeddings and Facet's.
    let cosine: Double?
    /// The mean absolute difference between its inputs and Facet's.
    let difference: Double?
  }

  let greeting: Greeting
  private let process: PeerProcess

  /// Starts a script of the peers' folder and waits until it is ready. Throws ``BenchmarkError``, `.missing` where a package
  /// that it needs is not installed, `.unusable` where something else keeps it from running.
  init(_ script: String, _ arguments: [String], _ setup: Setup) throws {
    process = try PeerProcess(setup.python, [setup.peer(script)] + arguments)
    let told = try process.greeting()
    guard let greeting = try? JSONDecoder().decode(Greeting.self, from: Data(told.utf8)) else {
      throw BenchmarkError.unexpected(line: told, wanted: "{...} after ready")
    }
    if let torch = greeting.torch,
      torch.prefix(while: { $0 != "+" }) != Runtime.version.prefix(while: { $0 != "+" })
    {
      throw BenchmarkError.otherVersion(peer: torch, facet: Runtime.version)
    }
    self.greeting = greeting
  }

  func step() throws -> Double { try process.step() }

  func peakMemory() throws -> PeakMemory {
    try process.writeLine("peak")
    return try PeakMemory(json: process.readLine())
  }

  /// The package that a script says it lacks.
  static func missingPackage(_ line: String) -> String? {
    line.hasPrefix("missing ") ? String(line.dropFirst(8)) : nil
  }

  /// Throws when the peer's embeddings point elsewhere than Facet's. Returns the smallest cosine.
  func requireCosine(above least: Double, _ name: String) throws -> Double {
    guard let cosine = greeting.cosine, cosine > least else {
      throw BenchmarkError.differentResults(
        name: name, what: "smallest cosine of their embeddings", value: greeting.cosine, wanted: "above \(least)")
    }
    return cosine
  }
}
