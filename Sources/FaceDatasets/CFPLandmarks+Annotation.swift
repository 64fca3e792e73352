extension CFPLandmarks {
  /// How far above the brow the center of the forehead is put, in eye-mouth distances: low on the forehead,
  /// because most of CFP's photos are cut off a little more than a quarter of that distance above the brow.
  static let foreheadHeight: Float = 0.25
  /// How far down from the lower lip (29) to the tip of the chin (9) the center of the chin is put.
  static let chinDrop: Float = 0.6

  /// The parts' centers. Brow, eye and mouth are the means of their landmarks; the nose is the mean of 19-25 with
  /// weight toward the tip; the jaw is the mean of 4-6; the cheek is in the middle of eye, wing of the nose (25) and
  /// jaw (3-4); chin and forehead as said above. A frontal photo has the other half from mirroring, and nose, mouth,
  /// chin and forehead on the midline.
  ///
  /// `eyeMouthDistance` is, for a frontal photo, from the middle between the eyes to the center of the mouth; for a
  /// profile, from the one eye in view to the center of the half mouth in view.
  func annotation(kind: CFP.Kind) -> FaceAnnotation {
    kind == .frontal ? frontal : profile
  }

  private var brow: Point { mean(10...12) }
  private var eye: Point { mean(13...18) }
  private var mouth: Point { mean(26...30) }
  private var jaw: Point { mean(4...6) }
  private var cheek: Point { (eye + self[25] + mean(3...4)) / 3 }

  private var nose: Point {
    let weights: [Float] = [1, 2, 3, 4, 2, 2, 2]
    let sum = zip(19...25, weights).reduce(Point()) { $0 + self[$1.0] * $1.1 }
    return sum / weights.reduce(0, +)
  }

  /// The half face that is annotated is the person's right one when, with the chin down, it is to the left of the
  /// nose in the picture. That also holds for a profile, which shows the half face behind the nose.
  var showsRightHalf: Bool {
    let down = self[9] - self[19]
    let back = mean(1...3) - self[22]
    return down.x * back.y - down.y * back.x > 0
  }

  private var frontal: FaceAnnotation {
    let midline = Midline(self)
    let mouth = midline.project(mouth)
    let distance = length(midline.project(eye) - mouth)
    let chin = midline.project(self[29] + (self[9] - self[29]) * Self.chinDrop)
    let forehead = midline.project(brow) - midline.down * (Self.foreheadHeight * distance)
    var centers = eyes(mirror: midline.mirror)
    for (part, point) in [(FacePart.brow, brow), (.jaw, jaw), (.cheek, cheek)] {
      centers += [center(part, point), center(part, midline.mirror(point))]
    }
    centers += [
      center(.nose, midline.project(nose)), center(.mouth, mouth), center(.chin, chin), center(.forehead, forehead),
    ]
    return FaceAnnotation(centers: centers, eyeMouthDistance: distance)
  }

  private var profile: FaceAnnotation {
    let distance = length(eye - mouth)
    let up = (self[19] - self[9]) / length(self[19] - self[9])
    let chin = self[29] + (self[9] - self[29]) * Self.chinDrop
    let forehead = brow + up * (Self.foreheadHeight * distance)
    let parts: [(FacePart, Point)] = [
      (.brow, brow), (.jaw, jaw), (.cheek, cheek), (.nose, nose), (.mouth, mouth), (.chin, chin),
      (.forehead, forehead),
    ]
    return FaceAnnotation(
      centers: eyes(mirror: nil) + parts.map { center($0.0, $0.1) }, eyeMouthDistance: distance)
  }

  private func eyes(mirror: ((Point) -> Point)?) -> [FaceAnnotation.Center] {
    let (near, far): (FacePart, FacePart) = showsRightHalf ? (.rightEye, .leftEye) : (.leftEye, .rightEye)
    return [center(near, eye)] + (mirror.map { [center(far, $0(eye))] } ?? [])
  }

  private func center(_ part: FacePart, _ point: Point) -> FaceAnnotation.Center {
    FaceAnnotation.Center(part, x: point.x, y: point.y)
  }
}
