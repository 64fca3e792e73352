import FaceDatasets

/// The cosine of the angle between two embeddings of one length, from -1 to 1; NaN when one has length zero.
/// Traps when their lengths differ.
public func cosineSimilarity(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Double {
  precondition(a.count == b.count, "embeddings of \(a.count) and \(b.count) numbers")
  var product = 0.0
  var aa = 0.0
  var bb = 0.0
  for (x, y) in zip(a, b) {
    product += Double(x) * Double(y)
    aa += Double(x) * Double(x)
    bb += Double(y) * Double(y)
  }
  let cosine = product / (aa * bb).squareRoot()
  // `max` and `min` would turn NaN into a perfect match.
  return cosine.isNaN ? .nan : max(-1, min(1, cosine))
}

/// The cosine similarity of each pair.
///
/// - Parameters:
///   - embeddings: `N x dimension` numbers, row by row; row `i` is the embedding of photo `i`. Any lengths.
///   - pairs: Their photos are rows of `embeddings`.
/// - Throws: `VerificationError` when the rows do not fit, or an embedding has length zero or is not finite.
public func cosineScores(embeddings: [Float], dimension: Int, pairs: [FacePair]) throws -> [Double] {
  guard dimension > 0, embeddings.count.isMultiple(of: dimension) else {
    throw VerificationError.embeddingShape(values: embeddings.count, dimension: dimension)
  }
  let rows = embeddings.count / dimension
  return try embeddings.withUnsafeBufferPointer { values in
    try pairs.enumerated().map { number, pair in
      for row in [pair.first, pair.second] where row < 0 || row >= rows {
        throw VerificationError.noSuchEmbedding(pair: number, row: row, rows: rows)
      }
      let first = values[pair.first * dimension..<(pair.first + 1) * dimension]
      let second = values[pair.second * dimension..<(pair.second + 1) * dimension]
      let score = cosineSimilarity(first, second)
      guard score.isFinite else { throw VerificationError.scoreNotFinite(pair: number, score: "\(score)") }
      return score
    }
  }
}
