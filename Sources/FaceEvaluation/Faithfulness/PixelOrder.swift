import FaceDatasets
import FaceImages

/// The pixels of a saliency map from the one that speaks most for a match to the one that speaks most against it.
///
/// Equal pixels come in an order of their own, drawn once for each size: a map with a plateau is neither helped nor hurt by
/// how pictures are stored.
struct PixelOrder {
  /// The rank of each pixel, from 0.
  let ranks: [Int]

  /// NaN counts as the least. O(pixels log pixels).
  init(_ map: FloatMap) {
    var random = SeededRandom(seed: 0, stream: "pixel order", map.values.count)
    let ties = random.permutation(map.values.count)
    let values = map.values.map { $0.isNaN ? -.infinity : $0 }
    let order = ties.indices.sorted { (values[$0], ties[$0]) > (values[$1], ties[$1]) }
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, pixel) in order.enumerated() { ranks[pixel] = rank }
    self.ranks = ranks
  }

  /// 1 for the `count` first pixels, 0 for the others.
  func first(_ count: Int) -> [Float] { ranks.map { $0 < count ? 1 : 0 } }
}
