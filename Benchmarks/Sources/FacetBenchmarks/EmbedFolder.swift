import FaceDatasets
import FaceEvaluation
import FaceNetworks
import Torch

/// A folder of photos to embeddings in Facet, as `facet embed` does it once its model is loaded.
final class EmbedFolder: Contender {
  private let scan: NetworkScan
  private let photos: ImageList

  init(_ model: FaceModel, folder: String, threads: Int) throws {
    var scan = NetworkScan(model)
    scan.workers = threads
    self.scan = scan
    photos = try ImageList(folder: folder)
  }

  func step() throws -> Double {
    try ContinuousClock().measure { _ = try embeddings() } / .seconds(1)
  }

  /// Writes the embeddings for a peer to compare.
  func writeTensors(to path: String) throws {
    let found = try embeddings()
    try Safetensors.write([("embeddings", Tensor(found.values, [found.indices.count, found.dimension]))], to: path)
  }

  private func embeddings() throws -> Embeddings {
    try scan.embed(scan.store(photos, memoryLimit: 0), Array(0..<photos.count))
  }
}
