import FaceDatasets
import FaceImages
import Torch

/// Independent uniform numbers: what an explanation that knows nothing scores. Seeded by the seed and the photos' own pixels,
/// so that a pair has the same map in whatever order pairs come.
public struct RandomSaliency: MatchExplainer {
  public let name = "random"
  private let seed: UInt64

  public init(seed: UInt64 = 0) { self.seed = seed }

  public func explain(_ pairs: [PhotoPair], of photos: Tensor) throws -> [MatchSaliency] {
    let side = try checkedSide(pairs, photos)
    let values = try photos.floats()
    let size = 3 * side * side
    let marks = (0..<photos.size(0)).map { RandomSaliency.mark(values[($0 * size)..<(($0 + 1) * size)]) }
    return pairs.map { pair in
      var random = SeededRandom(
        seed: seed, stream: "random saliency", Int(bitPattern: marks[pair.first]), Int(bitPattern: marks[pair.second]))
      func map() -> FloatMap {
        let values = (0..<(side * side)).map { _ in Float(random.uniform(-1...1)) }
        return FloatMap(width: side, height: side, values: values)
      }
      return MatchSaliency(first: map(), second: map())
    }
  }

  /// FNV-1a (Fowler, Noll, Vo) over the numbers' bits.
  private static func mark(_ values: ArraySlice<Float>) -> UInt {
    values.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt($1.bitPattern)) &* 0x0000_0100_0000_01b3 }
  }
}
