import FaceDatasets
import FaceNetworks
import Torch

/// Settings of ``SADLoss``; the defaults are the authors'.
public struct SADSettings: Codable, Sendable, Hashable {
  /// Weight of the likeness of maps around their peaks.
  public var maps = 1.0
  /// Weight of the likeness of the target layer's filters.
  public var filters = 100.0

  public init() {}

  /// Throws `SettingsError` when a value makes no loss.
  public func validate(channels: Int) throws {
    for (name, value) in [("maps", maps), ("filters", filters)] {
      guard value >= 0, value.isFinite else {
        throw SettingsError(message: "channelLoss.sad.\(name) \(value) is not a number of at least 0")
      }
    }
    guard channels >= 2 else { throw SettingsError(message: "channelLoss.kind 'sad' needs two target channels") }
  }
}

/// Spatial activation diversity of *Towards Interpretable Face Recognition* (Yin et al., ICCV 2019): of each map only the
/// surroundings of the strongest response are kept (a 3x3 Gaussian about it), and different maps of a photo are to be
/// unlike, as are different filters: mean squared cosines over pairs.
public final class SADLoss: ChannelLoss {
  public let settings: SADSettings
  private let network: FaceNetwork
  private var windows: Tensor?

  public init(_ settings: SADSettings, network: FaceNetwork) {
    self.settings = settings
    self.network = network
  }

  public var members: [(name: String, member: Member)] { [] }

  public func terms(_ pass: ChannelPass) throws -> [LossTerm] {
    let maps = try pass.target.widened()
    var terms: [LossTerm] = []
    if settings.maps > 0 {
      let near = try PeakTemplates.masked(maps, by: windows(side: maps.size(2), on: maps.device)).flattened(from: 2)
      terms.append(LossTerm("maps", weight: settings.maps, value: try SADLoss.likeness(near)))
    }
    // A layer that is explained in place has no filters of its own: its map is a sum of two paths.
    if settings.filters > 0, let weight = network.targetWeight {
      let rows = try weight.widened().contiguous().flattened(from: 1).unsqueezed(0)
      terms.append(LossTerm("filters", weight: settings.filters, value: try SADLoss.likeness(rows)))
    }
    return terms
  }

  private func windows(side: Int, on device: Device) throws -> Tensor {
    if let windows, windows.size(0) == side * side, windows.device == device { return windows }
    let made = try SADLoss.windows(side: side).to(device)
    windows = made
    return made
  }

  /// Row mu: 1 at place mu, 0.5 at its four neighbors, 0.25 at the diagonal ones (the binomial 3x3 kernel), else 0.
  static func windows(side: Int) throws -> Tensor {
    try PeakTemplates.checkSide(side)
    let places = side * side
    var values = [Float](repeating: 0, count: places * places)
    for peak in 0..<places {
      for place in 0..<places {
        let (dx, dy) = (abs(place % side - peak % side), abs(place / side - peak / side))
        if max(dx, dy) <= 1 { values[peak * places + place] = 1 / Float(1 << (dx + dy)) }
      }
    }
    return try Tensor(values, [places, places])
  }

  /// Mean squared cosine of different rows of vectors [B, C, N]. Makes [B, C, C] or [B, N, N], the smaller of the two: the squares
  /// of all products of rows add up to those of all products of columns.
  static func likeness(_ vectors: Tensor) throws -> Tensor {
    let count = vectors.size(1)
    // The floor lies far below any living map and keeps a dead one's cosines, and its gradient, at 0.
    let unit = try vectors / (vectors.square().sum(2, keep: true) + 1e-12).sqrt()
    let columns = try unit.transposed(1, 2)
    let cosines = try (vectors.size(2) < count ? columns.matmul(unit) : unit.matmul(columns)).square()
    let own = try unit.square().sum(2).square()
    return try (cosines.sum() - own.sum()) / Double(vectors.size(0) * count * (count - 1))
  }
}
