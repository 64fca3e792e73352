import FaceDatasets
import Torch

/// Clusters things by their similarities: normalized spectral clustering (Ng, Jordan, Weiss 2001), then k-means.
public enum SpectralClustering {
  /// The cluster (0..<groups) of each of `count` things; similarity: count x count, row by row, not negative.
  /// O(count^3). Some clusters may be empty where things cannot be told apart.
  public static func clusters(
    _ similarity: [Double], count: Int, groups: Int, using random: inout SeededRandom
  ) throws -> [Int] {
    let scales = (0..<count).map { row -> Double in
      let degree = similarity[row * count..<(row + 1) * count].reduce(0, +)
      return degree > 0 ? 1 / degree.squareRoot() : 0
    }
    var normalized = similarity
    for row in 0..<count {
      for column in 0..<count { normalized[row * count + column] *= scales[row] * scales[column] }
    }
    let vectors = try Tensor(normalized, [count, count]).symmetricEigen().vectors
    let leading = try vectors.sliced(1, count - groups..<count).normalized(1).contiguous().doubles()
    return KMeans.clusters(leading, width: groups, groups: groups, using: &random)
  }
}

/// Lloyd's k-means with k-means++ starts, the best of ten.
enum KMeans {
  /// The cluster of each point; points: row by row, `width` numbers each.
  static func clusters(_ points: [Double], width: Int, groups: Int, using random: inout SeededRandom) -> [Int] {
    var best: (spread: Double, clusters: [Int])?
    for _ in 0..<10 {
      let run = attempt(points, width, groups, &random)
      if best.map({ run.spread < $0.spread }) ?? true { best = run }
    }
    return best!.clusters
  }

  private static func attempt(_ points: [Double], _ width: Int, _ groups: Int, _ random: inout SeededRandom) -> (
    spread: Double, clusters: [Int]
  ) {
    let count = points.count / width
    var centers = starts(points, width, groups, &random)
    var clusters = [Int](repeating: -1, count: count)
    for _ in 0..<100 {
      let nearest = (0..<count).map { point in
        centers.indices.map { (distance(points, width, point, centers[$0]), $0) }.min { $0.0 < $1.0 }!.1
      }
      if nearest == clusters { break }
      clusters = nearest
      for cluster in centers.indices {
        let members = (0..<count).filter { clusters[$0] == cluster }
        guard !members.isEmpty else { continue }
        centers[cluster] = (0..<width).map { axis in
          members.reduce(0) { $0 + points[$1 * width + axis] } / Double(members.count)
        }
      }
    }
    return ((0..<count).reduce(0) { $0 + distance(points, width, $1, centers[clusters[$1]]) }, clusters)
  }

  /// Each start is drawn with a chance that grows with the square of its distance to the starts before it.
  private static func starts(_ points: [Double], _ width: Int, _ groups: Int, _ random: inout SeededRandom)
    -> [[Double]]
  {
    let count = points.count / width
    func row(_ index: Int) -> [Double] { Array(points[index * width..<(index + 1) * width]) }
    var centers = [row(random.int(below: count))]
    while centers.count < groups {
      let gaps = (0..<count).map { point in centers.map { distance(points, width, point, $0) }.min()! }
      var left = random.uniform() * gaps.reduce(0, +)
      let chosen = gaps.firstIndex { gap in
        left -= gap
        return left < 0
      }
      centers.append(row(chosen ?? random.int(below: count)))
    }
    return centers
  }

  private static func distance(_ points: [Double], _ width: Int, _ point: Int, _ center: [Double]) -> Double {
    (0..<width).reduce(0) { total, axis in
      let gap = points[point * width + axis] - center[axis]
      return total + gap * gap
    }
  }
}
