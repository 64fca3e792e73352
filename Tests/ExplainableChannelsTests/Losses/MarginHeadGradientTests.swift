import FaceDatasets
import TestSupport
import Testing
import Torch

@testable import FaceNetworks

/// The identity losses' gradients in double precision, by central differences.
@Suite struct MarginHeadGradientTests {
  private let labels = [2, 0, 4]

  private func normal(_ shape: Int..., seed: UInt64) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    return try Tensor((0..<shape.reduce(1, *)).map { _ in random.gaussian() }, shape)
  }

  private func check(_ makeHead: (SampledRows) throws -> any MarginHead) throws {
    let labels = try Tensor(labels, [labels.count])
    try expectGradients(of: [normal(3, 6, seed: 1), normal(5, 6, seed: 2)], tolerance: 1e-5) { inputs in
      let head = try makeHead(SampledRows(inputs[1]))
      head.setTraining(false)
      return try head.loss(inputs[0], labels)
    }
  }

  @Test func softmax() throws { try check { SoftmaxHead($0) } }

  @Test func cosFace() throws { try check { CosFaceHead($0, scale: 16, margin: 0.35) } }

  @Test(arguments: [0.1, 0.5]) func arcFace(margin: Double) throws {
    try check { ArcFaceHead($0, scale: 16, margin: margin) }
  }

  /// Without its measure of quality, which is a constant to the gradient by design.
  @Test func adaFace() throws { try check { try AdaFaceHead($0, scale: 16, margin: 0.4, concentration: 0) } }
}
