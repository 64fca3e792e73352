import ExplainableChannels
import FaceImages
import Torch

/// Deletion and insertion for verification (Lu, Xu, Ebrahimi, WACV 2024, after Petsiuk et al., RISE, BMVC 2018).
///
/// Deletion fills the share p of a photo's pixels that the explanation says speak most for a match; insertion shows only those,
/// the rest filled. One photo of a pair is changed at a time, by its own map, and the other stays whole: once the first, once
/// the second, both counted. Were both filled, they would end as the same empty picture, which every network calls a match.
/// The verdict is taken at a threshold fixed beforehand; the area is under the accuracy over p from 0 to 1.
public struct PixelRemoval: Sendable {
  /// What takes the place of a pixel.
  public enum Fill: String, Codable, CaseIterable, Sendable {
    /// Mid-gray, 0 in a network's input.
    case gray
    /// The photo averaged over a grid of 4 x 4 and interpolated.
    case blur
  }

  public var fill = Fill.gray
  /// Steps from p = 0 to p = 1.
  public var steps = 20

  public init() {}

  /// Throws `SaliencyError` for a number of steps that makes no curve.
  public func validate() throws {
    guard (1...1000).contains(steps) else {
      throw SaliencyError.setting(name: "the number of steps", value: "\(steps)", expected: "between 1 and 1000")
    }
  }

  /// Cosines of one pair while one of its photos loses or gains pixels: for each p from 0 to 1, the first photo changed and
  /// the second.
  public struct Cosines: Sendable, Equatable {
    public var deletion: [[Double]]
    public var insertion: [[Double]]
  }

  /// Removes and inserts pixels of each pair's photos. photos: [N, 3, S, S]; saliencies: one a pair.
  /// Complexity: 4 x steps passes of the network a pair.
  public func cosines(
    _ pairs: [PhotoPair], of photos: Tensor, _ saliencies: [MatchSaliency], embed: PhotoEmbedding
  ) throws -> [Cosines] {
    try validate()
    return try withoutGradient {
      let filling = try filled(photos)
      let whole = try embed(photos).normalized(1)
      let empty = try embed(filling).normalized(1)
      return try zip(pairs, saliencies).map { pair, saliency in
        var result = Cosines(deletion: [], insertion: [])
        for (own, other, map) in [
          (pair.first, pair.second, saliency.first), (pair.second, pair.first, saliency.second),
        ] {
          let target = try whole[other]
          let ends = [try (whole[own] * target).sum().item(), try (empty[own] * target).sum().item()]
          let between = try self.between(photos[own], filling[own], map, target, embed)
          result.deletion.append([ends[0]] + between.deletion + [ends[1]])
          result.insertion.append([ends[1]] + between.insertion + [ends[0]])
        }
        return result
      }
    }
  }

  /// [N, 3, S, S] with every pixel filled.
  func filled(_ photos: Tensor) throws -> Tensor {
    switch fill {
    case .gray: return try photos * 0
    case .blur:
      let side = photos.size(3)
      return try photos.contiguous().resized(height: 4, width: 4).resized(height: side, width: side).channelsLast()
    }
  }

  /// Cosines with `target` [D] at every p but 0 and 1.
  private func between(
    _ photo: Tensor, _ filling: Tensor, _ map: FloatMap, _ target: Tensor, _ embed: PhotoEmbedding
  ) throws -> (deletion: [Double], insertion: [Double]) {
    guard steps > 1 else { return ([], []) }
    let order = PixelOrder(map)
    let values = (1..<steps).flatMap { step in order.first(count(step, of: order.ranks.count)) }
    let top = try Tensor(values, [steps - 1, 1, map.height, map.width]).to(photo.device)
    let difference = try (filling - photo) * top
    let changed = try Tensor.concatenated([photo + difference, filling - difference], 0)
    let cosines = try embed(changed.channelsLast()).normalized(1).matmul(target.unsqueezed(1)).flattened().doubles()
    return (Array(cosines[..<(steps - 1)]), Array(cosines[(steps - 1)...]))
  }

  /// How many of `pixels` are the share of a step.
  private func count(_ step: Int, of pixels: Int) -> Int {
    Int((Double(step) / Double(steps) * Double(pixels)).rounded())
  }
}

/// What deletion and insertion give over a set of pairs.
public struct RemovalResult: Codable, Sendable, Equatable {
  /// Shares of the pixels, from 0 to 1.
  public var shares: [Double]
  /// Share of right verdicts at each share.
  public var deletion: [Double]
  public var insertion: [Double]
  /// Under the curve of right verdicts; less is better, the mean over pairs.
  public var deletionArea: MeanEstimate
  /// The same; more is better.
  public var insertionArea: MeanEstimate
  /// Under the mean cosine of the pairs of one person, which needs no threshold.
  public var deletionCosineArea: MeanEstimate
  public var insertionCosineArea: MeanEstimate
  /// Each pair's own area, in the order of the pairs, for comparing two explainers pair by pair.
  var deletionAreas: [Double]
  var insertionAreas: [Double]

  /// same: whether each pair shows one person; threshold: cosines of at least that are called the same person.
  /// Traps without pairs.
  public init(_ cosines: [PixelRemoval.Cosines], same: [Bool], threshold: Double) {
    precondition(!cosines.isEmpty && cosines.count == same.count, "one answer for every pair")
    let steps = cosines[0].deletion[0].count - 1
    shares = (0...steps).map { Double($0) / Double(steps) }
    /// Each pair's curve, the mean of its two photos' turns.
    func verdicts(_ curves: [[[Double]]]) -> [[Double]] {
      zip(curves, same).map { curve, same in
        RemovalResult.mean(curve.map { $0.map { ($0 >= threshold) == same ? 1 : 0 } })
      }
    }
    let (deleted, inserted) = (verdicts(cosines.map(\.deletion)), verdicts(cosines.map(\.insertion)))
    deletion = RemovalResult.mean(deleted)
    insertion = RemovalResult.mean(inserted)
    deletionAreas = deleted.map(RemovalResult.area)
    insertionAreas = inserted.map(RemovalResult.area)
    deletionArea = MeanEstimate(deletionAreas, kinds: same)
    insertionArea = MeanEstimate(insertionAreas, kinds: same)
    let mates = zip(cosines, same).filter(\.1).map(\.0)
    deletionCosineArea = MeanEstimate(mates.map { RemovalResult.area(RemovalResult.mean($0.deletion)) })
    insertionCosineArea = MeanEstimate(mates.map { RemovalResult.area(RemovalResult.mean($0.insertion)) })
  }

  private static func mean(_ curves: [[Double]]) -> [Double] {
    curves[0].indices.map { step in curves.reduce(0) { $0 + $1[step] } / Double(curves.count) }
  }

  /// Of a curve over 0 to 1, by trapezoids.
  private static func area(_ curve: [Double]) -> Double {
    let inner = curve.dropFirst().dropLast().reduce(0, +)
    return (inner + (curve[0] + curve[curve.count - 1]) / 2) / Double(curve.count - 1)
  }
}
