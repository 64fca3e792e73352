import FaceNetworks
import Torch

/// Splits scores of a network into what its channels, places and parts add.
///
/// Exact where the network is affine from its target layer to the embedding (`network.embedding` "pooled" or "flattened").
/// Elsewhere the embedding is followed along the straight path from a reference map to the photo's own (integrated gradients,
/// Sundararajan et al., ICML 2017), and what that leaves over is ``ScoreAccount/remainder``.
public struct FaceAccountant {
  public let model: FaceModel
  /// Points of the path where the network is not affine.
  public let steps: Int
  /// The affine way from the target layer to the embedding; nil where it is not affine.
  public let affine: AffineEmbedding?
  /// The straight path where it is not affine.
  let path: EmbeddingPath?
  /// How channels are sorted into parts.
  public let parts: FaceParts
  /// Judges how visible parts are; nil without a channel catalog.
  public let visibility: PartVisibility?

  /// The reference is what a photo's activations are compared with: the average face, or zeros.
  public init(_ model: FaceModel, reference: AffineEmbedding.Reference = .averageFace, steps: Int = 32) throws {
    self.model = model
    self.steps = steps
    model.network.setTraining(false)
    let channels = 0..<model.network.carriedChannels
    // A catalog of other channels is not believed.
    let catalog = model.catalog.flatMap { $0.channels.map(\.index).sorted().elementsEqual(channels) ? $0 : nil }
    let head = model.network.embeddingHead
    affine = try head?.affine(reference: reference, near: head?.isPooled == true ? catalog?.averages : nil)
    path = affine == nil ? try EmbeddingPath(model.network, reference: reference, steps: steps) : nil
    if let catalog {
      parts = FaceParts(catalog)
      visibility = PartVisibility(catalog, parts: parts)
    } else {
      parts = FaceParts(channels: channels.count)
      visibility = nil
    }
  }

  /// Where the network is.
  var device: Device { model.network.parameters().first?.tensor.device ?? .cpu }

  /// Whether accounts leave nothing over.
  public var isExact: Bool { affine != nil }

  /// What the network makes of images [B, 3, S, S] in [-1, 1]; with `flip` also of their mirror images, whose embeddings are
  /// added at unit length as `facet evaluate --flip` does.
  public func examine(_ images: Tensor, flip: Bool = false) throws -> [ExaminedFace] {
    try withoutGradient {
      let own = try views(images, isMirrored: false)
      let mirrored = flip ? try views(images.mirrorImages(), isMirrored: true).views : []
      let size = own.size
      return own.views.indices.map { index in
        let views = [own.views[index]] + (flip ? [mirrored[index]] : [])
        var face = ExaminedFace(
          views: views, embedding: [], channels: size.channels, height: size.height, width: size.width)
        face.setEmbeddings(views.map(\.embedding))
        return face
      }
    }
  }

  private typealias Views = (views: [ExaminedFace.View], size: (channels: Int, height: Int, width: Int))

  private func views(_ images: Tensor, isMirrored: Bool) throws -> Views {
    let output = try model.network(images)
    let carried = try output.carried.to(.cpu).to(.float32).contiguous()
    let (count, channels, height, width) = (carried.size(0), carried.size(1), carried.size(2), carried.size(3))
    let area = height * width
    let inputs = try affine.map { affine in
      try affine.isPooled ? carried.to(.float64).mean(2, 3).doubles() : carried.doubles()
    }
    let embeddings = try output.embedding.doubles()
    let peaks = try carried.max(2, 3).relu().floats()
    let activations = try carried.floats()
    let dimension = embeddings.count / count
    let views = (0..<count).map { index in
      let deviations = affine.map { affine in
        zip(inputs![(index * affine.inputs)..<((index + 1) * affine.inputs)], affine.mean).map { $0 - $1 }
      }
      return ExaminedFace.View(
        isMirrored: isMirrored,
        activations: Array(activations[(index * channels * area)..<((index + 1) * channels * area)]),
        embedding: Array(embeddings[(index * dimension)..<((index + 1) * dimension)]), deviations: deviations ?? [],
        peaks: Array(peaks[(index * channels)..<((index + 1) * channels)]), scale: 1)
    }
    return (views, (channels, height, width))
  }

  /// The cosine of two faces and where it comes from. Throws ``AccountError`` when an embedding has no direction.
  public func account(_ first: ExaminedFace, _ second: ExaminedFace) throws -> ScoreAccount {
    let lengths = try lengths(first, second)
    return ScoreAccount(
      score: inner(first.embedding, second.embedding) / lengths,
      first: try side(first, along: second.embedding.map { $0 / lengths / 2 }),
      second: try side(second, along: first.embedding.map { $0 / lengths / 2 }), isExact: isExact)
  }

  /// What keeps the cosine of two faces from 1, and where it comes from: minus half the squared distance of the embeddings at
  /// unit length, `cosine - 1 = -1/2 |u - v|^2`, each photo's half taken along `u - v`. Lines add up to the account's
  /// score, `cosine - 1`, which is never positive; a single line can be. Of a photo and itself all are 0. What both faces have alike
  /// has no line where the embeddings are equally long, else a small one. Where channels are pooled a place's number is what its
  /// own activation adds. Throws ``AccountError`` when an embedding has no direction.
  public func difference(_ first: ExaminedFace, _ second: ExaminedFace) throws -> ScoreAccount {
    _ = try lengths(first, second)
    let apart = zip(first.embedding, second.embedding).map { $0 / first.length - $1 / second.length }
    return ScoreAccount(
      score: -inner(apart, apart) / 2,
      first: try side(first, along: apart.map { -$0 / first.length / 2 }, isStanding: true),
      second: try side(second, along: apart.map { $0 / second.length / 2 }, isStanding: true), isExact: isExact)
  }

  /// The product of both embeddings' lengths. Throws when one of them has no direction.
  private func lengths(_ first: ExaminedFace, _ second: ExaminedFace) throws -> Double {
    let lengths = first.length * second.length
    guard lengths > 0, lengths.isFinite else { throw AccountError.noDirection }
    return lengths
  }

  /// How the inner product of a face's embedding with `direction` comes about. `isStanding`: how pooled channels are drawn.
  private func side(
    _ face: ExaminedFace, along direction: [Double], isStanding: Bool = false
  ) throws -> ScoreAccount.Side {
    var constant = 0.0
    var views: [ScoreAccount.Side.View] = []
    for view in face.views {
      let scaled = direction.map { $0 * view.scale }
      if let affine {
        constant += inner(affine.constant, scaled) * view.constant
        views.append(try affineView(view, affine, scaled, channels: face.channels, isStanding))
      } else {
        let followed = try path!.follow(view.activations, shape: [face.channels, face.height, face.width], scaled)
        constant += followed.constant
        let area = face.height * face.width
        let channels = (0..<face.channels).map { channel in
          followed.cells[(channel * area)..<((channel + 1) * area)].reduce(0, +)
        }
        views.append(.init(isMirrored: view.isMirrored, channels: channels, cells: .given(followed.cells)))
      }
    }
    return .init(views: views, constant: constant, height: face.height, width: face.width)
  }

  private func affineView(
    _ view: ExaminedFace.View, _ affine: AffineEmbedding, _ direction: [Double], channels: Int, _ isStanding: Bool
  ) throws -> ScoreAccount.Side.View {
    let slopes = try affine.slopes(along: direction)
    let shares = zip(slopes, view.deviations).map { $0 * $1 }
    if affine.isPooled {
      let cells: ScoreAccount.Cells =
        isStanding ? .asStanding(view.activations, slopes: slopes) : .asActive(view.activations)
      return .init(isMirrored: view.isMirrored, channels: shares, cells: cells)
    }
    let area = shares.count / channels
    let sums = (0..<channels).map { shares[($0 * area)..<(($0 + 1) * area)].reduce(0, +) }
    return .init(isMirrored: view.isMirrored, channels: sums, cells: .given(shares))
  }
}

extension FaceAccountant {
  /// What each pair of channels adds to the score, one of the first photo (row) and one of the second (column), [C + 1][C + 1];
  /// the last row and column are the average face's. Its sum is the score. Nil where the network is not affine.
  public func channelPairs(_ first: ExaminedFace, _ second: ExaminedFace) throws -> [[Double]]? {
    guard let affine else { return nil }
    func vectors(_ face: ExaminedFace) throws -> Tensor {
      let parts = try face.views.map { view in
        try Tensor.concatenated(
          [
            affine.channelVectors(view.deviations, channels: face.channels),
            Tensor(affine.constant.map { $0 * view.constant }, [1, affine.dimension]),
          ], 0) * view.scale
      }
      return try parts.dropFirst().reduce(parts[0]) { try $0 + $1 }
    }
    let products = try vectors(first).matmul(vectors(second).transposed(0, 1)) / (first.length * second.length)
    let values = try products.doubles()
    let side = first.channels + 1
    return (0..<side).map { Array(values[($0 * side)..<(($0 + 1) * side)]) }
  }

  /// What each pair of parts adds to the score, one of the first photo (row) and one of the second (column), in the order of the
  /// parts' groups, [G][G]: sums of ``channelPairs(_:_:)``. The diagonal compares like with like; the average face has no row or
  /// column. Nil where the network is not affine.
  public func partPairs(_ first: ExaminedFace, _ second: ExaminedFace) throws -> [[Double]]? {
    guard let affine else { return nil }
    func vectors(_ face: ExaminedFace) throws -> [[Double]] {
      let views = try face.views.map { view in
        try parts.vectors(of: view, channels: face.channels, affine).map { $0.map { $0 * view.scale } }
      }
      return views.dropFirst().reduce(views[0]) { zip($0, $1).map { zip($0, $1).map(+) } }
    }
    let lengths = first.length * second.length
    let others = try vectors(second)
    return try vectors(first).map { own in others.map { inner(own, $0) / lengths } }
  }
}

/// Why there is no account of a score.
public enum AccountError: Error, CustomStringConvertible, Sendable {
  /// An embedding has length zero or is not finite.
  case noDirection
  /// What is left of two faces when hidden parts are left out is nothing.
  case nothingVisible
  /// Hidden parts are recognized by what the model's channels usually do.
  case noCatalog

  public var description: String {
    switch self {
    case .noDirection: "a photo's embedding has length zero or is not finite: is the model damaged?"
    case .nothingVisible: "no part of the face is visible in both photos, so nothing is left to compare"
    case .noCatalog:
      "the model file does not say what its channels detect, so hidden parts cannot be told: run "
        + "`facet channels MODEL --data ... --save` first"
    }
  }
}
