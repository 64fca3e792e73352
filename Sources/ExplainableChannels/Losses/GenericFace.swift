import FaceDatasets
import Torch

/// Where things are on a face, any face: the proportions that drawing books teach, in three dimensions.
///
/// It holds for no photo in particular: ``ECLoss`` asks with it that templates lie to each other as the parts of some head do, seen
/// from somewhere. The eyes' and the jaw's places were corrected once after a look at where templates sat on CFP's fold 9. Lengths are in distances between the eyes' middles; x to the right of a picture of
/// the face, y down, z toward the viewer; the origin is between the eyes. Of an eye it holds the dark of its inner half, which is what
/// templates find.
enum GenericFace {
  /// What a place looks like beside its surroundings.
  enum Look: Int { case dark, bright, either }

  struct Landmark {
    var name: String
    var x: Double
    var y: Double
    var z: Double
    var look: Look
  }

  /// On the midline, the most telling first.
  static let middle = [
    Landmark(name: "mouth", x: 0, y: 1.12, z: 0.28, look: .dark),
    Landmark(name: "nose", x: 0, y: 0.7, z: 0.45, look: .dark),
    Landmark(name: "chin", x: 0, y: 1.65, z: 0.2, look: .bright),
    Landmark(name: "forehead", x: 0, y: -0.65, z: 0.15, look: .bright),
    Landmark(name: "between the eyes", x: 0, y: -0.05, z: 0.2, look: .either),
    Landmark(name: "ridge of the nose", x: 0, y: 0.35, z: 0.32, look: .bright),
    Landmark(name: "under the lip", x: 0, y: 1.4, z: 0.2, look: .dark),
  ]

  /// One of each pair, the one with x above 0; the other has the opposite x.
  static let pairs = [
    Landmark(name: "eye", x: 0.42, y: 0, z: 0, look: .dark),
    Landmark(name: "brow", x: 0.5, y: -0.33, z: 0.12, look: .dark),
    Landmark(name: "cheek", x: 0.7, y: 0.65, z: -0.05, look: .bright),
    Landmark(name: "jaw", x: 0.85, y: 1.3, z: -0.45, look: .either),
    Landmark(name: "nostril", x: 0.2, y: 0.78, z: 0.25, look: .dark),
    Landmark(name: "corner of the mouth", x: 0.4, y: 1.12, z: 0.1, look: .dark),
    Landmark(name: "temple", x: 0.65, y: -0.65, z: -0.1, look: .bright),
  ]

  /// The landmarks of templates of which the first `alone` are on the midline and the others come in pairs; nil when there are
  /// not enough.
  static func landmarks(alone: Int, pairs count: Int) -> [Landmark]? {
    guard alone <= middle.count, count <= pairs.count else { return nil }
    return middle[..<alone] + bothSides(pairs[..<count])
  }

  /// Landmarks by name, those on the midline first and then both of each pair, in the order of their names. Throws `SettingsError` for a
  /// name that is none, and one that comes twice.
  static func landmarks(named names: [String]) throws -> (alone: [Landmark], pairs: [Landmark]) {
    if let unknown = names.first(where: { name in !(middle + pairs).contains { $0.name == name } }) {
      let known = (middle + pairs).map { "'\($0.name)'" }.joined(separator: ", ")
      throw SettingsError(message: "channelLoss.ecloss.landmarks: '\(unknown)' is none; there are \(known)")
    }
    if let twice = names.enumerated().first(where: { names[..<$0.offset].contains($0.element) }) {
      throw SettingsError(message: "channelLoss.ecloss.landmarks: '\(twice.element)' comes twice")
    }
    func those(of all: [Landmark]) -> [Landmark] { names.compactMap { name in all.first { $0.name == name } } }
    return (those(of: middle), bothSides(those(of: pairs)[...]))
  }

  private static func bothSides(_ pairs: ArraySlice<Landmark>) -> [Landmark] {
    pairs.flatMap { right in
      var left = right
      left.x = -right.x
      return [right, left]
    }
  }
}

/// How far points in pictures are from being landmarks of a ``GenericFace`` seen from somewhere.
///
/// A picture's points are `(a x - b y + c z + s, d y + b x + t)`: wide and high as it may be, turned in the plane by b and out of it by
/// c, moved by s and t. That is linear in the six numbers, so the nearest such face is a weighted projection. A head that turns gets
/// narrower than it is high, never wider: a above d costs.
struct FaceFit {
  /// What a face is at least, in sides of the picture between the eyes: smaller ones, and those upside down, cost; in width the
  /// mean of a batch.
  private static let least = (width: 0.05, height: 0.12)
  /// What points without weight count all the same in where the nearest face lies: few points with weight do not say it.
  private static let floor = 0.02

  private let count: Int
  /// What the points of faces are made of: orthonormal rows, [R, 2 K]; points are all x and then all y. R is 6 unless landmarks are few
  /// or all in a plane.
  private let directions: Tensor
  /// What gives a and d from the shares of the directions, transposed, [R, 2].
  private let scales: Tensor

  init(_ landmarks: [GenericFace.Landmark], on device: Device = .cpu, _ dtype: DType = .float32) throws {
    count = landmarks.count
    let (x, y, z) = (landmarks.map(\.x), landmarks.map(\.y), landmarks.map(\.z))
    let (none, ones) = ([Double](repeating: 0, count: count), [Double](repeating: 1, count: count))
    let columns = [x + none, none + y, y.map { -$0 } + x, z + none, ones + none, none + ones]
    let basis = try Tensor(columns.flatMap { $0 }, [columns.count, 2 * count])
    let (values, vectors) = try basis.matmul(basis.transposed(0, 1)).symmetricEigen()
    let sizes = try values.doubles()
    // Few landmarks, or all in a plane, leave directions unseen. Eigenvalues ascend.
    let unseen = sizes.filter { $0 <= 1e-10 * sizes[sizes.count - 1] }.count
    let seen = try vectors.sliced(1, unseen..<sizes.count) / values[unseen..<sizes.count].sqrt()
    directions = try seen.transposed(0, 1).matmul(basis).to(dtype).to(device)
    scales = try seen[0..<2].transposed(0, 1).contiguous().to(dtype).to(device)
  }

  /// Mean over pictures of the squared distances of points to the nearest face's, in squares of its own distance between the
  /// eyes, each as much as its face is turned to the viewer (what a profile shows need not be where it is on a face from the
  /// front), and of what faces lack of standing upright and being large enough: in height each of them, in width their mean,
  /// since a profile has none. x, y: [B, K], in sides of the picture; weights: [B, K], from 0 to 1, how much each point counts,
  /// in its distance and in where the nearest face lies, without a gradient.
  func misfit(x: Tensor, y: Tensor, weights: Tensor) throws -> Tensor {
    let points = try Tensor.concatenated([x, y], 1)
    // What gives the shares of the directions of the nearest face, [B, R, 2 K].
    let solve = try withoutGradient {
      let counts = try Tensor.concatenated([weights, weights], 1).clamped(min: Self.floor).unsqueezed(1)
      let weighted = try directions * counts
      return try weighted.matmul(directions.transposed(0, 1)).uncheckedInverse().matmul(weighted)
    }
    let shares = try solve.matmul(points.unsqueezed(2)).squeezed(2)
    let away = try (points - shares.matmul(directions)).square()
    let squares = try away.sliced(1, 0..<count) + away.sliced(1, count..<(2 * count))
    let size = try shares.matmul(scales)
    let (width, height) = (try size.sliced(1, 0..<1), try size.sliced(1, 1..<2))
    let unit = try height.detached().clamped(min: Self.least.height).square()
    let apart = try (squares * weights).sum(1, keep: true) / (weights.sum(1, keep: true) + 1e-6) / unit
    let front = try (width / height.clamped(min: Self.least.height)).detached().clamped(min: 0, max: 1)
    let lacking =
      try (1 - height / Self.least.height).clamped(min: 0).square()
      + ((width - height).clamped(min: 0).square() + width.clamped(max: 0).square()) / unit
    return try (apart * front + lacking).mean() + (1 - width.mean() / Self.least.width).clamped(min: 0).square()
  }
}
