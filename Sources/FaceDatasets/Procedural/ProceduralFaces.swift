import FaceImages

/// Procedural persons, several photos each, drawn when asked for. Nothing is stored, and every photo comes with
/// its true part map.
public struct ProceduralFaces: FaceDataset {
  public let name: String
  public let identityCount: Int
  public let photosPerIdentity: Int
  /// Width and height of every photo in pixels.
  public let imageSize: Int
  public let seed: UInt64
  /// Number of the first person. Sets of the same seed whose ranges do not meet share nobody.
  public let firstIdentity: Int
  public let variation: FaceConditions.Variation
  public let supersampling: Int
  /// How people are related.
  public let kinship: FaceKinship

  /// Throws `ProceduralFacesError` when a count or the size is out of range.
  ///
  /// - Parameters:
  ///   - name: For tables; nil describes the numbers.
  ///   - imageSize: Pixels, 8 to 2048.
  public init(
    name: String? = nil, identities: Int, photosPerIdentity: Int, imageSize: Int = 72, seed: UInt64 = 0,
    firstIdentity: Int = 0, variation: FaceConditions.Variation = .standard, supersampling: Int = 2,
    kinship: FaceKinship = .strangers
  ) throws {
    try ProceduralFacesError.check("identities", identities, in: 1...100_000_000)
    try ProceduralFacesError.check("photos per identity", photosPerIdentity, in: 1...1_000_000)
    try ProceduralFacesError.check("photos in all", identities * photosPerIdentity, in: 1...100_000_000)
    try ProceduralFacesError.check("image size", imageSize, in: 8...2048)
    try ProceduralFacesError.check("first identity", firstIdentity, in: 0...1_000_000_000)
    try ProceduralFacesError.check("supersampling", supersampling, in: 1...8)
    try kinship.validate()
    self.name = name ?? "procedural \(firstIdentity)-\(firstIdentity + identities - 1) x \(photosPerIdentity)"
    identityCount = identities
    self.photosPerIdentity = photosPerIdentity
    self.imageSize = imageSize
    self.seed = seed
    self.firstIdentity = firstIdentity
    self.variation = variation
    self.supersampling = supersampling
    self.kinship = kinship
  }

  public var count: Int { identityCount * photosPerIdentity }

  public func label(at index: Int) -> Int { index / photosPerIdentity }

  public func source(at index: Int) -> String {
    "procedural face, seed \(seed), person \(firstIdentity + label(at: index)), photo \(index % photosPerIdentity)"
  }

  /// The person with a label of this set.
  public func identity(label: Int) -> FaceIdentity {
    precondition(label >= 0 && label < identityCount, "label \(label) is not one of \(identityCount)")
    return kinship.person(firstIdentity + label, seed: seed)
  }

  /// How photo `index` was taken.
  public func conditions(at index: Int) -> FaceConditions {
    precondition(index >= 0 && index < count, "photo \(index) is not one of \(count)")
    let (person, photo) = (kinship.photographed(firstIdentity + label(at: index)), index % photosPerIdentity)
    var random = SeededRandom(seed: seed, stream: "procedural conditions", person, photo)
    return FaceConditions(using: &random, variation: variation)
  }

  /// Image, part map and annotation of photo `index` in one drawing.
  public func face(at index: Int) -> RenderedFace {
    FaceRenderer.render(
      identity(label: label(at: index)), conditions: conditions(at: index), width: imageSize, height: imageSize,
      supersampling: supersampling)
  }

  /// Always full size: drawing smaller would not be the same photo.
  public func image(at index: Int, minimumSide: Int?) throws -> Image { face(at: index).image }

  public func size(at index: Int) -> (width: Int, height: Int) { (imageSize, imageSize) }

  public func annotation(at index: Int) throws -> FaceAnnotation? { face(at: index).annotation }

  /// Which part every pixel of photo `index` shows.
  public func partMap(at index: Int) throws -> PartMap? { face(at: index).parts }
}

/// A set of procedural faces that cannot be made.
public enum ProceduralFacesError: Error, Equatable, CustomStringConvertible {
  case outOfRange(what: String, value: Int, allowed: ClosedRange<Int>)
  case tooFew(what: String, have: Int, need: Int, purpose: String)

  public var description: String {
    switch self {
    case .outOfRange(let what, let value, let allowed):
      "procedural faces: \(what) is \(value); give a number from \(allowed.lowerBound) to \(allowed.upperBound)"
    case .tooFew(let what, let have, let need, let purpose):
      "procedural faces: \(have) \(what) do not allow \(purpose); give at least \(need)"
    }
  }

  static func check(_ what: String, _ value: Int, in allowed: ClosedRange<Int>) throws {
    guard allowed.contains(value) else { throw outOfRange(what: what, value: value, allowed: allowed) }
  }
}
