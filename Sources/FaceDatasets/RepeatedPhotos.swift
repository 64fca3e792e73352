import FaceImages

/// A dataset whose photos come several times, one round after another, so that they weigh more beside another dataset.
public struct RepeatedPhotos: NamedFaceDataset {
  public let base: any NamedFaceDataset
  public let times: Int

  /// - Parameter times: At least 1.
  public init(_ base: any NamedFaceDataset, times: Int) {
    precondition(times >= 1, "photos that come \(times) times")
    self.base = base
    self.times = times
  }

  public var name: String { times == 1 ? base.name : "\(base.name) x \(times)" }
  public var count: Int { base.count * times }
  public var identityCount: Int { base.identityCount }
  public var identityNames: [String] { base.identityNames }
  public func original(of index: Int) -> Int { base.original(of: index % base.count) }
  public func label(at index: Int) -> Int { base.label(at: index % base.count) }
  public func source(at index: Int) -> String { base.source(at: index % base.count) }
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    try base.image(at: index % base.count, minimumSide: minimumSide)
  }
  public func size(at index: Int) throws -> (width: Int, height: Int) { try base.size(at: index % base.count) }
  public func annotation(at index: Int) throws -> FaceAnnotation? { try base.annotation(at: index % base.count) }
  public func partMap(at index: Int) throws -> PartMap? { try base.partMap(at: index % base.count) }
}
