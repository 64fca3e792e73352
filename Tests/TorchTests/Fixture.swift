import Foundation
import Testing
import Torch

/// PyTorch's numbers: one of the files that scripts/fixtures/make_fixtures.py writes.
struct Fixture {
  let file: Safetensors
  private let settings: [String: String]

  init(_ name: String) throws {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    file = try Safetensors(contentsOf: here.appendingPathComponent("Fixtures/\(name).safetensors").path)
    settings = try JSONDecoder().decode([String: String].self, from: Data((file.metadata["settings"] ?? "{}").utf8))
  }

  /// A tensor of a case. Fails the test when there is none.
  func tensor(_ test: String, _ name: String) throws -> Tensor {
    try #require(try file.tensor("\(test).\(name)"), "the fixture has no \(test).\(name)")
  }

  /// A copy of a tensor of a case, which learns.
  func leaf(_ test: String, _ name: String) throws -> Tensor { try tensor(test, name).clone().requireGradient() }

  /// A case's settings, of the type that the test expects.
  func settings<Settings: Decodable>(_ test: String, as type: Settings.Type = Settings.self) throws -> Settings {
    let text = try #require(settings[test], "the fixture has no case \(test)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// Loads a layer's own tensors from a case.
  func load(_ test: String, into layer: some Layer) throws {
    let state = try layer.state().map { ($0.name, try tensor(test, $0.name)) }
    try layer.load(Dictionary(uniqueKeysWithValues: state))
  }

  /// Compares a layer's output, and the gradients of its input and parameters, with the case's.
  func expectAgreement(_ test: String, _ layer: some Layer) throws {
    let input = try leaf(test, "input")
    let output = try layer(input)
    try expectClose(output, tensor(test, "output"), "\(test) output")
    let names = ["input"] + layer.parameters().map(\.name)
    let leaves = [input] + layer.parameters().map(\.tensor)
    let gradients = try (output * tensor(test, "output_weights")).gradients(of: leaves)
    for (name, gradient) in zip(names, gradients) {
      try expectClose(#require(gradient), tensor(test, "grad_\(name)"), "\(test) gradient of \(name)")
    }
  }
}

/// Expects two tensors of one shape to differ by at most `tolerance`, in shares of the wanted tensor's largest
/// magnitude where that is above 1. Another processor's vector units sum in another order, so equal bits are no promise.
func expectClose(
  _ found: Tensor, _ wanted: Tensor, _ what: String = "", tolerance: Double = 1e-5,
  at location: SourceLocation = #_sourceLocation
) throws {
  #expect(found.shape == wanted.shape, "\(what)", sourceLocation: location)
  guard found.shape == wanted.shape, found.count > 0 else { return }
  let (a, b) = (try found.doubles(), try wanted.doubles())
  let scale = b.reduce(1) { max($0, abs($1)) }
  // A sum carries NaN on, a maximum may drop it.
  let worst = zip(a, b).map { abs($0 - $1) / scale }.reduce(0) { $0.isNaN || $1.isNaN ? .nan : max($0, $1) }
  #expect(worst <= tolerance, "\(what) differs by \(worst)", sourceLocation: location)
}
