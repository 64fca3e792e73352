import FaceDatasets
import FaceImages
import FaceNetworks
import Torch

extension FaceModel {
  /// Compares the faces in two photo files and says what each part adds to the score. Throws when a photo cannot be read.
  ///
  /// For many photos make one ``FaceAccountant``, which examines each only once.
  public func match(_ a: String, _ b: String, flip: Bool = false, ignoreHidden: Bool = false) throws -> Match {
    try match(
      Image(contentsOf: a, minimumSide: info.input.storedSide),
      Image(contentsOf: b, minimumSide: info.input.storedSide), flip: flip, ignoreHidden: ignoreHidden)
  }

  /// Compares the faces in two photos, each filled by a face.
  public func match(_ a: Image, _ b: Image, flip: Bool = false, ignoreHidden: Bool = false) throws -> Match {
    let accountant = try FaceAccountant(self)
    let faces = try accountant.examine(photos: [a, b], flip: flip)
    return try accountant.match(faces[0], faces[1], ignoreHidden: ignoreHidden)
  }

  /// The cosine of two photos' embeddings, each photo filled by a face: a match without its account.
  public func score(_ a: Image, _ b: Image, flip: Bool = false) throws -> Double {
    network.setTraining(false)
    let device = network.parameters().first?.tensor.device ?? .cpu
    return try withoutGradient {
      let images = try input([a, b]).to(device)
      var embeddings = try network(images).embedding
      if flip { embeddings = try network.flipEmbedding(embeddings, of: images) }
      let values = try embeddings.doubles()
      let (x, y) = (Array(values[..<(values.count / 2)]), Array(values[(values.count / 2)...]))
      let lengths = norm(x) * norm(y)
      guard lengths > 0, lengths.isFinite else { throw AccountError.noDirection }
      return inner(x, y) / lengths
    }
  }

  /// Photos as the network wants them, [B, 3, S, S]: stretched to a square, of which the middle is taken.
  public func input(_ photos: [Image]) throws -> Tensor {
    let side = info.input.storedSide
    let bytes = photos.flatMap { $0.resized(width: side, height: side).pixels }
    let stored = try Tensor(bytes, [photos.count, side, side, 3])
    let maps = photos.map { _ in AffineMap.centered(info.input) }
    return try Tensor.networkInput(stored, through: maps, size: info.input.size)
  }
}

extension FaceAccountant {
  /// What the network makes of photos, each filled by a face.
  public func examine(photos: [Image], flip: Bool = false) throws -> [ExaminedFace] {
    try examine(model.input(photos).to(device), flip: flip)
  }

  /// Compares two faces. With `ignoreHidden`, parts hidden in either photo are taken out of both embeddings, whose lengths are
  /// computed anew, so that a face against itself still scores 1. The average face's own embedding is scaled down with what
  /// is left, or few parts would look alike by it alone. (Where the network is not affine the hidden channels become the
  /// average's, and the constant cannot be scaled.)
  ///
  /// Throws ``AccountError`` when an embedding has no direction, and with `ignoreHidden` when the model has no channel catalog or no
  /// part is visible in both photos.
  public func match(_ a: ExaminedFace, _ b: ExaminedFace, ignoreHidden: Bool = false) throws -> Match {
    let visibility = visibility.map { (first: $0(a), second: $0(b)) }
    let hidden = ignoreHidden ? try hiddenParts(visibility) : []
    let (first, second) = (try without(hidden, a), try without(hidden, b))
    return Match(
      try account(first, second), partPairs: try partPairs(first, second), first: first, second: second,
      grouping: parts, threshold: model.info.threshold, visibility: visibility, ignored: hidden)
  }

  /// The score alone. Throws as ``match(_:_:ignoreHidden:)`` does.
  public func score(_ a: ExaminedFace, _ b: ExaminedFace, ignoreHidden: Bool = false) throws -> Double {
    let hidden = ignoreHidden ? try hiddenParts(visibility.map { ($0(a), $0(b)) }) : []
    let (first, second) = (try without(hidden, a), try without(hidden, b))
    let lengths = first.length * second.length
    guard lengths > 0, lengths.isFinite else { throw AccountError.noDirection }
    return inner(first.embedding, second.embedding) / lengths
  }

  /// The parts that either photo hides.
  private func hiddenParts(_ visibility: (first: [Double?], second: [Double?])?) throws -> Set<Int> {
    guard let visibility else { throw AccountError.noCatalog }
    let hidden = Set(
      parts.groups.indices.filter { index in
        [visibility.first[index], visibility.second[index]].contains { ($0 ?? 1) < PartVisibility.hiddenBelow }
      })
    // Silent channels are left, and the average face: any two photos are alike by these.
    let judged = parts.groups.indices.filter { visibility.first[$0] != nil || visibility.second[$0] != nil }
    guard !hidden.isSuperset(of: judged) else { throw AccountError.nothingVisible }
    return hidden
  }

  /// The face without some parts.
  private func without(_ groups: Set<Int>, _ face: ExaminedFace) throws -> ExaminedFace {
    if groups.isEmpty { return face }
    var face = face
    if let affine {
      let weights = try affine.channelWeights(face.channels)
      for index in face.views.indices {
        let isMirrored = face.views[index].isMirrored
        let kept = weights.indices.filter { !groups.contains(parts.group(of: $0, mirrored: isMirrored)) }
        guard !kept.isEmpty else { throw AccountError.nothingVisible }
        face.views[index].constant = (kept.reduce(0) { $0 + weights[$1] } / weights.reduce(0, +)).squareRoot()
      }
    }
    return try replacing(face) { channel, isMirrored in
      groups.contains(parts.group(of: channel, mirrored: isMirrored)) ? .average : .own
    }
  }
}
