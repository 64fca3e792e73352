import FaceDatasets
import Foundation
import Testing
import Torch

@testable import FaceNetworks

/// Activation checkpointing of whole networks: nothing but memory and time may change.
@Suite struct RecomputedUnitsTests {
  private struct Step {
    var values: [[Float]] = []
    var gradients: [String: [Float]] = [:]
    var buffers: [String: [Float]] = [:]
  }

  /// A training step with two passes that share weights, the second without moving statistics, as ECLoss takes them.
  private func step(_ settings: NetworkSettings, recomputing units: Int, bfloat16: Bool = false) throws -> Step {
    Runtime.threads = 1
    let net = try build(settings)
    try net.move(to: .cpu)
    net.recomputedUnits = units
    var step = Step()
    // A region for each pass, as the trainer has it: within one, both passes would share the weights' casts.
    func cast<Result>(_ body: () throws -> Result) rethrows -> Result {
      try withAutocast(.bfloat16, on: .cpu, enabled: bfloat16, body)
    }
    let output = try cast { try net(noise(4).channelsLast()) }
    var loss = try output.embedding.widened().square().mean()
    step.values = try [output.embedding, output.carried].map { try $0.floats() }
    if let target = output.target, let features = output.features {
      let moved = try net.withoutTracking { try cast { try net.features(noise(2, seed: 7).channelsLast()) } }
      let again = try net.withoutTracking { try cast { try net.embedding(features: moved) } }
      loss = try loss + target.widened().mean() + features.widened().square().mean()
      loss = try loss + moved.widened().square().mean() + again.widened().square().mean()
    }
    try loss.backward()
    step.values.append(try loss.floats())
    for (name, parameter) in net.parameters() { step.gradients[name] = try parameter.gradient?.floats() }
    for (name, buffer) in net.buffers() { step.buffers[name] = try buffer.floats() }
    return step
  }

  private static let networks: [NetworkSettings] = [
    tiny(), tiny { $0.targetLayer = "layer2.0" },
    // The target map itself goes on, to the loss and to the next block, which reads it twice.
    tiny { $0.targetChannels = 32 },
    tiny {
      $0.targetStage = 2
      $0.maskTarget = true
    },
    tiny {
      $0.targetStage = 3
      $0.embedding = .pooled
    },
    network(.mobilefacenet) {
      $0.width = 0.125
      $0.embeddingSize = 16
      $0.targetStage = 2
    },
  ]

  @Test(arguments: networks, [1, 2, 100]) func nothingChangesButMemory(settings: NetworkSettings, units: Int) throws {
    let plain = try step(settings, recomputing: 0)
    let again = try step(settings, recomputing: units)
    #expect(plain.values == again.values && plain.buffers == again.buffers)
    #expect(Set(plain.gradients.keys) == Set(again.gradients.keys))
    let other = plain.gradients.filter { again.gradients[$0.key] != $0.value }.keys.sorted()
    #expect(other.isEmpty)
  }

  @Test func norIsAutocastForgotten() throws {
    let settings = RecomputedUnitsTests.networks[3]
    let plain = try step(settings, recomputing: 0, bfloat16: true)
    let (again, single) = try (step(settings, recomputing: 1, bfloat16: true), step(settings, recomputing: 0))
    #expect(again.values == plain.values && again.buffers == plain.buffers)
    let other = plain.gradients.filter { again.gradients[$0.key] != $0.value }.keys.sorted()
    #expect(other.isEmpty)
    #expect(plain.gradients.allSatisfy { single.gradients[$0.key] != $0.value }, "it was in lower precision")
  }

  @Test func itCanBeSwitchedOff() throws {
    let net = try build(tiny())
    net.recomputedUnits = 2
    let first = try net(noise()).embedding
    net.recomputedUnits = 0
    try expectClose(net(noise()).embedding, first)
  }
}
