/// The color of hair.
struct HairPainter: Sendable {
  let color: Vector3
  private let curly: Bool

  init(_ hair: FaceIdentity.Hair) {
    color = HairPainter.color(hair)
    curly = hair.style == .curly || hair.style == .afro || hair.style == .buzz
  }

  /// Linear.
  static func color(_ hair: FaceIdentity.Hair) -> Vector3 {
    let ladder = [
      Vector3(0.11, 0.09, 0.085), Vector3(0.25, 0.17, 0.12), Vector3(0.45, 0.31, 0.19), Vector3(0.78, 0.62, 0.40),
    ]
    let place = clamp(hair.lightness) * 2.999
    let step = Int(place)
    var display = mix(ladder[step], ladder[step + 1], place - Float(step))
    display = mix(display, Vector3(0.56, 0.24, 0.11), 0.7 * clamp(hair.red))
    display = mix(display, Vector3(0.66, 0.65, 0.64), 0.85 * clamp(hair.gray))
    return display * display
  }

  func paint(_ angle: Float, _ y: Float, coverage: Float) -> Paint {
    let strand =
      curly
      ? 0.6 * valueNoise(angle * 13, y * 15, seed: 62) + 0.4 * valueNoise(angle * 30, y * 32, seed: 63)
      : 0.55 * valueNoise(angle * 30 + 2 * y, y * 3, seed: 62) + 0.45 * valueNoise(angle * 75, y * 5, seed: 63)
    let root = 0.7 + 0.3 * smoothStep(0, 0.2, coverage)
    return Paint(color: color * ((0.9 + 0.5 * strand) * root), gloss: curly ? 0.04 : 0.16 * (1 + 0.6 * strand))
  }
}
