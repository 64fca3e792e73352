import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Torch

/// Everything that learns in a run, and where the run stands: what a checkpoint holds.
final class TrainingState {
  let network: FaceNetwork
  let head: any MarginHead
  let channelLoss: (any ChannelLoss)?
  let optimizer: any Optimizer
  /// Steps of the optimizer done.
  var step = 0
  /// Epochs ended: validated, and their best kept.
  var epoch = 0
  /// Loss terms of the epoch so far, or of the last one.
  var means = Means()
  /// How many photos the run learns from; nil before anybody has counted.
  var photos: Int?
  /// Which these are (``DataOrder``); nil before anybody has looked.
  var dataOrder: String?
  /// Best score so far and its epoch; higher is better.
  var best: (score: Double, epoch: Int)?

  init(_ recipe: Recipe, identities: Int, on device: Device) throws {
    // A stream for each, so that the baseline and an explainable network start from the same weights.
    var networkRandom = SeededRandom(seed: recipe.seed, stream: "network")
    var headRandom = SeededRandom(seed: recipe.seed, stream: "head")
    var lossRandom = SeededRandom(seed: recipe.seed, stream: "channel loss")
    network = try FaceNetwork(recipe.builtNetwork, inputSize: recipe.input.size, using: &networkRandom)
    network.recomputedUnits = recipe.training.recomputedBlocks
    head = try recipe.head.makeHead(
      embeddingSize: recipe.network.embeddingSize, identities: identities, using: &headRandom)
    channelLoss = try recipe.channelLoss.makeLoss(
      for: network, head: recipe.head, identities: identities, using: &lossRandom)
    for module in [network, head, channelLoss] as [(any Module)?] { try module?.move(to: device) }
    let parameters = network.parameters(prefix: FaceModel.prefix) + head.parameters(prefix: "head")
    let own = parameters + (channelLoss?.parameters(prefix: "channelLoss") ?? [])
    let heads = [head] + (channelLoss?.marginHeads ?? [])
    optimizer = try recipe.training.makeOptimizer(
      own.filter(\.tensor.requiresGradient), sampled: recipe.head.sampled < 1 ? heads.map(\.weights) : [])
  }

  /// Whether the run stands where one of so many epochs can.
  func isWithin(epochs: Int, of steps: Int) -> Bool {
    (0...epochs).contains(epoch) && (epoch * steps...min(epochs, epoch + 1) * steps).contains(step)
  }

  func setTraining(_ on: Bool) {
    network.setTraining(on)
    head.setTraining(on)
    channelLoss?.setTraining(on)
  }

  /// Every tensor of the run.
  var tensors: [NamedTensor] {
    network.state(prefix: FaceModel.prefix) + head.state(prefix: "head")
      + (channelLoss?.state(prefix: "channelLoss") ?? [])
      + optimizer.state.map { ("optimizer.\($0.name)", $0.tensor) }
  }
}

/// Running means of loss terms.
struct Means: Codable {
  private struct Sum: Codable {
    var total = 0.0
    var count = 0.0
  }

  private var sums: [String: Sum] = [:]

  mutating func add(_ values: [String: Double], weight: Double = 1) {
    for (name, value) in values {
      sums[name, default: Sum()].total += value * weight
      sums[name, default: Sum()].count += weight
    }
  }

  var values: [String: Double] { sums.mapValues { $0.total / $0.count } }
}
