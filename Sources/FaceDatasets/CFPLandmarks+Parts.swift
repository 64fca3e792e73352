/// Outlines of the parts from the 30 landmarks. Lengths without a landmark are in eye-mouth distances; they were chosen
/// so that a part covers on a photo about what the same part covers on a procedural face.
extension CFPLandmarks {
  /// How far an eye's mask reaches beyond the landmarks on its lids: lids and lashes belong to it.
  static let eyeMargin: Float = 0.1
  /// Half the height of a brow.
  static let browThickness: Float = 0.08
  /// How far nose and mouth reach beyond their landmarks.
  static let skinMargin: Float = 0.04
  /// How far the forehead's mask reaches up from the brow; most photos end before that.
  static let foreheadReach: Float = 0.5

  /// Which part every pixel of a photo of this size shows.
  ///
  /// Only one half of a face is annotated: a frontal photo has the other half from mirroring across the midline, a profile
  /// shows one half and the far eye has no mask. The outlines are straight between landmarks; where two overlap, eye, brow,
  /// mouth and nose come before chin and jaw, these before forehead and cheek. O(pixels of the face).
  func partMap(kind: CFP.Kind, width: Int, height: Int) -> PartMap {
    var map = PartMap(
      width: width, height: height, labels: [UInt8](repeating: PartMap.none, count: width * height))
    let midline = kind == .frontal ? Midline(self) : nil
    for outline in outlines(midline) {
      map.fill(outline.points, with: outline.part)
      if let midline { map.fill(outline.points.map(midline.mirror), with: outline.part.mirrored) }
    }
    return map
  }

  /// The parts of the annotated half of the face, in the order of painting.
  private func outlines(_ midline: Midline?) -> [(part: FacePart, points: [Point])] {
    let half = HalfFace(self, midline)
    return [
      (.cheek, half.cheek), (.forehead, half.forehead), (.jaw, half.jaw), (.chin, half.chin), (.nose, half.nose),
      (.mouth, half.mouth), (.brow, half.brow), (showsRightHalf ? .rightEye : .leftEye, half.eye),
    ]
  }
}

/// The annotated half of a face, in its own directions.
private struct HalfFace {
  typealias Point = SIMD2<Float>

  let landmarks: CFPLandmarks
  let midline: Midline?
  /// One eye-mouth distance downward, and away from the middle of the face.
  let down: Point
  let out: Point

  init(_ landmarks: CFPLandmarks, _ midline: Midline?) {
    self.landmarks = landmarks
    self.midline = midline
    let chin = landmarks[9] - landmarks[19]
    let direction = midline?.down ?? chin / length(chin)
    let unit = landmarks.annotation(kind: midline == nil ? .profile : .frontal).eyeMouthDistance
    let across = Point(-direction.y, direction.x)
    let side = (across * (landmarks.mean(1...3) - landmarks[22])).sum() >= 0 ? across : -across
    (down, out) = (direction * unit, side * unit)
  }

  /// Landmark `number`, moved by shares of the eye-mouth distance.
  private func at(_ number: Int, out outward: Float = 0, down downward: Float = 0) -> Point {
    landmarks[number] + out * outward + down * downward
  }

  /// The same for a landmark on the middle of the face: on the midline of a frontal face, on the outline of a profile.
  private func middle(_ number: Int, down downward: Float = 0) -> Point {
    let point = landmarks[number]
    return (midline?.project(point) ?? point) + down * downward
  }

  /// Where cheek and jaw meet on the jaw line.
  private var jawStart: Point { landmarks.mean(3...4) }
  private var chinTop: Point { middle(29, down: 0.06) }
  /// Where the chin's upper border ends: above landmark 8.
  private var chinCorner: Point {
    let width = ((landmarks[8] - middle(9)) * out).sum() / (out * out).sum()
    return chinTop + out * max(0, width)
  }

  var cheek: [Point] { [at(1), at(2), at(3), jawStart, at(26), at(25), at(16), at(13)] }

  var forehead: [Point] {
    let reach = CFPLandmarks.foreheadReach
    // A profile shows no forehead beyond the inner end of the brow.
    let top = midline == nil ? at(12, down: -reach) : middle(11, down: -reach)
    return [at(10, out: 0.05), at(12), middle(12), top, at(11, down: -reach), at(10, out: 0.05, down: -0.8 * reach)]
  }

  var jaw: [Point] { [jawStart, at(4), at(5), at(6), at(7), at(8), chinCorner, at(26)] }

  var chin: [Point] { [chinTop, chinCorner, at(8), middle(9)] }

  var nose: [Point] {
    let margin = CFPLandmarks.skinMargin
    return [
      middle(19) + out * 0.08, at(25, out: margin), at(25, out: margin, down: margin), at(24, down: margin),
      middle(23, down: margin), middle(22), middle(21), middle(20), middle(19),
    ]
  }

  /// Rounder than its five landmarks: lips bulge between the corner and the middle.
  var mouth: [Point] {
    let margin = CFPLandmarks.skinMargin
    let (upper, lower) = (middle(27, down: -margin), middle(29, down: margin))
    let corner = at(26, out: margin)
    return [
      corner, (corner + upper) / 2 - down * margin, upper, middle(28), middle(30), lower,
      (corner + lower) / 2 + down * margin,
    ]
  }

  var brow: [Point] {
    let half = CFPLandmarks.browThickness
    let (outer, inner) = (at(10, out: 0.04), at(12, out: -0.04))
    return [outer - down * half, at(11, down: -half), inner - down * half]
      + [inner + down * half, at(11, down: half), outer + down * half]
  }

  var eye: [Point] {
    let center = landmarks.mean(13...18)
    let margin = CFPLandmarks.eyeMargin * length(down)
    return (13...18).map { number in
      let away = at(number) - center
      return at(number) + away * (margin / max(length(away), .leastNormalMagnitude))
    }
  }
}

extension FacePart {
  /// What the part is called on the other half of the face.
  fileprivate var mirrored: FacePart {
    switch self {
    case .leftEye: .rightEye
    case .rightEye: .leftEye
    default: self
    }
  }
}
