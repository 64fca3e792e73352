import FaceDatasets
import FaceNetworks
import Foundation
import Testing
import Torch

/// PyTorch's numbers, which lie with the tests of ``Torch``.
enum Fixtures {
  static func path(_ name: String) -> String {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return tests.appendingPathComponent("TorchTests/Fixtures/" + name).path
  }

  /// Names and shapes of arcface_torch's state dicts at 112 x 112, by network.
  static func stateNames() throws -> [String: [String: [Int]]] {
    try JSONDecoder().decode(
      [String: [String: [Int]]].self, from: Data(contentsOf: URL(fileURLWithPath: path("state-dict-names.json"))))
  }
}

/// Settings made in one expression.
func network(_ backbone: NetworkSettings.Backbone, _ change: (inout NetworkSettings) -> Void = { _ in })
  -> NetworkSettings
{
  var settings = NetworkSettings()
  settings.backbone = backbone
  change(&settings)
  return settings
}

/// Small enough for every test: width 1/8, embedding 16.
func tiny(_ change: (inout NetworkSettings) -> Void = { _ in }) -> NetworkSettings {
  network(.iresnet10) {
    $0.width = 0.125
    $0.embeddingSize = 16
    $0.targetChannels = 24
    change(&$0)
  }
}

func build(_ settings: NetworkSettings, size: Int = 32, seed: UInt64 = 1) throws -> FaceNetwork {
  var random = SeededRandom(seed: seed)
  return try FaceNetwork(settings, inputSize: size, using: &random)
}

/// Noise as images, [count, 3, size, size].
func noise(_ count: Int = 2, size: Int = 32, seed: UInt64 = 2) throws -> Tensor {
  var random = SeededRandom(seed: seed)
  return try .uniform([count, 3, size, size], -1...1, using: &random)
}

/// Expects two tensors of one shape to differ by at most `tolerance`, in shares of the wanted tensor's largest
/// magnitude where that is above 1: other vector units sum in another order.
func expectClose(
  _ found: Tensor, _ wanted: Tensor, _ what: String = "", tolerance: Double = 1e-5,
  at location: SourceLocation = #_sourceLocation
) throws {
  #expect(found.shape == wanted.shape, "\(what)", sourceLocation: location)
  guard found.shape == wanted.shape, found.count > 0 else { return }
  let (a, b) = (try found.doubles(), try wanted.doubles())
  let scale = b.reduce(1) { max($0, abs($1)) }
  let worst = zip(a, b).map { abs($0 - $1) / scale }.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  #expect(worst <= tolerance, "\(what) differs by \(worst)", sourceLocation: location)
}

/// The text of the error that `body` throws; the test fails when it throws none.
func failure(at location: SourceLocation = #_sourceLocation, _ body: () throws -> some Any) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
    return ""
  } catch { return "\(error)" }
}
