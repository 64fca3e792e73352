extension Scene {
  /// The head's skin. `detail` multiplies the number of rows and columns.
  mutating func addHead(_ surface: HeadSurface, camera: Camera, detail: Float) {
    let angles = Scene.headAngles(detail)
    var points: [Point] = []
    let rows = Scene.headRows(detail, bottom: surface.bottom)
    points.reserveCapacity(rows.count * angles.count)
    for y in rows {
      let section = surface.section(y)
      for angle in angles {
        let (position, openness) = surface.point(section, angle: angle)
        points.append(Point(position: position, x: position.x, y: y, angle: angle, extra: openness))
      }
    }
    add(.skin, rows: rows.count, columns: angles.count, camera: camera, points: points)
  }

  /// Dense in the middle, where the features are.
  private static func headAngles(_ detail: Float) -> [Float] {
    let half = Int(30 * detail)
    let behind = Int(7 * detail)
    var positive = (1...half).map { i -> Float in
      let s = Float(i) / Float(half)
      return s * (0.62 + 0.38 * s * s) * Float.pi / 2
    }
    positive += (1...behind).map { Float.pi / 2 + 1.3 * Float($0) / Float(behind) }
    return positive.reversed().map { -$0 } + [0] + positive
  }

  /// Fixed from the forehead to the mouth, so that a longer chin moves no vertex above it.
  private static func headRows(_ detail: Float, bottom: Float) -> [Float] {
    let (dome, middle, end) = (Int(12 * detail), Int(44 * detail), Int(16 * detail))
    let start = HeadSurface.chinStart
    let quarter = Float.pi / 2
    var rows: [Float] = (0..<dome).map { mix(-0.35, HeadSurface.top, sine(quarter * (1 - Float($0) / Float(dome)))) }
    rows += (0..<middle).map { mix(-0.35, start, Float($0) / Float(middle)) }
    rows += (0...end).map { mix(start, bottom, sine(quarter * Float($0) / Float(end))) }
    return rows
  }

  /// Two shells beside the head, unless hair hangs over them.
  mutating func addEars(_ identity: FaceIdentity, surface: HeadSurface, camera: Camera) {
    if identity.hair.style == .bob || identity.hair.style == .long { return }
    let ears = identity.ears
    let width = surface.section(0.12).width
    let out = 0.28 + 0.4 * ears.protrusion
    for side: Float in [-1, 1] {
      let back = Vector3(side * out, 0, -(1 - out * out).squareRoot())
      let down = Vector3(-side * 0.1, 0.98, 0.15)
      let normal = side > 0 ? back.cross(down) : down.cross(back)
      let center = Vector3(side * (width + 0.01 + 0.1 * out), 0.13, -0.1)
      var points: [Point] = []
      for row in 0...12 {
        let v = Float(row) / 6 - 1
        let chord = (max(0.0004, 1 - v * v)).squareRoot() * (v > 0 ? 1 - 0.35 * v : 1)
        for column in 0...8 {
          let s = (Float(column) / 4 - 1) * side
          let u = s * chord
          // A raised rim around a hollow.
          let radius = u * u + v * v
          let bulge = 0.05 * hill((radius - 0.75) / 0.5, 0) - 0.05 * hill((u + 0.25) / 0.6, (v - 0.05) / 0.5)
          let position =
            center + back * (u * 0.13 * ears.size) + down * (v * 0.29 * ears.size) + normal * (bulge * ears.size)
          let openness = 1 - 0.55 * hill((u + 0.3) / 0.55, (v - 0.05) / 0.55) - 0.2 * hill((radius - 0.45) / 0.2, 0)
          points.append(Point(position: position, x: u, y: v, angle: 0, extra: openness))
        }
      }
      add(.ear, rows: 13, columns: 9, camera: camera, points: points)
    }
  }

  /// Neck and shoulders; `y` tells skin from cloth.
  mutating func addBody(_ identity: FaceIdentity, camera: Camera) {
    let neck = 0.1 + 0.5 * identity.skull.width
    let widths = Curve([
      (0.5, neck), (1.15, neck), (1.4, neck + 0.06), (1.62, neck + 0.4), (1.85, 1.3), (2.6, 1.75), (4, 1.9),
    ])
    let rows = (0...26).map { row -> Float in
      let t = Float(row) / 26
      return 0.5 + 1.3 * t + 2.2 * t * t
    }
    var points: [Point] = []
    for y in rows {
      let width = widths(y)
      for column in 0...28 {
        let angle = (Float(column) / 14 - 1) * 1.75
        let depth = 0.42 + 0.14 * (width - neck)
        let z = -0.22 + depth * cosine(angle) + 0.08 * smoothStep(1.2, 2.2, y)
        points.append(
          Point(
            position: Vector3(width * sine(angle), y, z), x: width * sine(angle), y: y, angle: angle,
            extra: 0.55 + 0.45 * smoothStep(1.2, 1.75, y)))
      }
    }
    add(.neck, rows: rows.count, columns: 29, camera: camera, points: points)
  }
}
