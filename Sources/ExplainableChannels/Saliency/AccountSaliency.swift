import FaceDatasets
import FaceImages
import FaceNetworks
import Torch

/// Facet's own explanation: the exact account of the score, by places and by parts.
///
/// A place's number is what it adds to the score (``ScoreAccount``), spread over the pixels that its cell looks at in
/// proportion to their expected gradient times input: a Gaussian as wide as the layer's receptive field
/// (`ReceptiveField.deviation`), times how far each pixel is from mid-gray. The pixels of both photos, the account's constant
/// and its remainder add up to the score. With a channel catalog the parts are what the account
/// says of them through their channels, for which no mask is needed.
public struct AccountSaliency: MatchExplainer {
  /// What is accounted for.
  public enum Subject: Sendable {
    /// The cosine (``FaceAccountant/account(_:_:)``).
    case score
    /// What keeps it from 1 (``FaceAccountant/difference(_:_:)``): there pixels, constant and remainder add up to the cosine
    /// less 1.
    case difference
  }

  public let subject: Subject
  public var name: String { subject == .score ? "Facet's account" : "Facet's account of the difference" }
  private let accountant: FaceAccountant
  private let catalog: ChannelCatalog?
  private let field: ReceptiveField?

  public init(_ model: FaceModel, of subject: Subject = .score) throws {
    self.subject = subject
    accountant = try FaceAccountant(model)
    // Only where its channels are the network's.
    catalog = accountant.visibility == nil ? nil : model.catalog
    field = model.network.targetField
  }

  public func explain(_ pairs: [PhotoPair], of photos: Tensor) throws -> [MatchSaliency] {
    let side = try checkedSide(pairs, photos)
    let faces = try accountant.examine(photos)
    let spread = GaussianSpread(width: side, height: side, deviation: field?.deviation ?? 0)
    let departures = try departures(photos, side: side)
    return try pairs.map { pair in
      let (first, second) = (faces[pair.first], faces[pair.second])
      let account =
        subject == .score ? try accountant.account(first, second) : try accountant.difference(first, second)
      return MatchSaliency(
        first: spread(map(account.first, side: side), onto: departures[pair.first]),
        second: spread(map(account.second, side: side), onto: departures[pair.second]),
        parts: catalog.map { parts(account, $0) })
    }
  }

  /// How far each pixel of each photo is from mid-gray, 0 in a network's input, over its three colors; never less than the rounding
  /// of one of them to 8 bits.
  private func departures(_ photos: Tensor, side: Int) throws -> [FloatMap] {
    let lengths = try photos.norm(1).clamped(min: 0.5 / 127.5).to(.float32).floats()
    let area = side * side
    return stride(from: 0, to: lengths.count, by: area).map {
      FloatMap(width: side, height: side, values: Array(lengths[$0..<($0 + area)]))
    }
  }

  private func map(_ half: ScoreAccount.Side, side: Int) -> FloatMap {
    // Bilinear resizing by a whole factor keeps the mean; a cell's number is to be the sum of its pixels.
    let share = Double(half.width * half.height) / Double(side * side)
    let values = half.places().map { Float($0 * share) }
    return FloatMap(width: half.width, height: half.height, values: values).resized(width: side, height: side)
  }

  /// Each channel counts for the part that most of its peaks are on, as the catalog says, however many those are.
  private func parts(_ account: ScoreAccount, _ catalog: ChannelCatalog) -> [FacePart: Double] {
    let channels = account.channels
    return catalog.channels.reduce(into: [:]) { sums, entry in
      guard let part = entry.part.flatMap(FacePart.init(rawValue:)) else { return }
      sums[part, default: 0] += channels[entry.index]
    }
  }
}
