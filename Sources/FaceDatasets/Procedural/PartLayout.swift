/// Divides the face's skin among the parts, and says where their centers are.
struct PartLayout: Sendable {
  let features: FaceFeatures
  private let bottom: Float
  /// Half the head's width where the jaw's centers are.
  private let jawWidth: Float

  private static let jawY: Float = 0.8

  init(_ surface: HeadSurface) {
    features = surface.features
    bottom = surface.bottom
    jawWidth = surface.section(PartLayout.jawY).width
  }

  /// The part at a place of the head's skin, nil behind the ears, on the scalp and under the chin.
  func part(_ x: Float, _ y: Float, _ angle: Float) -> FacePart? {
    guard abs(angle) < 1.5, y > -1.0, y < bottom - 0.012 else { return nil }
    if isEye(x, y) { return x >= 0 ? .leftEye : .rightEye }
    if isBrow(x, y) { return .brow }
    if isMouth(x, y) { return .mouth }
    if isNose(x, y) { return .nose }
    let side = abs(x)
    if y < -0.13 - 0.1 * smoothStep(0.15, 0.5, side) { return .forehead }
    let id = features.identity
    let mouthBottom = features.mouth.centerY + features.mouth.gap + features.mouth.lower + 0.05
    if y > mouthBottom && side < id.chin.width + 0.02 { return .chin }
    // The jaw's upper border rises toward the ear.
    if y > mix(0.74, 0.42, smoothStep(0.4, 1.4, abs(angle))) { return .jaw }
    return .cheek
  }

  private func isEye(_ x: Float, _ y: Float) -> Bool {
    let eye = features.eye(at: x)
    let (along, across) = eye.local(x, y)
    let (u, v) = (along / (eye.size + 0.055), (across + 0.015) / 0.125)
    return u * u + v * v < 1
  }

  private func isBrow(_ x: Float, _ y: Float) -> Bool {
    let brow = features.brow(at: x)
    let u = (x - brow.centerX) * brow.side / (brow.length + 0.03)
    guard abs(u) < 1 else { return false }
    return abs(y - brow.middle(u)) < brow.thickness(u) + 0.03
  }

  private func isNose(_ x: Float, _ y: Float) -> Bool {
    let nose = features.identity.nose
    guard y > -0.13, y < nose.length + 0.125 else { return false }
    let along = clamp((y + 0.1) / (nose.length + 0.1))
    return abs(x) < mix(nose.bridgeWidth + 0.03, nose.wingWidth + 0.035, along * along)
  }

  private func isMouth(_ x: Float, _ y: Float) -> Bool {
    let mouth = features.mouth
    let u = x / (mouth.halfWidth + 0.045)
    guard abs(u) < 1 else { return false }
    let round = (1 - u * u).squareRoot()
    let line = mouth.line(u)
    return y > line - (mouth.upper + 0.035) * round && y < line + (mouth.gap + mouth.lower + 0.04) * round
  }

  /// The centers of all parts on the front of the head.
  var centers: [(part: FacePart, x: Float, y: Float)] {
    let id = features.identity
    let mouth = features.mouth
    let chinTop = mouth.centerY + mouth.gap + mouth.lower + 0.05
    var result: [(FacePart, Float, Float)] = []
    for brow in [features.leftBrow, features.rightBrow] { result.append((.brow, brow.center.x, brow.center.y)) }
    result.append((.leftEye, features.leftEye.centerX, features.leftEye.centerY))
    result.append((.rightEye, features.rightEye.centerX, features.rightEye.centerY))
    result.append((.nose, 0, id.nose.length - 0.03))
    result.append((.mouth, 0, mouthMiddle))
    result.append((.chin, 0, 0.5 * (chinTop + bottom)))
    let jawX = 0.5 * (id.chin.width + 0.02 + 0.97 * jawWidth)
    let cheekX = 0.5 * (id.nose.wingWidth + id.skull.width)
    for side: Float in [1, -1] {
      result.append((.jaw, side * jawX, PartLayout.jawY))
      result.append((.cheek, side * cheekX, id.cheek.height + 0.1))
    }
    result.append((.forehead, 0, 0.5 * (-0.2 - id.forehead.height)))
    return result
  }

  /// y of the middle of the mouth, lips and opening together.
  var mouthMiddle: Float { features.mouth.line(0) + 0.5 * features.mouth.gap }
}
