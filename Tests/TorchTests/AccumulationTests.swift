import Foundation
import Testing

@testable import Torch

/// Gradients of batches taken one after the other.
@Suite struct AccumulationTests {
  /// A network without batch normalization, whose samples know nothing of each other.
  private final class Net: Module {
    let first: Linear
    let second: Linear

    init() throws {
      var random = TestRandom(seed: 3)
      first = try Linear(6, 16, using: &random)
      second = try Linear(16, 3, using: &random)
    }

    var members: [(name: String, member: Member)] { [("first", .module(first)), ("second", .module(second))] }

    func loss(_ x: Tensor, _ labels: Tensor) throws -> Tensor {
      try second(first(x).tanh()).crossEntropy(labels)
    }
  }

  private static func data() throws -> (x: Tensor, labels: Tensor) {
    var random = TestRandom(seed: 4)
    return (try .uniform([12, 6], -1...1, using: &random), try Tensor((0..<12).map { $0 * 7 % 3 }, [12]))
  }

  /// Weights after three steps on the same 12 samples, in so many parts.
  private func weights(parts: Int, clip: Double, adam: Bool = false) throws -> (values: [Double], norms: [Double]) {
    Runtime.threads = 1
    let net = try Net()
    let optimizer: any Optimizer =
      adam ? try AdamW(net.parameters()) : try SGD(net.parameters(), momentum: 0.9, weightDecay: 5e-4, nesterov: true)
    let (x, labels) = try AccumulationTests.data()
    let size = 12 / parts
    var norms: [Double] = []
    for _ in 0..<3 {
      try optimizer.collectGradients(ofMean: parts) { part in
        let range = part * size..<(part + 1) * size
        return try net.loss(x.sliced(0, range), labels.sliced(0, range))
      }
      norms.append(try optimizer.clipGradients(to: clip))
      try optimizer.step(learningRate: 0.1)
    }
    return (try net.parameters().flatMap { try $0.tensor.doubles() }, norms)
  }

  @Test(arguments: [2, 3, 12], [0, 0.05]) func batchesEqualOneLargeBatch(parts: Int, clip: Double) throws {
    for adam in [false, true] {
      let whole = try weights(parts: 1, clip: clip, adam: adam)
      let split = try weights(parts: parts, clip: clip, adam: adam)
      #expect(whole.norms[0] > 0.05, "the limit is felt")
      for (a, b) in zip(whole.norms, split.norms) { #expect(abs(a - b) < 1e-5) }
      // Adam divides by the gradients' own size, which makes rounding weigh more where they are small.
      let worst = zip(whole.values, split.values).map { abs($0 - $1) }.max()!
      #expect(worst < (adam ? 1e-4 : 1e-6), "\(worst)")
    }
  }

  @Test func oneBatchIsBackwardAndNothingElse() throws {
    let (x, labels) = try AccumulationTests.data()
    let (a, b) = (try Net(), try Net())
    try a.loss(x, labels).backward()
    let optimizer = try SGD(b.parameters())
    // What was there before does not count.
    try b.loss(x, labels).backward()
    try optimizer.collectGradients { _ in try b.loss(x, labels) }
    for (one, other) in zip(a.parameters(), b.parameters()) {
      #expect(try one.tensor.gradient?.floats() == other.tensor.gradient?.floats(), "\(one.name)")
    }
  }
}
