/// One key light, light from all around that is stronger from above, and a weak light from the camera.
struct Lighting: Sendable {
  /// Toward the light, in the camera's axes.
  let direction: Vector3
  private let key: Vector3
  private let sky: Vector3
  private let ground: Vector3
  private let half: Vector3
  /// Samples for one unit of length.
  private let scale: Float
  /// Of the walk to the light: finer where samples are.
  private let steps: Int
  private let growth: Float

  init(_ c: FaceConditions, scale: Float) {
    let radians = Float.pi / 180
    let (azimuth, elevation) = (c.lightAzimuth * radians, c.lightElevation * radians)
    direction = Vector3(sine(azimuth) * cosine(elevation), -sine(elevation), cosine(azimuth) * cosine(elevation))
    half = (direction + Vector3(0, 0, 1)).normalized()
    let warm = c.lightWarmth
    key = Vector3(1 + 0.16 * warm, 1, 1 - 0.24 * warm) * (1.05 * c.lightStrength)
    // Skylight is the key's opposite in color, as outdoors.
    sky = Vector3(1 - 0.05 * warm, 1, 1 + 0.08 * warm) * c.ambient
    ground = Vector3(0.62, 0.55, 0.5) * c.ambient
    self.scale = scale
    (steps, growth) = scale < 80 ? (6, 1.55) : (14, 1.2)
  }

  /// Linear light sent to the camera.
  func shade(_ paint: Paint, normal: Vector3, openness: Float, shadow: Float) -> Vector3 {
    let facing = normal.dot(direction)
    let lit = max(0, facing)
    // Light wraps into skin, red furthest.
    let soft = clamp((facing + 0.28) / 1.28)
    let wrapped = Vector3(mix(lit, soft, 0.75), mix(lit, soft, 0.45), mix(lit, soft, 0.38))
    let around = mix(ground, sky, 0.5 - 0.5 * normal.y) * (0.25 + 0.75 * openness)
    let camera = 0.1 * max(0, normal.z) * openness
    let direct = key * wrapped * ((1 - shadow) * (0.5 + 0.5 * openness))
    let shine = clamp(normal.dot(half))
    let s2 = shine * shine
    let s8 = s2 * s2 * s2 * s2
    let s24 = s8 * s8 * s8
    // Skin reflects more at grazing angles.
    let rim = 1 - clamp(normal.z)
    let highlight = paint.gloss * (0.3 * s8 + 0.8 * s24) * (1 - shadow) * openness * (1 + 1.2 * rim)
    return paint.color * (direct + around + Vector3(camera)) + key * highlight + key * (1.1 * paint.wet)
  }

  /// How much of the key light is kept from sample `column`, `row` by what stands before it, 0 to 1: a short walk
  /// over the depth buffer toward the light.
  func shadow(_ buffer: SampleBuffer, column: Int, row: Int) -> Float {
    let depth = buffer.depth[row * buffer.width + column]
    var dark: Float = 0
    var distance: Float = 0.05
    for _ in 0..<steps {
      let x = Float(column) + 0.5 + direction.x * distance * scale
      let y = Float(row) + 0.5 + direction.y * distance * scale
      guard x >= 0, y >= 0, x < Float(buffer.width), y < Float(buffer.height) else { break }
      let other = buffer.depth[Int(y) * buffer.width + Int(x)]
      let above = other - depth - direction.z * distance
      // What is far before the ray belongs to another surface with air between.
      if above < 0.5 { dark = max(dark, clamp((above - 0.012) / 0.06)) }
      distance *= growth
    }
    return 0.8 * dark
  }
}
