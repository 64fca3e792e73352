/// The parts of a face that explanations speak of. `left` and `right` are the photographed person's own, so the
/// left eye of a frontal face is in the right half of the picture.
public enum FacePart: String, Codable, CaseIterable, Sendable, Hashable {
  case brow, leftEye, rightEye, nose, mouth, chin, jaw, cheek, forehead

  /// The part's name in words: "left eye".
  public var title: String {
    switch self {
    case .leftEye: "left eye"
    case .rightEye: "right eye"
    default: rawValue
    }
  }
}

/// Where the parts of one photographed face are, for *measuring* explanations. Training never reads it.
public struct FaceAnnotation: Sendable, Equatable {
  /// One center of a part. A part may have several (two brows, two cheeks, two jaw sides) or none when hidden.
  public struct Center: Sendable, Equatable {
    public var part: FacePart
    /// Pixels of the source photo, x to the right, y down.
    public var x: Float
    public var y: Float

    public init(_ part: FacePart, x: Float, y: Float) {
      self.part = part
      self.x = x
      self.y = y
    }
  }

  public var centers: [Center]
  /// Distance from the (mid) eye to the mouth in pixels of the source photo: the face's own unit of length.
  public var eyeMouthDistance: Float

  public init(centers: [Center], eyeMouthDistance: Float) {
    self.centers = centers
    self.eyeMouthDistance = eyeMouthDistance
  }
}
