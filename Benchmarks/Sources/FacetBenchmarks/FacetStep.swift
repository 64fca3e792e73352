import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation
import Torch

/// A training step in Facet, operation by operation that of FaceTraining's `Trainer` once a batch is on its device.
final class FacetStep: Contender, MemoryMeasuring {
  private static let seed: UInt64 = 1

  private let workload: Workload
  private let setup: Setup
  private let network: FaceNetwork
  private let head: any MarginHead
  private let channelLoss: (any ChannelLoss)?
  private let optimizer: SGD
  private let images: Tensor
  private let labels: Tensor
  private var count = 0

  /// The network with a CosFace head, and with ECLoss where the workload says so. Random images and labels, always the same.
  /// Throws ``BenchmarkError``, `.unusable` where its device is not there.
  init(_ workload: Workload, _ setup: Setup) throws {
    if workload.device.isCUDA, case .unavailable(let reason) = Runtime.cuda { throw BenchmarkError.unusable(reason) }
    self.workload = workload
    self.setup = setup
    let (settings, loss) = (workload.network, workload.loss)
    var random = SeededRandom(seed: FacetStep.seed)
    var margin = HeadSettings()
    margin.kind = .cosface
    network = try FaceNetwork(settings, inputSize: setup.inputSize, using: &random)
    network.recomputedUnits = workload.recomputedBlocks
    head = try margin.makeHead(embeddingSize: settings.embeddingSize, identities: setup.identities, using: &random)
    var channels = ChannelLossSettings()
    channels.kind = loss == nil ? .plain : .ecloss
    channels.ecloss = loss ?? channels.ecloss
    channelLoss = try channels.makeLoss(for: network, head: margin, identities: setup.identities, using: &random)
    let modules = [network, head, channelLoss].compactMap { $0 as (any Module)? }
    for module in modules {
      try module.move(to: workload.device)
      module.setTraining(true)
    }
    let learning = modules.flatMap { $0.parameters() }.filter(\.tensor.requiresGradient)
    optimizer = try SGD(learning, momentum: 0.9, weightDecay: 5e-4, nesterov: true)
    let side = setup.inputSize
    images = try Tensor.uniform([setup.batch, 3, side, side], -1...1, using: &random).channelsLast().to(workload.device)
    labels = try Tensor((0..<setup.batch).map { _ in random.int(below: setup.identities) }, [setup.batch])
      .to(workload.device)
  }

  /// Numbers that learn or could, of network and head.
  var parameterCount: Int { network.parameterCount + head.parameterCount }

  func step() throws -> Double {
    let clock = ContinuousClock()
    let time = try clock.measure {
      let loss = try train()
      try workload.device.synchronize()
      guard loss.isFinite else { throw BenchmarkError.diverged(step: count) }
    }
    return time / .seconds(1)
  }

  /// One step; the loss.
  private func train() throws -> Double {
    Runtime.seed(SeededRandom.value(seed: FacetStep.seed, stream: "dropout", count))
    var loss = 0.0
    try optimizer.collectGradients { _ in
      let terms = try losses()
      let total = try terms.dropFirst().reduce(terms[0].value * terms[0].weight) { try $0 + $1.value * $1.weight }
      for term in terms { _ = try term.value.item() }
      loss = try total.item()
      return total
    }
    try optimizer.clipGradients(to: 0)
    try optimizer.step(learningRate: 0.01)
    count += 1
    return loss
  }

  /// In a process of its own, because this one keeps what other benchmarks have taken. On a GPU LibTorch counts tensors, and
  /// a third network beside the two that compete might not fit.
  func peakMemory() throws -> PeakMemory {
    if workload.device.isCUDA { return try .now(on: workload.device) }
    let arguments = [
      "--peak", workload.rawValue, "--threads", "\(setup.threads)", "--batch", "\(setup.batch)",
    ]
    let text = try CommandRun(Bundle.main.executablePath ?? CommandLine.arguments[0], arguments).output()
    guard let peak = try? JSONDecoder().decode(PeakMemory.self, from: Data(text.utf8)) else {
      throw BenchmarkError.unexpected(line: text, wanted: "a peak memory")
    }
    return peak
  }

  private func losses() throws -> [LossTerm] {
    let output = try withAutocast(.bfloat16, on: workload.device, enabled: workload.isLowPrecision) {
      try network(images)
    }
    let identity = LossTerm("identity", weight: 1, value: try head.loss(output.embedding, labels))
    guard let channelLoss, let target = output.target, let features = output.features else { return [identity] }
    let pass = ChannelPass(
      images: images, labels: labels, features: features, target: target, step: count,
      featuresOf: { [network] moved in
        network.tracksStatistics(false)
        defer { network.tracksStatistics(true) }
        return try network.features(moved)
      },
      random: SeededRandom(seed: FacetStep.seed, stream: "channel loss", count))
    return try [identity] + channelLoss.terms(pass)
  }
}
