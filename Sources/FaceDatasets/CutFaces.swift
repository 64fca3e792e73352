/// The photos of another dataset, each cut in some way: their number, names and labels are the base's.
public protocol CutFaces: NamedFaceDataset {
  var base: any FaceDataset { get }
}

extension CutFaces {
  public var name: String { base.name }
  public var count: Int { base.count }
  public var identityCount: Int { base.identityCount }
  /// The base's names, or numbers where it has none.
  public var identityNames: [String] {
    (base as? any NamedFaceDataset)?.identityNames ?? (0..<identityCount).map(String.init)
  }
  public func label(at index: Int) -> Int { base.label(at: index) }
  public func source(at index: Int) -> String { base.source(at: index) }
  public func original(of index: Int) -> Int { base.original(of: index) }
}
