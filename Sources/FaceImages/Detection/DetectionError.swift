/// Why no face was cut out of a photo. Its text names what is wrong and what to do.
public enum DetectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There is no detector on this machine, in none of these places.
  case notInstalled(places: [String])
  /// The detector's library cannot be used.
  case unusable(path: String, reason: String)
  /// There is no face in a photo, as far as the detector can tell.
  case noFace(name: String)
  /// The detector failed on a photo.
  case failed(name: String, reason: String)

  public var description: String {
    switch self {
    case .notInstalled(let places):
      "there is no face detector on this machine (no \(places.count == 1 ? places[0] : DetectorLibrary.file)); run "
        + "`make detect` in Facet's folder, which installs dlib (apt-get install libdlib-dev, brew install dlib) and builds it"
    case .unusable(let path, let reason): "the face detector \(path) cannot be used: \(reason); run `make detect` again"
    case .noFace(let name):
      "\(name): no face was found; faces in profile are missed as a rule. Cut the photo to the face and leave --detect out"
    case .failed(let name, let reason): "\(name): the face detector failed (\(reason)); leave the photo out"
    }
  }
}
