import FaceImages

/// Another dataset's photos, of which those of people with few have no label: they show faces, and say too little of who it is.
public struct PartlyLabeled: FaceDataset {
  /// The label of photos that have none.
  public static let noLabel = -1

  public let base: any FaceDataset
  /// People with at least the number of photos asked for.
  public let identityCount: Int
  /// The new label of each of the base's.
  private let labels: [Int]

  /// - Parameter minimumPhotos: People with fewer photos lose their label. Photos that the base has no person for have none either.
  public init(_ base: any FaceDataset, minimumPhotos: Int) {
    var photos = [Int](repeating: 0, count: base.identityCount)
    for index in base.originals {
      let label = base.label(at: index)
      if photos.indices.contains(label) { photos[label] += 1 }
    }
    var known = 0
    labels = photos.map { count in
      guard count >= minimumPhotos else { return PartlyLabeled.noLabel }
      known += 1
      return known - 1
    }
    identityCount = known
    self.base = base
  }

  public var name: String { base.name }
  public var count: Int { base.count }
  public func label(at index: Int) -> Int {
    let label = base.label(at: index)
    return labels.indices.contains(label) ? labels[label] : PartlyLabeled.noLabel
  }
  public func original(of index: Int) -> Int { base.original(of: index) }
  public func source(at index: Int) -> String { base.source(at: index) }
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    try base.image(at: index, minimumSide: minimumSide)
  }
  public func size(at index: Int) throws -> (width: Int, height: Int) { try base.size(at: index) }
  public func annotation(at index: Int) throws -> FaceAnnotation? { try base.annotation(at: index) }
  public func partMap(at index: Int) throws -> PartMap? { try base.partMap(at: index) }
}
