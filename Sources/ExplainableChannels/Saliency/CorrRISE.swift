import FaceDatasets
import Torch

/// CorrRISE (Lu, Xu, Ebrahimi, "Towards Visual Saliency Explanations of Face Verification", WACV 2024): random patches of one
/// photo are covered, the other stays whole, and a pixel's saliency is the correlation, over the masks, of the cosine with the
/// pixel's being seen.
///
/// The same masks serve every photo, so that explanations of two pairs differ by the photos and not by the draw. Covered
/// pixels are mid-gray, 0 in a network's input. A pixel that no mask covers has saliency 0.
public struct CorrRISE: MatchExplainer {
  public struct Settings: Codable, Sendable, Hashable {
    public var masks = 500
    /// Square patches a mask.
    public var patches = 3
    /// Their side, in pixels of an input of 112 x 112; it shrinks and grows with the input.
    public var patchSide = 30.0
    public var seed: UInt64 = 0

    public init() {}

    /// Throws ``SaliencyError`` when a value makes no masks.
    public func validate() throws {
      func require(_ condition: Bool, _ name: String, _ value: String, _ expected: String) throws {
        if !condition { throw SaliencyError.setting(name: "CorrRISE's \(name)", value: value, expected: expected) }
      }
      try require((2...100_000).contains(masks), "masks", "\(masks)", "between 2 and 100000")
      try require((1...1000).contains(patches), "patches", "\(patches)", "between 1 and 1000")
      try require(patchSide > 0 && patchSide < 112, "patch side", "\(patchSide)", "above 0 and below 112")
    }
  }

  public let name = "CorrRISE"
  public let settings: Settings
  private let embed: PhotoEmbedding
  /// Masked photos that are embedded at a time.
  private let batch = 125

  /// Throws ``SaliencyError`` for settings that make no masks.
  public init(_ settings: Settings = Settings(), embed: @escaping PhotoEmbedding) throws {
    try settings.validate()
    self.settings = settings
    self.embed = embed
  }

  /// The masks for inputs of `side` pixels, [masks, 1, side, side]: 1 where the photo is seen, 0 where it is covered.
  /// Patches lie fully inside and may overlap.
  public func masks(side: Int) throws -> Tensor {
    let patch = min(side, max(1, Int((settings.patchSide * Double(side) / 112).rounded())))
    var random = SeededRandom(seed: settings.seed, stream: "CorrRISE", side)
    var values = [Float](repeating: 1, count: settings.masks * side * side)
    for mask in 0..<settings.masks {
      for _ in 0..<settings.patches {
        let (left, top) = (random.int(below: side - patch + 1), random.int(below: side - patch + 1))
        for row in top..<(top + patch) {
          let start = (mask * side + row) * side + left
          for place in start..<(start + patch) { values[place] = 0 }
        }
      }
    }
    return try Tensor(values, [settings.masks, 1, side, side])
  }

  /// Complexity: masks x photos passes of the network.
  public func explain(_ pairs: [PhotoPair], of photos: Tensor) throws -> [MatchSaliency] {
    let side = try checkedSide(pairs, photos)
    guard !pairs.isEmpty else { return [] }
    return try withoutGradient {
      let masks = try self.masks(side: side).to(photos.device)
      let whole = try embed(photos).normalized(1)
      var covered: [Int: Tensor] = [:]
      for row in Set(pairs.flatMap { [$0.first, $0.second] }).sorted() {
        covered[row] = try embedded(photos[row..<(row + 1)], under: masks)
      }
      let seen = try CorrRISE.standardized(masks.reshaped(settings.masks, side * side))
      // One row a map: the cosines under every mask, of the first photos and then of the second.
      let rows = pairs.map { ($0.first, $0.second) } + pairs.map { ($0.second, $0.first) }
      let cosines = try rows.map { own, other in try covered[own]!.matmul(whole[other].unsqueezed(1)) }
      let scores = try CorrRISE.standardized(Tensor.concatenated(cosines, 1))
      return try saliencies(scores.transposed(0, 1).matmul(seen).reshaped(2 * pairs.count, side, side))
    }
  }

  /// Unit embeddings of one photo [1, 3, S, S] under every mask, [masks, D].
  private func embedded(_ photo: Tensor, under masks: Tensor) throws -> Tensor {
    let parts = try stride(from: 0, to: settings.masks, by: batch).map { start in
      try embed((photo * masks[start..<min(settings.masks, start + batch)]).channelsLast()).normalized(1)
    }
    return try Tensor.concatenated(parts, 0)
  }

  /// Columns of [N, M] with mean 0 and length 1, so that products of two are their correlation; constant ones become 0.
  private static func standardized(_ values: Tensor) throws -> Tensor {
    let centered = try values - values.mean(0, keep: true)
    let length = try centered.norm(0, keep: true)
    // What rounding leaves of a constant column is no signal; it grows with the column's own length.
    let share = try length / values.norm(0, keep: true).clamped(min: 1e-30)
    return try Tensor.select(
      share.less(than: 1e-6), Tensor.zeros([1, 1]).to(values.device), centered / length.clamped(min: 1e-30))
  }
}
