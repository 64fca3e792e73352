import FaceNetworks
import Torch

/// Integrated gradients of an embedding along the straight path from a reference map to a photo's.
final class EmbeddingPath {
  private let network: FaceNetwork
  private let steps: Int
  /// Value a channel of the reference map, everywhere in it; nil for zeros.
  private let reference: [Float]?
  private var embeddingOfReference: [Double]?
  /// Points of the path that pass through the network at once.
  private let batch = 8

  init(_ network: FaceNetwork, reference: AffineEmbedding.Reference, steps: Int) throws {
    self.network = network
    self.steps = max(1, steps)
    self.reference = reference == .averageFace ? try network.carriedMean?.floats() : nil
  }

  /// What each cell adds to the embedding's inner product with `direction`, [C, H, W], and what the reference gives.
  func follow(
    _ activations: [Float], shape: [Int], _ direction: [Double]
  ) throws -> (cells: [Double], constant: Double) {
    let device = network.parameters().first?.tensor.device ?? .cpu
    let end = try Tensor(activations, [1] + shape).to(device)
    let start = try referenceMap(shape).to(device)
    let difference = try end - start
    let weights = try Tensor(direction, [direction.count, 1]).to(.float32).to(device)
    var slopes = try Tensor.zeros([1] + shape, dtype: .float64)
    for first in stride(from: 0, to: steps, by: batch) {
      let points = first..<min(first + batch, steps)
      // Midpoints of equal steps.
      let shares = try Tensor(points.map { (Float($0) + 0.5) / Float(steps) }, [points.count, 1, 1, 1]).to(device)
      let maps = try (start + difference * shares).detached().requireGradient()
      let product = try network.embedding(carried: maps).matmul(weights).sum()
      guard let gradient = try product.gradients(of: [maps])[0] else { continue }
      slopes = try slopes + gradient.to(.cpu).to(.float64).sum(0, keep: true)
    }
    let cells = try (slopes * difference.to(.cpu).to(.float64) / Double(steps)).doubles()
    return (cells, inner(try embedding(ofReference: start), direction))
  }

  /// The map that paths start from, [1, C, H, W].
  func referenceMap(_ shape: [Int]) throws -> Tensor {
    guard let reference, reference.count == shape[0] else { return try .zeros([1] + shape) }
    return try Tensor(reference, [1, shape[0], 1, 1]).expanded(1, shape[0], shape[1], shape[2]).contiguous()
  }

  private func embedding(ofReference map: Tensor) throws -> [Double] {
    if let embeddingOfReference { return embeddingOfReference }
    let embedding = try withoutGradient { try network.embedding(carried: map).doubles() }
    embeddingOfReference = embedding
    return embedding
  }
}
