import ExplainableChannels
import FaceNetworks

/// The two sides of benchmarks of training steps.
struct TrainingPairs {
  /// How PyTorch lays images out in memory.
  enum MemoryFormat: String {
    case `default`
    case channelsLast = "channels_last"
  }

  private let setup: Setup
  private let note: Note

  init(_ setup: Setup, _ note: @escaping Note) {
    self.setup = setup
    self.note = note
  }

  /// The same network in Facet and in PyTorch. Throws when the two do not have equally many parameters.
  func pair(_ backbone: NetworkSettings.Backbone, _ format: MemoryFormat) throws -> (any Contender, any Contender) {
    var settings = NetworkSettings()
    settings.backbone = backbone
    let peer = try PythonPeer(
      "train_step.py",
      [
        "--network", backbone.rawValue, "--memory-format", format.rawValue, "--threads", "\(setup.threads)",
        "--batch", "\(setup.batch)", "--size", "\(setup.inputSize)", "--classes", "\(setup.identities)",
      ], setup)
    let facet = try FacetStep(settings, setup)
    let count = peer.greeting.parameters ?? 0
    guard count == facet.parameterCount else {
      throw BenchmarkError.differentNetworks(name: backbone.rawValue, facet: facet.parameterCount, peer: count)
    }
    note("\(count) parameters on both sides, head included")
    return (facet, peer)
  }

  /// ECLoss with its second pass over that share of the batch, and without the pass.
  func equivariance(share: Double) throws -> (any Contender, any Contender) {
    (try explainable(equivarianceShare: share), try explainable(equivarianceShare: 0))
  }

  /// The network with ECLoss, whose second pass takes this share of the batch; 0 leaves the pass out.
  func explainable(equivarianceShare share: Double) throws -> FacetStep {
    var loss = ECLossSettings()
    loss.equivarianceShare = share
    if share == 0 {
      loss.equivariance = 0
    }
    return try FacetStep(network, loss: loss, setup)
  }

  /// The same network without ECLoss.
  func unexplained() throws -> FacetStep { try FacetStep(network, setup) }

  /// IResNet-18 with a target layer of 256 channels of 14 x 14 after stage 3.
  private var network: NetworkSettings {
    var settings = NetworkSettings()
    settings.backbone = .iresnet18
    settings.targetStage = 3
    settings.targetChannels = 256
    return settings
  }
}
