import FaceDatasets
import FaceNetworks
import Torch

/// Settings of ``ICNNLoss``.
public struct ICNNSettings: Codable, Sendable, Hashable {
  /// Weight against the identity loss.
  public var weight = 1.0
  /// Fall of a template from its peak, per side of the map; 4 is the authors', and always that of the network's mask.
  public var beta = 4.0

  public init() {}

  /// Throws `SettingsError` when a value makes no loss.
  public func validate() throws {
    for (name, value) in [("weight", weight), ("beta", beta)] {
      guard value >= 0, value.isFinite else {
        throw SettingsError(message: "channelLoss.icnn.\(name) \(value) is not a number of at least 0")
      }
    }
  }
}

/// The filter loss of *Interpretable Convolutional Neural Networks* (Zhang, Wu, Zhu, CVPR 2018): minus the mutual
/// information between a filter's maps over the batch and templates with one peak, `-MI(X; T)`, averaged over filters.
///
/// Templates: `tau max(1 - beta |[i, j] - mu|_1 / n, -1)` for each place mu, and the negative one, `-tau` everywhere, with
/// `tau = 0.5 / n^2`; prior `alpha / n^2` for each place and `1 - alpha` for the negative, `alpha = n^2 / (1 + n^2)`. All
/// photos are of the one category there is, faces. The authors follow an approximation of the gradient; this is the
/// exact one. Their masked forward pass is the network's (`NetworkSettings.maskTarget`).
public final class ICNNLoss: ChannelLoss {
  public let settings: ICNNSettings
  private var constants: (templates: Tensor, prior: Tensor)?

  public init(_ settings: ICNNSettings) { self.settings = settings }

  public var members: [(name: String, member: Member)] { [] }

  public func terms(_ pass: ChannelPass) throws -> [LossTerm] {
    guard settings.weight > 0 else { return [] }
    let maps = try pass.target.widened()
    let (templates, prior) = try constants(side: maps.size(2), like: maps)
    return [LossTerm("icnn", weight: settings.weight, value: try ICNNLoss.loss(maps, templates, prior))]
  }

  private func constants(side: Int, like maps: Tensor) throws -> (templates: Tensor, prior: Tensor) {
    if let constants, constants.prior.size(0) == side * side + 1, constants.prior.device == maps.device {
      return constants
    }
    let made = try ICNNLoss.templates(side: side, beta: settings.beta, on: maps.device)
    constants = made
    return made
  }

  /// Templates [n n + 1, n n], the negative one last, and their prior probabilities [n n + 1].
  static func templates(side: Int, beta: Double, on device: Device) throws -> (templates: Tensor, prior: Tensor) {
    let places = side * side
    let tau = 0.5 / Double(places)
    let peaks = try PeakTemplates.bank(side: side, beta: beta, floor: -1, on: device) * tau
    let negative = try Tensor.full([1, places], -tau, on: device)
    let alpha = Double(places) / Double(1 + places)
    let prior = [Float](repeating: Float(alpha / Double(places)), count: places) + [Float(1 - alpha)]
    return (try .concatenated([peaks, negative], 0), try Tensor(prior, [places + 1]).to(device))
  }

  /// Mean over channels of -MI. maps: [B, C, n, n]; templates: [T, n n]; prior: [T].
  static func loss(_ maps: Tensor, _ templates: Tensor, _ prior: Tensor) throws -> Tensor {
    let templates = try templates.to(maps.dtype)
    let prior = try prior.to(maps.dtype)
    // p(x | T) over the batch's maps of one filter, [B, C, T].
    let scores = try maps.contiguous().flattened(from: 2).matmul(templates.transposed(0, 1))
    let conditional = try scores.logSoftmax(0)
    // A photo far weaker than another has a likelihood of 0 under every template: its marginal is a sum of logarithms' exponentials.
    let largest = try conditional.detached().max(2, keep: true)
    let marginal = try (conditional - largest).exp().matmul(prior).log().unsqueezed(2) + largest
    return try -(conditional.exp() * (conditional - marginal)).matmul(prior).sum() / Double(maps.size(1))
  }
}
