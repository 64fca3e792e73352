/// What a network made of one photo: all that an account of a score needs of it.
public struct ExaminedFace: Sendable {
  /// The photo, or its mirror image, as the network saw it.
  public struct View: Sendable {
    public let isMirrored: Bool
    /// What the target layer carries on to the embedding, [C, H, W]; of a mirror image as the network saw it, not put back.
    public internal(set) var activations: [Float]
    /// The embedding, [D], not normalized.
    public internal(set) var embedding: [Double]
    /// Inputs of an affine embedding about the average face, [K]; empty where the way to the embedding is not affine.
    var deviations: [Double]
    /// Each channel's strongest activation after ReLU, [C].
    public let peaks: [Float]
    /// Factor on the average face's embedding: below 1 where hidden parts are left out.
    var constant = 1.0
    /// Factor on this view's embedding in the face's: 1, or one over its length where a mirror image is added.
    var scale: Double

    /// Bytes of its activations and deviations, which are nearly all of it.
    public var bytes: Int {
      activations.count * MemoryLayout<Float>.stride + deviations.count * MemoryLayout<Double>.stride
    }
  }

  /// The photo's view, and its mirror image's where flips are averaged.
  public internal(set) var views: [View]
  /// The embedding that scores are taken of, [D]: the photo's own, or the sum of the views' at unit length.
  public internal(set) var embedding: [Double]
  /// Size of the activations.
  public let channels: Int
  public let height: Int
  public let width: Int

  /// The embedding's length.
  public var length: Double { embedding.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// Gives every view another embedding, in the views' order, and adds them up again.
  mutating func setEmbeddings(_ embeddings: [[Double]]) {
    for index in views.indices {
      views[index].embedding = embeddings[index]
      views[index].scale = views.count == 1 ? 1 : 1 / max(norm(embeddings[index]), 1e-12)
    }
    embedding = Self.sum(views)
  }

  static func sum(_ views: [View]) -> [Double] {
    views[0].embedding.indices.map { index in views.reduce(0) { $0 + $1.embedding[index] * $1.scale } }
  }
}

/// Euclidean length.
func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

/// Inner product of vectors of one length.
func inner(_ x: [Double], _ y: [Double]) -> Double {
  var sum = 0.0
  for index in x.indices { sum += x[index] * y[index] }
  return sum
}
