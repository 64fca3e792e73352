import FaceDatasets
import FaceNetworks
import Torch

/// Networks that know nothing, for the sanity check of Adebayo et al. ("Sanity Checks for Saliency Maps", NeurIPS 2018): an
/// explanation that looks the same for them does not explain the network.
public enum RedrawnWeights: String, Codable, CaseIterable, Sendable {
  /// Every weight drawn anew.
  case all = "all layers"
  /// Only the target layer and the embedding, or what follows the backbone's stages when nothing is inserted.
  case last = "last layers"

  /// A copy of the model with weights drawn anew. Its batch normalization is measured on `photos` [N, 3, S, S], N at least
  /// 2, so that activations have the sizes that layers are made for; the catalog stays, as what an explainer would use.
  public func of(_ model: FaceModel, seed: UInt64, photos: Tensor) throws -> FaceModel {
    var random = SeededRandom(seed: seed, stream: "redrawn weights")
    let network = try FaceNetwork(model.info.network, inputSize: model.info.input.size, using: &random)
    if self == .last {
      let old = Dictionary(uniqueKeysWithValues: model.network.state().map { ($0.name, $0.tensor) })
      for (name, tensor) in network.state() where RedrawnWeights.isKept(name) { try tensor.copy(from: old[name]!) }
    }
    try network.move(to: photos.device)
    // What follows a target layer that is drawn anew sees other numbers than it was measured on.
    let after = network.layersAfterInsertedTarget
    let norms = RedrawnWeights.norms(network).filter { name, _ in
      self == .all || !RedrawnWeights.isKept(name) || after.contains { name.hasPrefix($0 + ".") }
    }.map(\.norm)
    network.setTraining(false)
    // Only they: dropout would draw from a generator of its own. Statistics move a tenth of the way a pass.
    for norm in norms { norm.setTraining(true) }
    try withoutGradient { for _ in 0..<40 { _ = try network(photos) } }
    network.setTraining(false)
    var redrawn = FaceModel(info: model.info, network: network, recipe: model.recipe)
    redrawn.catalog = model.catalog
    return redrawn
  }

  /// Whether a tensor or module belongs to the stages before the last layers.
  private static func isKept(_ name: String) -> Bool {
    name.hasPrefix("backbone.") && !["bn2", "fc", "features", "conv_sep"].contains { name.hasPrefix("backbone.\($0)") }
  }

  /// The batch normalizations inside a module, with their full names.
  private static func norms(_ module: any Module, _ name: String = "") -> [(name: String, norm: BatchNorm)] {
    module.members.flatMap { own, member -> [(name: String, norm: BatchNorm)] in
      guard case .module(let inner) = member else { return [] }
      let full = name.isEmpty ? own : "\(name).\(own)"
      return (inner as? BatchNorm).map { [(full, $0)] } ?? norms(inner, full)
    }
  }
}
