/// The color of a place of a surface before light falls on it.
struct Paint: Sendable {
  /// Linear reflectance.
  var color: Vector3
  /// Strength of the highlight.
  var gloss: Float
  /// Wet surfaces have small bright highlights.
  var wet: Float = 0
}

/// Paints skin, and on it brows, eyes, lips, nostrils, beard and lines, in undisplaced head coordinates.
struct SkinPainter: Sendable {
  let features: FaceFeatures
  let base: Vector3
  let hair: Vector3
  let iris: Vector3
  /// Size of a sample in head units: edges are as soft as that.
  let soft: Float
  let gaze: (x: Float, y: Float)
  /// Where the light's reflection sits on the eyes.
  let glint: (x: Float, y: Float)
  private let textureDetail: Float

  init(_ features: FaceFeatures, _ conditions: FaceConditions, samplesPerUnit: Float) {
    self.features = features
    let id = features.identity
    base = SkinPainter.skinColor(id.skin)
    hair = HairPainter.color(id.hair)
    iris = SkinPainter.irisColor(id.eyes)
    soft = 0.7 / max(samplesPerUnit, 1)
    gaze = (conditions.gazeX * 0.05, conditions.gazeY * 0.025)
    let radians = Float.pi / 180
    glint = (
      0.03 * sine(clamp(conditions.lightAzimuth - conditions.yaw, -80, 80) * radians),
      -0.028 * sine(max(conditions.lightElevation, 5) * radians)
    )
    textureDetail = clamp(samplesPerUnit / 60)
  }

  private static func skinColor(_ skin: FaceIdentity.Skin) -> Vector3 {
    let ladder = [
      Vector3(0.96, 0.81, 0.73), Vector3(0.90, 0.72, 0.60), Vector3(0.78, 0.58, 0.45), Vector3(0.58, 0.40, 0.29),
      Vector3(0.37, 0.25, 0.19),
    ]
    let place = clamp(skin.tone) * 3.999
    let step = Int(place)
    let display = mix(ladder[step], ladder[step + 1], place - Float(step))
    let warm = Vector3(1 + 0.015 * skin.warmth, 1 - 0.025 * skin.warmth, 1 - 0.005 * skin.warmth)
    return display * display * warm * 0.92
  }

  private static func irisColor(_ eyes: FaceIdentity.Eyes) -> Vector3 {
    let ladder = [
      Vector3(0.22, 0.11, 0.06), Vector3(0.42, 0.26, 0.12), Vector3(0.35, 0.42, 0.22), Vector3(0.25, 0.45, 0.62),
      Vector3(0.48, 0.55, 0.6),
    ]
    let place = clamp(eyes.irisHue) * 3.999
    let step = Int(place)
    let color = mix(ladder[step], ladder[step + 1], place - Float(step)) * (0.7 + 0.5 * eyes.irisLightness)
    return color * color
  }

  func paint(_ x: Float, _ y: Float, _ angle: Float) -> Paint {
    var paint = plainSkin(x, y, angle)
    if abs(angle) < 1.6 {
      addBeard(x, y, angle, &paint)
      if y < -0.02 { addBrow(x, y, &paint) }
      if abs(y) < 0.28 { addEye(x, y, &paint) }
      if y > 0.3 && y < 0.72 { addNostrils(x, y, &paint) }
      if y > 0.5 { addMouth(x, y, &paint) }
    }
    return paint
  }

  private func plainSkin(_ x: Float, _ y: Float, _ angle: Float) -> Paint {
    let id = features.identity
    let across = angle * 0.7
    let seed = id.skin.texture
    let mottle = 0.6 * valueNoise(across * 5, y * 5, seed: seed) + 0.4 * valueNoise(across * 13, y * 13, seed: seed ^ 9)
    let grain = valueNoise(across * 46, y * 46, seed: seed ^ 17) * textureDetail
    var color = base * (1 + 0.05 * mottle + 0.035 * grain)
    let side = abs(x)
    var redness = 0.1 * id.skin.warmth * mottle
    redness += (0.15 + 0.5 * id.cheek.blush) * hill((side - 0.4) / 0.26, (y - 0.34) / 0.24)
    redness += 0.3 * hill(x / 0.18, (y - 0.46) / 0.14)
    redness += 0.12 * hill(x / 0.25, (y - 1.0) / 0.16)
    let strength = 0.55 - 0.3 * id.skin.tone
    color = color * Vector3(1 + 0.06 * redness, 1 - strength * 0.55 * redness, 1 - strength * 0.5 * redness)
    if id.skin.freckles > 0.05 { addFreckles(across, y, &color) }
    addLines(side, y, &color)
    return Paint(color: color, gloss: 0.1 + 0.08 * hill(side / 0.3, (y + 0.3) / 0.9))
  }

  private func addFreckles(_ across: Float, _ y: Float, _ color: inout Vector3) {
    let id = features.identity
    let spots = valueNoise(across * 24, y * 24, seed: id.skin.texture ^ 33)
    let zone = 0.25 + 0.75 * hill(across / 0.75, (y - 0.28) / 0.42)
    let amount = id.skin.freckles * zone * smoothStep(0.25, 0.7, spots)
    color = mix(color, color * Vector3(0.62, 0.45, 0.36), 0.8 * amount)
  }

  private func addLines(_ side: Float, _ y: Float, _ color: inout Vector3) {
    let age = features.identity.skin.age
    var dark: Float = 0
    // From the nose's wing past the corner of the mouth.
    let t = (y - 0.46) / 0.32
    if t > 0 && t < 1 {
      let path = 0.21 + 0.13 * t + 0.03 * t * t
      let amount = 0.1 + 0.28 * age + 0.28 * max(0, features.smile)
      dark += amount * hill((side - path) / 0.045, 0) * 4 * t * (1 - t)
    }
    if age > 0.35 && y < -0.3 {
      let wave = y * 21 + 0.6 * side
      dark += 0.16 * (age - 0.35) * hill((wave - wave.rounded()) / 0.3, 0) * hill(side / 0.45, (y + 0.45) / 0.2)
    }
    // Under the eyes.
    dark += (0.08 + 0.16 * age) * hill((side - 0.29) / 0.18, (y - 0.15) / 0.07)
    color = color * Vector3(1 - 0.75 * dark, 1 - dark, 1 - dark)
  }

  private func addBeard(_ x: Float, _ y: Float, _ angle: Float, _ paint: inout Paint) {
    let hairiness = features.identity.facialHair
    guard hairiness.mustache + hairiness.chin + hairiness.cheeks > 0.01, y > 0.05 else { return }
    let side = abs(x)
    let a = abs(angle)
    let edge = mix(0.86, 0.05, smoothStep(0.25, 1.45, a))
    let cheeks = hairiness.cheeks * smoothStep(edge - 0.07, edge + 0.09, y) * smoothStep(0.12, 0.35, a)
    let chin = hairiness.chin * smoothStep(0.82, 0.92, y) * (1 - smoothStep(0.28, 0.45, side))
    let bridge = hairiness.chin * hill((side - 0.31) / 0.09, (y - 0.78) / 0.2)
    let mustache = hairiness.mustache * hill(x / 0.36, (y - 0.635 - 0.3 * x * x) / 0.085)
    let amount = max(cheeks, chin, bridge, mustache.squareRoot() * hairiness.mustache)
    guard amount > 0.01 else { return }
    let strand = 0.5 + 0.5 * valueNoise(angle * 45, y * 26, seed: 91)
    let density = clamp(amount * (0.7 + 0.55 * strand))
    paint.color = mix(paint.color, hair * (0.5 + 0.7 * strand), 0.92 * density)
    paint.gloss *= 1 - 0.7 * density
  }

  private func addBrow(_ x: Float, _ y: Float, _ paint: inout Paint) {
    let brow = features.brow(at: x)
    let u = (x - brow.centerX) * brow.side / brow.length
    guard abs(u) < 1.12 else { return }
    let offset = y - brow.middle(u)
    let thickness = brow.thickness(u)
    // Strands rise outward; the edge is ragged.
    let strand = valueNoise(u * 14 + offset * 55, offset * 16 + u * 3, seed: 55)
    let reach = thickness * (1 + 0.2 * strand)
    let edge = max(soft, 0.3 * thickness)
    let inside = smoothStep(reach + edge, reach - edge, abs(offset))
    let ends = smoothStep(1.1, 0.8, u) * smoothStep(-1.1, -0.82, u)
    let density = features.identity.brows.density
    let alpha = inside * ends * (0.35 + 0.6 * density) * (0.85 + 0.15 * strand)
    let tint = mix(hair, Vector3(0.02, 0.015, 0.012), 0.3) * (0.75 + 0.2 * strand)
    paint.color = mix(paint.color, tint, clamp(alpha))
    paint.gloss *= 1 - alpha
  }

  private func addNostrils(_ x: Float, _ y: Float, _ paint: inout Paint) {
    let nose = features.identity.nose
    let side = abs(x)
    let holeY = nose.length + 0.088 - 0.022 * nose.tipTurn
    let holeX = nose.wingWidth * 0.52
    let dy = y - holeY + 0.25 * (side - holeX)
    let height = 0.022 + 0.009 * nose.tipTurn
    let hole = hill((side - holeX) / (nose.wingWidth * 0.42), dy / (height + soft))
    let crease = hill((side - nose.wingWidth - 0.012) / (0.03 + soft), (y - nose.length - 0.03) / 0.085)
    let dark = clamp(0.85 * smoothStep(0, 0.7, hole) + 0.3 * crease)
    paint.color = mix(paint.color, base * Vector3(0.16, 0.07, 0.06), dark)
    paint.gloss *= 1 - dark
  }
}
