import ArgumentParsing
import ExplainableChannels
import FaceNetworks
import TerminalOutput

/// A row of the results. The raw values are the names in the table, in the JSON and after `--only`.
enum Benchmark: String, CaseIterable, ExpressibleByArgument {
  case iresnet18
  case iresnet18ChannelsLast = "iresnet18-channels-last"
  case mobilefacenet
  case mobilefacenetChannelsLast = "mobilefacenet-channels-last"
  case ecloss
  case halfEquivariance = "ecloss-equivariance-0.5"
  case quarterEquivariance = "ecloss-equivariance-0.25"
  case records
  case recordsInProcess = "records-in-process"

  /// The ratio that must not be exceeded; nil where the ratio is for information.
  var bar: Double? {
    switch self {
    case .iresnet18: 0.90
    case .mobilefacenet: 0.85
    case .ecloss: 1.15
    // One and a half times as many photos a second.
    case .records: 1 / 1.5
    default: nil
    }
  }

  /// Timed steps of each side; a step of MobileFaceNet is short, so more of them steady the median.
  private var defaultRounds: Int {
    switch self {
    case .mobilefacenet, .mobilefacenetChannelsLast, .records, .recordsInProcess: 9
    default: 5
    }
  }

  /// Builds both sides and lets them step in turn.
  func run(_ setup: Setup, rounds: Int?) throws -> Row {
    let count = rounds ?? defaultRounds
    let progress = ProgressReporter(label: rawValue, total: count, unit: "rounds")
    let (facet, peer) = try contenders(setup, progress)
    let times = try Duel(facet, peer).run(rounds: count) { done, facet, peer in
      progress.update(completed: done, suffix: "\(Results.seconds(facet)) against \(Results.seconds(peer))")
    }
    try (facet as? FacetReading)?.compare(with: peer)
    progress.finish()
    return Row(name: rawValue, times: times, bar: bar)
  }

  private func contenders(_ setup: Setup, _ progress: ProgressReporter) throws -> (any Contender, any Contender) {
    switch self {
    case .iresnet18: try pair(setup, progress, .iresnet18, .default)
    case .iresnet18ChannelsLast: try pair(setup, progress, .iresnet18, .channelsLast)
    case .mobilefacenet: try pair(setup, progress, .mobilefacenet, .default)
    case .mobilefacenetChannelsLast: try pair(setup, progress, .mobilefacenet, .channelsLast)
    case .ecloss:
      (try explainable(setup, equivarianceShare: 0), try FacetStep(explainableNetwork, setup))
    case .halfEquivariance:
      (try explainable(setup, equivarianceShare: 0.5), try explainable(setup, equivarianceShare: 0))
    case .records: try readers(setup, progress, workers: 1)
    case .recordsInProcess: try readers(setup, progress, workers: 0)
    case .quarterEquivariance:
      (try explainable(setup, equivarianceShare: 0.25), try explainable(setup, equivarianceShare: 0))
    }
  }

  /// The same network in Facet and in PyTorch. Throws when the two do not have equally many parameters.
  private func pair(
    _ setup: Setup, _ progress: ProgressReporter, _ backbone: NetworkSettings.Backbone,
    _ format: PyTorchStep.MemoryFormat
  ) throws -> (any Contender, any Contender) {
    var settings = NetworkSettings()
    settings.backbone = backbone
    let facet = try FacetStep(settings, setup)
    let count = try PyTorchStep.parameterCount(of: backbone.rawValue, setup)
    guard count == facet.parameterCount else {
      throw BenchmarkError.differentNetworks(name: backbone.rawValue, facet: facet.parameterCount, peer: count)
    }
    progress.note("\(rawValue): \(count) parameters on both sides, head included")
    return (facet, try PyTorchStep(backbone.rawValue, format, setup))
  }

  /// The same records read by Facet and by Python.
  private func readers(
    _ setup: Setup, _ progress: ProgressReporter, workers: Int
  ) throws -> (any Contender, any Contender) {
    let records = try PackedRecords(lfw: setup.lfw)
    progress.note("\(rawValue): \(records.source), all of them in each step, on one thread")
    return (try FacetReading(records), try PythonReading(records, setup, workers: workers))
  }

  /// IResNet-18 with a target layer of 256 channels of 14 x 14 after stage 3.
  private var explainableNetwork: NetworkSettings {
    var settings = NetworkSettings()
    settings.backbone = .iresnet18
    settings.targetStage = 3
    settings.targetChannels = 256
    return settings
  }

  /// The network with ECLoss, whose second pass takes this share of the batch; 0 leaves the pass out.
  private func explainable(_ setup: Setup, equivarianceShare share: Double) throws -> FacetStep {
    var loss = ECLossSettings()
    loss.equivarianceShare = share
    if share == 0 {
      loss.equivariance = 0
    }
    return try FacetStep(explainableNetwork, loss: loss, setup)
  }
}
