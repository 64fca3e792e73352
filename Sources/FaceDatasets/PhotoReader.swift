import FaceImages

/// Reads photos for a network: as they are, or cut to their largest face.
public struct PhotoReader: Sendable {
  /// Nil takes photos for crops already.
  public let detector: FaceDetector?

  public init(detector: FaceDetector? = nil) { self.detector = detector }

  /// A photo as a network is shown it.
  public struct Reading: Sendable {
    public let photo: Image
    /// Where it was cut out; nil for a photo taken as it is.
    public let box: FaceBox?
    /// How many faces the cut one is the largest of; nil for a photo taken as it is.
    public let faces: Int?
  }

  /// The photo that a network is shown, and where it was cut out.
  ///
  /// - Parameter minimumSide: A smaller version will do whose shorter side is still at least that many pixels; photos to be cut
  ///   are decoded whole.
  /// - Throws: `ImageError` for a photo that cannot be read, `DetectionError` for one without a face.
  public func read(_ path: String, minimumSide: Int) throws -> Reading {
    guard let detector else {
      return Reading(photo: try Image(contentsOf: path, minimumSide: minimumSide), box: nil, faces: nil)
    }
    let whole = try Image(contentsOf: path)
    let (box, faces) = try detector.largestFace(in: whole, name: path)
    return Reading(photo: whole.cropped(to: box), box: box, faces: faces)
  }
}
