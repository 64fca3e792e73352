import CTorch
import Foundation
import Testing

@testable import Torch

/// A block whose activations are computed again must give what it gives otherwise, to the last bit.
@Suite struct CheckpointedTests {
  /// Convolution, batch normalization, PReLU and dropout: what changes with the mode, the batch and the random numbers.
  private static func layers(dropout: Double = 0) throws -> [any Layer] {
    var random = TestRandom(seed: 5)
    return [
      try Conv2d(3, 8, kernel: 3, padding: 1, using: &random), try BatchNorm(8), try PReLU(8), Dropout(dropout),
      try Conv2d(8, 8, kernel: 3, padding: 1, using: &random), try BatchNorm(8),
    ]
  }

  private static func images(seed: UInt64 = 6) throws -> Tensor {
    var random = TestRandom(seed: seed)
    return try Tensor.uniform([4, 3, 10, 10], -1...1, using: &random).channelsLast()
  }

  private struct Pass: Equatable {
    var loss: [Float]
    var gradients: [[Float]]
    var buffers: [[Float]]
  }

  /// Everything that a training step on `layers` gives: loss, gradients (the input's first), running statistics.
  private func pass(
    _ layers: [any Layer], learnsInput: Bool = true, bfloat16: Bool = false, run: ([any Layer], Tensor) throws -> Tensor
  ) throws -> Pass {
    Runtime.threads = 1
    let x = try CheckpointedTests.images().requireGradient(learnsInput)
    let output = try withAutocast(.bfloat16, on: .cpu, enabled: bfloat16) { try run(layers, x) }
    let loss = try output.widened().square().mean()
    try loss.backward()
    let all = [x] + layers.flatMap { $0.parameters().map(\.tensor) }
    return try Pass(
      loss: loss.floats(), gradients: all.map { try $0.gradient?.floats() ?? [] },
      buffers: layers.flatMap { try $0.buffers().map { try $0.tensor.floats() } })
  }

  private func whole(_ layers: [any Layer], _ x: Tensor) throws -> Tensor { try layers.reduce(x) { try $1($0) } }

  private func recomputed(_ layers: [any Layer], _ x: Tensor) throws -> Tensor {
    try Checkpointed(Array(layers[3...]))(Checkpointed(Array(layers[..<3]))(x))
  }

  @Test(arguments: [true, false], [true, false])
  func everyGradientAndStatisticIsTheSame(learnsInput: Bool, bfloat16: Bool) throws {
    let plain = try pass(CheckpointedTests.layers(), learnsInput: learnsInput, bfloat16: bfloat16, run: whole)
    let again = try pass(CheckpointedTests.layers(), learnsInput: learnsInput, bfloat16: bfloat16, run: recomputed)
    #expect(plain == again)
    #expect(plain.gradients.dropFirst().allSatisfy { !$0.isEmpty && $0.contains { $0 != 0 } })
    #expect(plain.gradients[0].isEmpty != learnsInput)
    #expect(plain.buffers[2] == [1], "one batch was counted")
  }

  /// In a process of its own: LibTorch's generator belongs to the process, and what other tests draw between the block's
  /// start and its dropout would be missing from the second pass.
  @Test func dropoutDropsTheSameAgain() async {
    await #expect(processExitsWith: .success) {
      var seen: [[Float]] = []
      let x = try Tensor.ones([4, 50]).requireGradient()
      let output = try x.checkpointed([]) { x, _ in
        let dropped = try x.dropout(0.5, training: true)
        seen.append(try dropped.detached().floats())
        return dropped
      }
      let between = try Tensor.ones([4, 50]).dropout(0.5, training: true).floats()
      try output.sum().backward()
      let after = try Tensor.ones([4, 50]).dropout(0.5, training: true).floats()
      #expect(seen.count == 2 && seen[0] == seen[1] && seen[0].contains(0) && seen[0].contains(2))
      #expect(try x.gradient?.floats() == seen[0], "each gradient is the scale its element got")
      #expect(between != seen[0] && after != between, "the generator goes on from where it was before the second pass")
    }
  }

  @Test func theSecondPassIsTakenInTheBackwardPassAlone() throws {
    var passes: [Bool] = []
    let weight = try Tensor.full([3], 2).requireGradient()
    let x = try Tensor.ones([3])
    let body: (Tensor, Bool) throws -> Tensor = { x, isAgain in
      passes.append(isAgain)
      return try x * weight
    }
    let output = try x.checkpointed([weight], body)
    #expect(passes == [false] && output.requiresGradient)
    try output.sum().backward()
    #expect(passes == [false, true])
    #expect(try weight.gradient?.floats() == [1, 1, 1])
    passes = []
    let free = try withoutGradient { try x.checkpointed([weight], body) }
    #expect(passes == [false] && !free.requiresGradient)
  }

  @Test func onlyWantedGradientsAreTaken() throws {
    let weight = try Tensor.full([3], 2).requireGradient()
    let x = try Tensor.ones([3]).requireGradient()
    let output = try x.checkpointed([weight]) { x, _ in try x * weight }
    #expect(try output.gradients(of: [x])[0]?.floats() == [2, 2, 2])
    #expect(try weight.gradient == nil && x.gradient == nil, "leaves are not touched")
  }

  @Test func gradientsOfGradientsAreRefused() throws {
    let x = try Tensor.ones([3]).requireGradient()
    let output = try x.checkpointed([]) { x, _ in try x.square() }
    let error = #expect(throws: TorchError.self) { _ = try output.gradients(of: [x], createGraph: true) }
    #expect(error?.message.contains("gradients of gradients") == true)
  }

  private struct Broken: Error, CustomStringConvertible { let description = "the block is broken" }

  @Test func errorsOfTheBlockComeOut() throws {
    let x = try Tensor.ones([3]).requireGradient()
    #expect(throws: Broken.self) { _ = try x.checkpointed([]) { _, _ in throw Broken() } }
    let output = try x.checkpointed([]) { x, isAgain in
      if isAgain { throw Broken() }
      return try x * 2
    }
    let error = #expect(throws: TorchError.self) { try output.sum().backward() }
    #expect(error?.message.contains("the block is broken") == true)
    // The thread's modes are as they were.
    #expect(ct_grad_mode() && !ct_autocast_enabled(0))
  }

  @Test func aParameterThatChangedInBetweenIsFound() throws {
    let weight = try Tensor.full([3], 2).requireGradient()
    let output = try Tensor.ones([3]).checkpointed([weight]) { x, _ in try x * weight }
    try withoutGradient { try weight.fill(3) }
    let error = #expect(throws: TorchError.self) { try output.sum().backward() }
    #expect(error?.message.contains("modified by an inplace operation") == true)
  }

  private final class Owner {}

  @Test func theBlockIsLetGoWithItsGraph() throws {
    weak var kept: Owner?
    do {
      let x = try Tensor.ones([3]).requireGradient()
      let owner = Owner()
      kept = owner
      let output = try x.checkpointed([]) { x, _ in
        withExtendedLifetime(owner) {}
        return try x * 2
      }
      try output.sum().backward()
    }
    #expect(kept == nil)
  }

  @Test func batchNormsOfAModuleAreFound() throws {
    let norm = try BatchNorm(2)
    let nested = Sequential([Sequential([norm, ReLU()]), try BatchNorm(3), Flatten()])
    #expect(nested.batchNorms.map(\.weight.count) == [2, 3])
    #expect(norm.batchNorms.first === norm && ReLU().batchNorms.isEmpty)
  }
}
