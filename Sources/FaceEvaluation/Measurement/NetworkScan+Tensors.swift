import FaceDatasets
import Torch

extension NetworkScan {
  /// What another program needs to check the network on the photos `indices`: `input` [N, 3, S, S], `embeddings` [N, D], not
  /// normalized, and with a target layer `activations` [N, C, H, W]. All of it is held in memory. Photos that cannot be read
  /// are left out; throws when none is left.
  public func tensors(_ store: PhotoStore, _ indices: [Int]) throws -> [NamedTensor] {
    var (inputs, embeddings, activations): ([Tensor], [Tensor], [Tensor]) = ([], [], [])
    _ = try run(store, indices) { batch in
      inputs.append(try batch.input.to(.cpu).contiguous())
      embeddings.append(try batch.output.embedding.to(.cpu))
      if let target = batch.output.target { activations.append(try target.to(.cpu).contiguous()) }
    }
    guard !inputs.isEmpty else { throw TorchError(message: "no photo could be read") }
    let all = [("input", inputs), ("embeddings", embeddings), ("activations", activations)]
    return try all.filter { !$0.1.isEmpty }.map { (name: $0.0, tensor: try .concatenated($0.1, 0)) }
  }
}
