import FaceImages

/// Reads photos for a network: as they are, or cut to their largest face.
public struct PhotoReader: Sendable {
  /// Nil takes photos for crops already.
  public let detector: FaceDetector?

  public init(detector: FaceDetector? = nil) { self.detector = detector }

  /// The photo that a network is shown, and where it was cut out.
  ///
  /// - Parameter minimumSide: A smaller version will do whose shorter side is still at least that many pixels; photos to be cut
  ///   are decoded whole.
  /// - Throws: `ImageError` for a photo that cannot be read, `DetectionError` for one without a face.
  public func read(_ path: String, minimumSide: Int) throws -> (photo: Image, box: FaceBox?) {
    guard let detector else { return (try Image(contentsOf: path, minimumSide: minimumSide), nil) }
    let whole = try Image(contentsOf: path)
    let box = try detector.largestFace(in: whole, name: path)
    return (whole.cropped(to: box), box)
  }
}
