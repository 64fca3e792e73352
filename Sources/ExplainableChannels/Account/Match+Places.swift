import FaceImages

extension Match {
  /// Where a part was found in a photo, in shares of the network's view: 0, 0 is the top left corner.
  public struct Place: Sendable, Equatable {
    public var x: Double
    public var y: Double
    /// How far its channels' activations lie about it.
    public var radius: Double

    /// The middle of `weights`, [height * width], about their strongest place: a part of both sides ("either brow") has two, and
    /// between them is nothing. Nil where all are 0.
    init?(of weights: [Double], width: Int, height: Int) {
      func around(_ cell: Int) -> Double {
        let (column, row) = (cell % width, cell / width)
        return (max(0, row - 1)...min(height - 1, row + 1)).reduce(0) { sum, row in
          (max(0, column - 1)...min(width - 1, column + 1)).reduce(sum) { $0 + weights[row * width + $1] }
        }
      }
      func middle(_ cell: Int) -> (x: Double, y: Double) {
        ((Double(cell % width) + 0.5) / Double(width), (Double(cell / width) + 0.5) / Double(height))
      }
      let sums = weights.indices.map(around)
      guard let peak = sums.indices.max(by: { sums[$0] < sums[$1] }).map(middle) else { return nil }
      let near = weights.indices.filter {
        let (x, y) = middle($0)
        return (x - peak.x) * (x - peak.x) + (y - peak.y) * (y - peak.y) <= Place.reach * Place.reach
      }
      let total = near.reduce(0) { $0 + weights[$1] }
      guard total > 0 else { return nil }
      func mean(_ value: (Double, Double) -> Double) -> Double {
        near.reduce(0) { sum, cell in
          let (x, y) = middle(cell)
          return sum + weights[cell] * value(x, y)
        } / total
      }
      let (x, y) = (mean { x, _ in x }, mean { _, y in y })
      let square = mean { ($0 - x) * ($0 - x) + ($1 - y) * ($1 - y) }
      (self.x, self.y, radius) = (x, y, min(0.16, max(0.055, square.squareRoot())))
    }

    /// How far from its strongest place a part is thought to reach, in shares of the view.
    private static let reach = 0.2
  }

  /// Where the part's channels are active in the first photo; nil when they are silent or the part is hidden there.
  public func placeA(_ part: Part) -> Place? { part.isHiddenA ? nil : place(part, first) }
  /// Where the part's channels are active in the second photo; nil when they are silent or the part is hidden there.
  public func placeB(_ part: Part) -> Place? { part.isHiddenB ? nil : place(part, second) }

  private func place(_ part: Part, _ face: ExaminedFace) -> Place? {
    let (width, height) = (face.width, face.height)
    var sums = [Double](repeating: 0, count: width * height)
    for channel in part.channels {
      for cell in sums.indices {
        sums[cell] += Double(max(0, face.views[0].activations[channel * sums.count + cell]))
      }
    }
    // Squares, so that the middle is where most channels agree.
    return Place(of: sums.map { $0 * $0 }, width: width, height: height)
  }

  /// Maps of what places add through each part, in the order of `parts`, of both photos: -1 to 1 on one scale for all.
  public func partMaps() -> [(a: FloatMap, b: FloatMap)] {
    let maps = parts.map { (placesA($0.name), placesB($0.name)) }
    let largest = maps.flatMap { $0.0 + $0.1 }.reduce(1e-12) { max($0, abs($1)) }
    return maps.map { (scaled($0, by: largest), scaled($1, by: largest)) }
  }

  /// The same of all parts together.
  public func wholeMaps() -> (a: FloatMap, b: FloatMap) {
    let (a, b) = (placesA(), placesB())
    let largest = (a + b).reduce(1e-12) { max($0, abs($1)) }
    return (scaled(a, by: largest), scaled(b, by: largest))
  }

  private func scaled(_ places: [Double], by largest: Double) -> FloatMap {
    FloatMap(width: first.width, height: first.height, values: places.map { Float($0 / largest) })
  }
}
