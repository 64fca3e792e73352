/// What is seen at every sample of the picture: the nearest triangle and the place in it. Painting is done later,
/// once a sample, so that hidden surfaces cost little.
///
/// Raw memory, freed with the object: this is the innermost loop, and arrays are slow in debug builds.
final class SampleBuffer {
  let width: Int
  let height: Int
  /// Larger is nearer; `SampleBuffer.empty` where nothing is.
  let depth: UnsafeMutablePointer<Float>
  /// Index of the grid, 255 for none.
  let grid: UnsafeMutablePointer<UInt8>
  /// Twice the index of the quad's first vertex, plus 1 for its lower triangle.
  let triangle: UnsafeMutablePointer<Int32>
  /// Weights of the triangle's second and third vertex.
  let second: UnsafeMutablePointer<Float>
  let third: UnsafeMutablePointer<Float>

  static let empty: Float = -1e9

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    let count = width * height
    depth = .allocate(capacity: count)
    grid = .allocate(capacity: count)
    triangle = .allocate(capacity: count)
    second = .allocate(capacity: count)
    third = .allocate(capacity: count)
    depth.initialize(repeating: SampleBuffer.empty, count: count)
    grid.initialize(repeating: 255, count: count)
    triangle.initialize(repeating: 0, count: count)
    second.initialize(repeating: 0, count: count)
    third.initialize(repeating: 0, count: count)
  }

  deinit {
    depth.deallocate()
    grid.deallocate()
    triangle.deallocate()
    second.deallocate()
    third.deallocate()
  }

  /// Draws all grids of a scene. Hair is seen from both sides and ragged at its edge.
  func draw(_ scene: Scene, raggedness: Float) {
    scene.vertices.withUnsafeBufferPointer { vertices in
      for (index, grid) in scene.grids.enumerated() {
        for row in 0..<(grid.rows - 1) {
          for column in 0..<(grid.columns - 1) {
            let quad = grid.start + row * grid.columns + column
            let isHair = grid.material == .hair
            let margin = isHair ? raggedness : -1
            draw(vertices, quad, quad + 1, quad + grid.columns, 2 * quad, UInt8(index), margin)
            let last = quad + grid.columns + 1
            draw(vertices, last, quad + grid.columns, quad + 1, 2 * quad + 1, UInt8(index), margin)
          }
        }
      }
    }
  }

  /// The vertices of a triangle drawn by `draw(_:raggedness:)`.
  static func corners(_ triangle: Int32, columns: Int) -> (Int, Int, Int) {
    let quad = Int(triangle >> 1)
    if triangle & 1 == 0 { return (quad, quad + 1, quad + columns) }
    return (quad + columns + 1, quad + columns, quad + 1)
  }

  /// `margin` below 0 draws front sides only and everywhere; else both sides, where there is hair.
  private func draw(
    _ vertices: UnsafeBufferPointer<Vertex>, _ ia: Int, _ ib: Int, _ ic: Int, _ id: Int, _ gridIndex: UInt8,
    _ margin: Float
  ) {
    let (a, b, c) = (vertices[ia], vertices[ib], vertices[ic])
    if margin >= 0 && max(a.extra, b.extra, c.extra) < -margin { return }
    let area = (b.screenX - a.screenX) * (c.screenY - a.screenY) - (b.screenY - a.screenY) * (c.screenX - a.screenX)
    guard margin < 0 ? area > 1e-9 : abs(area) > 1e-9 else { return }
    let inverse = 1 / area
    let left = firstSample(min(a.screenX, b.screenX, c.screenX), width)
    let right = firstSample(max(a.screenX, b.screenX, c.screenX), width)
    let top = firstSample(min(a.screenY, b.screenY, c.screenY), height)
    let bottom = firstSample(max(a.screenY, b.screenY, c.screenY), height)
    guard left < right, top < bottom else { return }
    for row in top..<bottom {
      let py = Float(row) + 0.5 - a.screenY
      for column in left..<right {
        let px = Float(column) + 0.5 - a.screenX
        let wb = (px * (c.screenY - a.screenY) - py * (c.screenX - a.screenX)) * inverse
        let wc = ((b.screenX - a.screenX) * py - (b.screenY - a.screenY) * px) * inverse
        guard wb >= 0, wc >= 0, wb + wc <= 1 else { continue }
        let wa = 1 - wb - wc
        let z = wa * a.depth + wb * b.depth + wc * c.depth
        let i = row * width + column
        guard z > depth[i] else { continue }
        if margin >= 0 {
          let coverage = wa * a.extra + wb * b.extra + wc * c.extra
          let angle = wa * a.angle + wb * b.angle + wc * c.angle
          let y = wa * a.y + wb * b.y + wc * c.y
          if coverage < margin && coverage < margin * SampleBuffer.strand(angle, y) { continue }
        }
        depth[i] = z
        grid[i] = gridIndex
        triangle[i] = Int32(id)
        second[i] = wb
        third[i] = wc
      }
    }
  }

  /// Where single strands end, in [-1, 1].
  @inline(__always) private static func strand(_ angle: Float, _ y: Float) -> Float {
    0.4 * valueNoise(angle * 22, 4 * y, seed: 5) + 0.6 * valueNoise(angle * 70, 6 * y, seed: 6)
  }

  /// The first sample whose middle is at or after a coordinate, within the picture.
  @inline(__always) private func firstSample(_ x: Float, _ count: Int) -> Int {
    let bounded = max(0, min(Float(count), x - 0.5))
    let whole = Int(bounded)
    return Float(whole) < bounded ? whole + 1 : whole
  }
}
