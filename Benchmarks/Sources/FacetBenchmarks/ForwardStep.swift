import FaceDatasets
import FaceNetworks
import Torch

/// A forward pass in Facet: images to embeddings, at inference.
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

  /// Writes the images and their embeddings for a peer to compare.
  func writeTensors(to path: String) throws {
    try Safetensors.write([("input", images.contiguous()), ("embeddings", embeddings())], to: path)
  }

  private func embeddings() throws -> Tensor { try withoutGradient { try network(images).embedding } }
}
