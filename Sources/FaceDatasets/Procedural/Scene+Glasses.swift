extension Scene {
  /// Glasses: a bent sheet before the eyes, from which `GlassesShape` cuts the rims, and two arms. Their place
  /// does not follow the eyes, so that exchanging eyes leaves the glasses alone.
  mutating func addGlasses(surface: HeadSurface, camera: Camera) {
    var points: [Point] = []
    for row in 0...8 {
      let y = mix(-0.28, 0.32, Float(row) / 8)
      for column in 0...20 {
        let x = (Float(column) / 10 - 1) * GlassesShape.reach
        points.append(Point(position: Vector3(x, y, 1.05 - 0.42 * x * x), x: x, y: y, angle: 0, extra: 0))
      }
    }
    add(.glasses, rows: 9, columns: 21, camera: camera, points: points)
    let width = surface.section(0).width + 0.03
    for side: Float in [-1, 1] {
      var arm: [Point] = []
      for row in 0...1 {
        let y = -0.075 + 0.05 * Float(row)
        for column in 0...6 {
          let t = side > 0 ? Float(column) / 6 : 1 - Float(column) / 6
          let x = side * mix(GlassesShape.reach, width, t)
          arm.append(Point(position: Vector3(x, y, mix(0.86, -0.1, t)), x: 9, y: y, angle: 0, extra: 0))
        }
      }
      add(.glasses, rows: 2, columns: 7, camera: camera, points: arm)
    }
  }
}

/// The front of a pair of glasses.
struct GlassesShape: Sendable {
  /// Half width of the whole front.
  static let reach: Float = 0.67
  let glasses: FaceIdentity.Glasses

  enum Place: Sendable { case rim, glass, nothing }

  func place(_ x: Float, _ y: Float) -> Place {
    // Arms lie beyond the front.
    if x > 1 { return .rim }
    let side = abs(x)
    let n = clamp(glasses.squareness, 1.5, 6)
    let dx = abs(side - 0.32) / max(glasses.width, 0.05)
    let dy = abs(y - 0.02) / max(glasses.height, 0.05)
    let distance = (power(power(dx, n) + power(dy, n), 1 / n) - 1) * min(glasses.width, glasses.height)
    if abs(distance) < glasses.rim { return .rim }
    if distance < 0 { return .glass }
    let bridge = side < 0.32 && abs(y + 0.05 - 0.25 * side * side) < glasses.rim * 0.8
    let hinge = side > 0.32 && abs(y + 0.05) < glasses.rim
    return bridge || hinge ? .rim : .nothing
  }
}
