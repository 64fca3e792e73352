/// The head without hair and ears as a surface over (angle, y): horizontal sections of an egg whose widths and
/// depths follow the identity, and a relief of nose, eyes, lips and cheeks on its front.
///
/// The angle is 0 in the middle of the face, positive to the right of the picture, a right angle at the ears.
struct HeadSurface: Sendable {
  /// One horizontal section.
  struct Section: Sendable {
    var y: Float
    /// Half width.
    var width: Float
    /// z of the widest place.
    var center: Float
    var front: Float
    var back: Float
    /// Of the cosine: less than 1 flattens the front.
    var flatness: Float
  }

  static let top: Float = -1.17
  /// From here on down the chin rounds off.
  static let chinStart: Float = 0.78

  let features: FaceFeatures
  let bottom: Float
  private let widths: Curve
  private let fronts: Curve

  init(_ features: FaceFeatures) {
    self.features = features
    let id = features.identity
    bottom = id.chin.length
    let skull = id.skull.width
    let chinY = bottom - 0.1
    widths = Curve([
      (-1.2, skull + 0.06), (-0.62, id.forehead.width + 0.05), (-0.2, skull + 0.012),
      (0.22, skull + id.cheek.boneWidth), (0.5, 0.5 * (skull + id.jaw.width) + 0.012),
      (id.jaw.corner, id.jaw.width), (chinY, id.chin.width + 0.075), (bottom, id.chin.width - 0.02),
    ])
    fronts = Curve([
      (-1.2, 0.8 + id.forehead.slope), (-0.6, 0.92 + id.forehead.slope), (-0.22, 0.95), (0, 0.915), (0.3, 0.93),
      (0.6, 0.95), (0.78, 0.93), (chinY, 0.87 + 0.1 * id.chin.prominence), (bottom, 0.84 + 0.1 * id.chin.prominence),
    ])
  }

  func section(_ y: Float) -> Section {
    let up = clamp((-0.35 - y) / (-0.35 - HeadSurface.top))
    let down = clamp((y - HeadSurface.chinStart) / (bottom - HeadSurface.chinStart))
    let close = (max(0, 1 - up * up * up.squareRoot())).squareRoot() * (max(0, 1 - down * down * down)).squareRoot()
    let center = 0.06 * smoothStep(0.3, 0.6, y) + 0.42 * smoothStep(0.55, 1.15, y)
    let back = -0.98 + 0.5 * smoothStep(0.1, 0.6, y) + 0.85 * smoothStep(0.4, 1.1, y)
    return Section(
      y: y, width: widths(y) * close, center: center, front: (fronts(y) - center) * close,
      back: (center - back) * close, flatness: mix(0.62, 0.85, smoothStep(0.5, 1.0, y)))
  }

  /// The point at an angle of a section, and how open to the light it lies (1 open, 0 in a crease).
  func point(_ s: Section, angle: Float) -> (position: Vector3, openness: Float) {
    let (sine, cosine) = (sine(angle), cosine(angle))
    let x = s.width * sine
    guard cosine > 0 else { return (Vector3(x, drop(s.y), s.center + s.back * cosine), 1) }
    let relief = relief(x, s.y)
    let z = s.center + s.front * power(cosine, s.flatness) + relief.height * smoothStep(0, 0.3, cosine)
    return (Vector3(x, drop(s.y), z), relief.openness)
  }

  /// The point of the front at x, y.
  func point(x: Float, y: Float) -> Vector3 {
    let s = section(y)
    return point(s, angle: arcSine(x / max(s.width, 0.01))).position
  }

  /// y with the jaw dropped by an open mouth.
  private func drop(_ y: Float) -> Float {
    y + 0.13 * features.open * smoothStep(features.mouth.centerY - 0.05, features.mouth.centerY + 0.22, y)
  }
}
