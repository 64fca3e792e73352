extension SkinPainter {
  /// Radius of the iris, the same in all people.
  private static let irisRadius: Float = 0.062

  func addEye(_ x: Float, _ y: Float, _ paint: inout Paint) {
    let eye = features.eye(at: x)
    let (along, across) = eye.local(x, y)
    let u = along / eye.size
    guard abs(u) < 1.45, abs(across) < 0.22 else { return }
    let inside = clamp(u, -1, 1)
    let upper = eye.upperLid(inside)
    let lower = eye.lowerLid(inside)
    addLids(u, across, upper, lower, eye, &paint)
    guard abs(u) < 1 else { return }
    let open = smoothStep(-soft, soft, across - upper) * smoothStep(-soft, soft, lower - across)
    guard open > 0 else { return }
    let ball = eyeball(x, y, u, across, upper, eye)
    paint.color = mix(paint.color, ball.color, open)
    paint.gloss = mix(paint.gloss, 0.05, open)
    paint.wet = open * ball.wet
  }

  /// Crease, lashes and the shade around the opening.
  private func addLids(
    _ u: Float, _ across: Float, _ upper: Float, _ lower: Float, _ eye: EyeShape, _ paint: inout Paint
  ) {
    let eyes = features.identity.eyes
    let ends = smoothStep(1.4, 0.9, abs(u))
    let shade = 0.16 * hill(u / 1.45, across / 0.17)
    paint.color = paint.color * Vector3(1 - 0.8 * shade, 1 - shade, 1 - shade)
    // The crease follows the lid at a distance that differs between people.
    let lift = 0.022 + 0.05 * eyes.lid
    let crease = hill((across - upper * 0.92 + lift) / (0.013 + 0.7 * soft), 0) * smoothStep(1.2, 0.75, abs(u))
    let bag = hill((across - lower - 0.045) / 0.025, 0) * smoothStep(1.05, 0.5, abs(u))
    let dark = ends * (0.4 * smoothStep(0.05, 0.3, eyes.lid) * crease + 0.13 * bag)
    paint.color = paint.color * Vector3(1 - 0.85 * dark, 1 - dark, 1 - dark)
    let outer = smoothStep(-1, 0.6, u)
    let tail = smoothStep(1.22, 1.0, u) * smoothStep(-1.08, -0.95, u)
    let lash = hill((across - upper + 0.006) / (0.011 + 0.01 * outer + 0.6 * soft), 0) * tail * (0.6 + 0.4 * outer)
    let under = hill((across - lower - 0.002) / (0.008 + 0.6 * soft), 0) * tail * (0.15 + 0.25 * outer)
    let lashes = mix(hair * 0.4, Vector3(0.015, 0.01, 0.009), 0.75)
    paint.color = mix(paint.color, lashes, clamp(0.9 * lash + under))
  }

  private func eyeball(
    _ x: Float, _ y: Float, _ u: Float, _ across: Float, _ upper: Float, _ eye: EyeShape
  ) -> (color: Vector3, wet: Float) {
    let corner = u * u
    var color = Vector3(0.68, 0.64, 0.62) * (1 - 0.35 * corner * corner)
    // The pink corner by the nose.
    color = mix(color, Vector3(0.5, 0.2, 0.17), smoothStep(-0.78, -0.96, u))
    let ix = x - eye.centerX - gaze.x
    let iy = y - eye.centerY - gaze.y + 0.012
    let radius = (ix * ix + iy * iy).squareRoot()
    let r = SkinPainter.irisRadius
    if radius < r + soft {
      let ring = smoothStep(0.6, 1, radius / r)
      let rays = valueNoise(ix / (radius + 0.004) * 5, iy / (radius + 0.004) * 5, seed: 21)
      // Light enters from above and glows on the other side.
      let glow = 1 + 0.5 * iy / r
      var tint = iris * ((1.25 - 0.85 * ring) * (1 + 0.22 * rays) * glow)
      tint = mix(tint, Vector3(0.004), smoothStep(0.026 + soft, 0.026 - soft, radius))
      color = mix(color, tint, smoothStep(r + soft, r - soft, radius))
    }
    // The upper lid's shadow.
    color = color * (0.45 + 0.55 * smoothStep(0, 0.06, across - upper))
    let gx = (x - eye.centerX - 0.5 * gaze.x - glint.x) / (0.016 + 0.5 * soft)
    let gy = (y - eye.centerY - 0.5 * gaze.y - glint.y) / (0.016 + 0.5 * soft)
    return (color, hill(gx, gy))
  }
}
