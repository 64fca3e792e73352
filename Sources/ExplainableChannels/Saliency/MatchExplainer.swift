import FaceDatasets
import FaceImages
import Torch

/// Two photos of a batch, by their rows.
public struct PhotoPair: Sendable, Hashable {
  public let first: Int
  public let second: Int

  public init(_ first: Int, _ second: Int) {
    self.first = first
    self.second = second
  }
}

/// Why two faces have the score they have, in one way of explaining it.
public struct MatchSaliency: Sendable {
  /// One number a pixel of the first photo's network input, S x S: the higher, the more the pixel speaks for "same person".
  public let first: FloatMap
  /// The same for the second photo.
  public let second: FloatMap
  /// What the explainer itself says of the parts, without being shown a mask; nil when it makes maps only.
  public let parts: [FacePart: Double]?

  public init(first: FloatMap, second: FloatMap, parts: [FacePart: Double]? = nil) {
    self.first = first
    self.second = second
    self.parts = parts
  }
}

/// A way to explain the cosine of two faces by the pixels of both: Facet's account and its rivals alike.
public protocol MatchExplainer {
  /// What tables call it.
  var name: String { get }

  /// Explains pairs of `photos` [N, 3, S, S] in [-1, 1].
  ///
  /// Throws ``SaliencyError`` when a pair names a photo that is not there.
  func explain(_ pairs: [PhotoPair], of photos: Tensor) throws -> [MatchSaliency]
}

/// Embeds photos: [B, 3, S, S] in [-1, 1] to [B, D] of any length.
public typealias PhotoEmbedding = (Tensor) throws -> Tensor

/// An explanation that cannot be made.
public enum SaliencyError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The photos do not have the shape of a network's input.
  case photos(shape: [Int])
  /// A pair names a row that the photos do not have.
  case noSuchPhoto(row: Int, photos: Int)
  /// The network has no layer to look at.
  case noTargetLayer(explainer: String)
  /// A setting is outside its range.
  case setting(name: String, value: String, expected: String)

  public var description: String {
    switch self {
    case .photos(let shape):
      "photos of shape \(shape) cannot be explained; give [N, 3, S, S] with N and S at least 1"
    case .noSuchPhoto(let row, let photos):
      "a pair names photo \(row) of \(photos); count from 0"
    case .noTargetLayer(let explainer):
      "\(explainer) explains the target layer, and this network has none; choose another explainer or a network with one"
    case .setting(let name, let value, let expected):
      "\(name) is \(value); it has to be \(expected)"
    }
  }
}

/// Throws ``SaliencyError`` unless `photos` are network inputs and the pairs are among them. Returns the side S.
func checkedSide(_ pairs: [PhotoPair], _ photos: Tensor) throws -> Int {
  let shape = photos.shape
  guard shape.count == 4, shape[0] > 0, shape[1] == 3, shape[2] == shape[3], shape[2] > 0 else {
    throw SaliencyError.photos(shape: shape)
  }
  for row in pairs.lazy.flatMap({ [$0.first, $0.second] }) where row < 0 || row >= shape[0] {
    throw SaliencyError.noSuchPhoto(row: row, photos: shape[0])
  }
  return shape[2]
}

/// The photos of `pairs`, all the first and then all the second, [2 P, 3, S, S].
func gathered(_ pairs: [PhotoPair], of photos: Tensor) throws -> Tensor {
  let rows = pairs.map(\.first) + pairs.map(\.second)
  return try photos.indexed(0, Tensor(rows, [rows.count]).to(photos.device))
}

/// Maps [2 P, S, S], in the order of ``gathered(_:of:)``, as explanations of the pairs.
func saliencies(_ maps: Tensor) throws -> [MatchSaliency] {
  let (count, side) = (maps.size(0) / 2, maps.size(2))
  let values = try maps.to(.float32).floats()
  func map(_ row: Int) -> FloatMap {
    FloatMap(width: side, height: side, values: Array(values[(row * side * side)..<((row + 1) * side * side)]))
  }
  return (0..<count).map { MatchSaliency(first: map($0), second: map(count + $0)) }
}

/// The sum over pairs of the cosine of rows p and P + p of embeddings [2 P, D]: its gradient holds each pair's own.
func summedCosine(_ embeddings: Tensor) throws -> Tensor {
  let count = embeddings.size(0) / 2
  let unit = try embeddings.normalized(1)
  return try (unit[0..<count] * unit[count..<(2 * count)]).sum()
}
