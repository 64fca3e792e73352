import FaceDatasets
import FaceNetworks
import Torch

/// How photos are shown to a network when it is measured.
public enum PhotoView: Sendable, Hashable {
  /// As the photos were cropped.
  case asCropped
  /// Each photo moved by its own seeded similarity.
  case moved(MovedFaces)

  /// What tables call it.
  public var title: String {
    switch self {
    case .asCropped: "as cropped"
    case .moved: "moved"
    }
  }

  /// The map of photo `index`.
  public func map(_ input: InputSettings, index: Int) -> AffineMap {
    switch self {
    case .asCropped: .centered(input)
    case .moved(let faces): faces.map(input, index: index)
    }
  }
}

/// Runs a model over photos, batch by batch, without gradients.
public struct NetworkScan {
  public let model: FaceModel
  public let device: Device
  public var batchSize = 64
  /// Threads that read photos.
  public var workers = 2
  /// Whether channels are measured before the mask that ICNN puts over each map.
  public var isBeforeMask = false

  public init(_ model: FaceModel, on device: Device = .cpu) {
    self.model = model
    self.device = device
    Runtime.keepLargeBlocks()
  }

  /// One batch of what the network gave. `indices` are the dataset's; photos that could not be read are left out.
  public struct Batch {
    public let indices: [Int]
    public let input: Tensor
    public let output: FaceNetwork.Output
  }

  /// The maps whose channels are measured and drawn.
  func targetMaps(_ output: FaceNetwork.Output) -> Tensor { isBeforeMask ? output.unmasked! : output.target! }

  /// Calls `body` for each batch of the photos `indices`, in order. Returns the photos that could not be read.
  public func run(
    _ store: PhotoStore, _ indices: [Int], view: PhotoView = .asCropped, _ body: (Batch) throws -> Void
  ) throws -> [DamagedPhoto] {
    let input = model.info.input
    let loader = BatchLoader(
      store, order: indices, batchSize: batchSize, dropLast: false, workers: workers, pinned: device.isCUDA)
    defer { loader.close() }
    model.network.setTraining(false)
    var damaged: [DamagedPhoto] = []
    while let batch = try loader.next() {
      damaged += batch.damaged
      if batch.indices.isEmpty { continue }
      try withoutGradient {
        let maps = batch.indices.map { view.map(input, index: $0) }
        let images = try Tensor.networkInput(batch.photos.to(device), through: maps, size: input.size)
        try body(Batch(indices: batch.indices, input: images, output: model.network(images)))
      }
    }
    return damaged
  }

  /// A store of a dataset's photos as this model wants them.
  public func store(_ dataset: any FaceDataset, memoryLimit: Int = 4 << 30) -> PhotoStore {
    PhotoStore(dataset, side: model.info.input.storedSide, memoryLimit: memoryLimit)
  }
}

/// Embeddings of some photos of a dataset.
public struct Embeddings {
  /// Dataset indices of the photos that have one.
  public let indices: [Int]
  /// [N, D], row by row in the order of `indices`.
  public let values: [Float]
  public let dimension: Int
  public let damaged: [DamagedPhoto]
}

extension NetworkScan {
  /// Embeddings of the photos `indices`, not normalized. With `flip`, the sum of the photo's and its mirror image's, each
  /// of unit length.
  public func embed(
    _ store: PhotoStore, _ indices: [Int], view: PhotoView = .asCropped, flip: Bool = false,
    progress: (Int) -> Void = { _ in }
  ) throws -> Embeddings {
    var values: [Float] = []
    var done: [Int] = []
    let damaged = try run(store, indices, view: view) { batch in
      var embedding = batch.output.embedding
      if flip { embedding = try model.network.flipEmbedding(embedding, of: batch.input) }
      values += try embedding.floats()
      done += batch.indices
      progress(done.count)
    }
    return Embeddings(
      indices: done, values: values, dimension: model.info.network.embeddingSize, damaged: damaged)
  }

  /// Embeddings of the photos `indices` as cropped, and of their mirror images, neither normalized.
  public func embedBothWays(_ store: PhotoStore, _ indices: [Int]) throws -> (straight: Embeddings, mirrored: [Float]) {
    var (values, mirrored): ([Float], [Float]) = ([], [])
    var done: [Int] = []
    let damaged = try run(store, indices) { batch in
      values += try batch.output.embedding.floats()
      mirrored += try model.network.mirrorEmbedding(batch.input).floats()
      done += batch.indices
    }
    let straight = Embeddings(
      indices: done, values: values, dimension: model.info.network.embeddingSize, damaged: damaged)
    return (straight, mirrored)
  }
}
