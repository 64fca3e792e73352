/// One eye of an identity under an expression, in head coordinates. Its own coordinates run from the inner corner
/// (u = -1) to the outer corner (u = 1).
struct EyeShape: Sendable {
  /// 1 for the person's left eye (right in the picture), -1 for the right eye.
  let side: Float
  let centerX: Float
  let centerY: Float
  let size: Float
  private let cosTilt: Float
  private let sinTilt: Float
  private let upper: Float
  private let lower: Float

  init(_ eyes: FaceIdentity.Eyes, side: Float, openness: Float, smile: Float) {
    self.side = side
    centerX = side * eyes.spacing
    centerY = eyes.height
    size = eyes.size
    cosTilt = cosine(eyes.tilt)
    sinTilt = sine(eyes.tilt)
    let height = eyes.size * eyes.opening * 2
    // A lid closes from above; a smile lifts the lower lid.
    upper = height * 0.62 * openness - 0.02 * (1 - min(openness, 1))
    lower = height * (0.38 - 0.1 * max(smile, 0)) * min(1, 0.6 + 0.4 * openness)
  }

  /// Coordinates along (outward) and across (down) the eye, in units of length.
  @inline(__always) func local(_ x: Float, _ y: Float) -> (along: Float, across: Float) {
    let dx = (x - centerX) * side
    let dy = y - centerY
    return (dx * cosTilt - dy * sinTilt, dx * sinTilt + dy * cosTilt)
  }

  /// y of the upper lid's edge at u in [-1, 1]; its peak is nearer the nose.
  @inline(__always) func upperLid(_ u: Float) -> Float {
    let w = u + 0.16 * (1 - u * u)
    return -upper * (1 - w * w)
  }

  @inline(__always) func lowerLid(_ u: Float) -> Float {
    let w = u - 0.14 * (1 - u * u)
    return lower * (1 - w * w)
  }
}

/// One brow; u runs from the inner end (-1) to the outer end (1).
struct BrowShape: Sendable {
  let side: Float
  let length: Float
  let centerX: Float
  private let brows: FaceIdentity.Brows
  private let raise: Float

  init(_ brows: FaceIdentity.Brows, side: Float, raise: Float) {
    self.side = side
    self.brows = brows
    self.raise = raise
    length = brows.length
    centerX = side * brows.spacing
  }

  /// y of the middle line at u.
  @inline(__always) func middle(_ u: Float) -> Float {
    let peak = u - 0.3
    let inner = raise < 0 ? 0.5 * (1 - u) : 1
    return -brows.height - brows.arch * (1 - peak * peak) - brows.tilt * brows.length * u - 0.045 * raise * inner
  }

  /// Half thickness at u.
  @inline(__always) func thickness(_ u: Float) -> Float {
    brows.thickness * (1 - 0.62 * smoothStep(-0.2, 1.05, u)) * (0.75 + 0.25 * smoothStep(-1, -0.6, u))
  }

  /// The middle in head coordinates.
  var center: (x: Float, y: Float) { (centerX, middle(0)) }
}

/// The mouth under an expression; u runs from corner (-1) to corner (1).
struct MouthShape: Sendable {
  let halfWidth: Float
  let centerY: Float
  let upper: Float
  let lower: Float
  /// Distance between the lips in the middle.
  let gap: Float
  private let lift: Float
  private let bow: Float

  init(_ mouth: FaceIdentity.Mouth, smile: Float, open: Float) {
    halfWidth = mouth.width * (1 + 0.2 * smile - 0.12 * open * (1 - max(smile, 0)))
    centerY = mouth.height - 0.012 * smile
    let thin = 1 - 0.22 * max(smile, 0)
    upper = mouth.upperLip * thin
    lower = mouth.lowerLip * thin
    gap = 0.1 * open + 0.035 * max(0, smile - 0.45)
    lift = 0.075 * smile - mouth.corner
    bow = mouth.bow
  }

  /// y of the upper lip's lower edge.
  @inline(__always) func line(_ u: Float) -> Float {
    let sag = hill(u * u / 0.16) * 0.006
    return centerY - lift * u * u + sag - 0.3 * gap * (1 - u * u)
  }

  @inline(__always) func lipTop(_ u: Float) -> Float {
    let round = max(0, 1 - u * u)
    let dip = 1 - 0.4 * bow * hill(u * u / 0.07)
    return line(u) - upper * (0.35 * round + 0.65 * round * round.squareRoot()) * dip
  }

  @inline(__always) func lowerEdge(_ u: Float) -> Float { line(u) + gap * max(0, 1 - u * u) }

  @inline(__always) func lipBottom(_ u: Float) -> Float {
    let round = max(0, 1 - u * u)
    return lowerEdge(u) + lower * round * (0.55 + 0.45 * round)
  }
}

/// All movable features of a face in one photo.
struct FaceFeatures: Sendable {
  let identity: FaceIdentity
  let leftEye: EyeShape
  let rightEye: EyeShape
  let leftBrow: BrowShape
  let rightBrow: BrowShape
  let mouth: MouthShape
  let smile: Float
  let open: Float

  init(_ identity: FaceIdentity, _ conditions: FaceConditions) {
    self.identity = identity
    smile = conditions.smile
    open = conditions.mouthOpen
    let squint = conditions.eyesOpen * (1 - 0.15 * max(0, conditions.smile))
    leftEye = EyeShape(identity.eyes, side: 1, openness: squint, smile: smile)
    rightEye = EyeShape(identity.eyes, side: -1, openness: squint, smile: smile)
    leftBrow = BrowShape(identity.brows, side: 1, raise: conditions.browRaise)
    rightBrow = BrowShape(identity.brows, side: -1, raise: conditions.browRaise)
    mouth = MouthShape(identity.mouth, smile: smile, open: open)
  }

  /// The eye, and the brow, on x's side of the face.
  @inline(__always) func eye(at x: Float) -> EyeShape { x >= 0 ? leftEye : rightEye }
  @inline(__always) func brow(at x: Float) -> BrowShape { x >= 0 ? leftBrow : rightBrow }
}
