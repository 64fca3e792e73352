import FaceImages

/// A set of face photos with identities. Reading a photo is safe from any thread.
public protocol FaceDataset: Sendable {
  /// A short name for tables: "cfp folds 1-8".
  var name: String { get }
  /// How many photos.
  var count: Int { get }
  /// How many identities; those of photos that show somebody known run from 0 to `identityCount - 1`.
  var identityCount: Int { get }
  /// The identity of photo `index`; ``PartlyLabeled/noLabel`` where a dataset has photos of nobody known.
  func label(at index: Int) -> Int
  /// Where photo `index` comes from: a path, or a description of a generated photo.
  func source(at index: Int) -> String
  /// Decodes photo `index`. `minimumSide` is a hint: a decoder may return a smaller version of the photo whose
  /// shorter side is still at least that many pixels. Throws when the photo is damaged or missing.
  func image(at index: Int, minimumSide: Int?) throws -> Image
  /// Size of photo `index` in pixels at full size, upright. Throws when the photo is damaged or missing.
  func size(at index: Int) throws -> (width: Int, height: Int)
  /// Where the face's parts are in photo `index`, in pixels of the full-size photo, or nil when nobody has said.
  func annotation(at index: Int) throws -> FaceAnnotation?
  /// Which part every pixel of photo `index` shows at full size, or nil when nobody has said. For measuring only.
  func partMap(at index: Int) throws -> PartMap?
  /// The first index of the photo that photo `index` is, in a dataset where photos come several times.
  func original(of index: Int) -> Int
}

extension FaceDataset {
  public func original(of index: Int) -> Int { index }

  /// The indices of all photos, one that comes several times once.
  public var originals: [Int] { (0..<count).filter { original(of: $0) == $0 } }

  public func annotation(at index: Int) throws -> FaceAnnotation? { nil }

  public func partMap(at index: Int) throws -> PartMap? { nil }

  public func size(at index: Int) throws -> (width: Int, height: Int) {
    let image = try image(at: index, minimumSide: nil)
    return (image.width, image.height)
  }
}

/// Two photos of a dataset and whether they show the same person.
public struct FacePair: Sendable, Hashable {
  /// Indices into the dataset the pair list came with.
  public var first: Int
  public var second: Int
  public var same: Bool
  /// Cross-validation fold, from 0.
  public var fold: Int

  public init(first: Int, second: Int, same: Bool, fold: Int) {
    self.first = first
    self.second = second
    self.same = same
    self.fold = fold
  }
}

/// A verification protocol: photos, and the pairs to compare.
public struct VerificationSet: Sendable {
  /// "CFP-FP", "LFW", ...
  public var name: String
  public var dataset: any FaceDataset
  public var pairs: [FacePair]
  /// How it is measured.
  public var convention = Convention.standard

  /// Whose way of measuring a protocol follows.
  public enum Convention: Sendable, Hashable {
    /// Cosines of the photos' embeddings, as cropped and moved.
    case standard
    /// InsightFace's for its `.bin` files: aligned photos as they are, each with its mirror image, also by InsightFace's own
    /// grid of distances.
    case insightFace
  }

  public init(name: String, dataset: any FaceDataset, pairs: [FacePair], convention: Convention = .standard) {
    self.name = name
    self.dataset = dataset
    self.pairs = pairs
    self.convention = convention
  }
}
