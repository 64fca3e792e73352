import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation
import Torch

/// A training step in Facet, operation by operation that of FaceTraining's `Trainer` once a batch is on its device.
final class FacetStep: Contender, MemoryMeasuring {
  private static let seed: UInt64 = 1

  private let settings: StepSettings
  /// What to call this program with to measure its peak memory.
  private let peakArguments: [String]
  private let network: FaceNetwork
  private let head: any MarginHead
  private let channelLoss: (any ChannelLoss)?
  private let optimizer: SGD
  private let margin: HeadSettings
  private let images: Tensor
  private let labels: Tensor
  private let identities: [Int]
  private var count = 0

  /// The network with a CosFace head, and with ECLoss where the workload says so. Random images and labels, always the same.
  /// Throws ``BenchmarkError``, `.unusable` where its device is not there.
  convenience init(_ workload: Workload, _ setup: Setup) throws {
    let arguments = ["--peak", workload.rawValue, "--threads", "\(setup.threads)", "--batch", "\(setup.batch)"]
    try self.init(workload.step(setup), peakArguments: arguments)
  }

  init(_ settings: StepSettings, peakArguments: [String] = []) throws {
    if settings.device.isCUDA {
      switch Runtime.cuda {
      case .available: break
      case .unavailable(let reason), .unusable(let reason): throw BenchmarkError.unusable(reason)
      }
    }
    self.settings = settings
    self.peakArguments = peakArguments
    var random = SeededRandom(seed: FacetStep.seed)
    var margin = HeadSettings()
    margin.kind = .cosface
    margin.sampled = settings.sampled
    self.margin = margin
    network = try FaceNetwork(settings.network, inputSize: settings.inputSize, using: &random)
    network.recomputedUnits = settings.recomputedBlocks
    let count = settings.identities
    head = try margin.makeHead(embeddingSize: settings.network.embeddingSize, identities: count, using: &random)
    var channels = ChannelLossSettings()
    channels.kind = settings.loss == nil ? .plain : .ecloss
    channels.ecloss = settings.loss ?? channels.ecloss
    channelLoss = try channels.makeLoss(for: network, head: margin, identities: count, using: &random)
    let modules = [network, head, channelLoss].compactMap { $0 as (any Module)? }
    for module in modules {
      try module.move(to: settings.device)
      module.setTraining(true)
    }
    let learning = modules.flatMap { $0.parameters() }.filter(\.tensor.requiresGradient)
    let heads = [head] + (channelLoss?.marginHeads ?? [])
    let sampled = settings.sampled < 1 ? heads.map(\.weights) : []
    optimizer = try SGD(learning, sampled: sampled, momentum: 0.9, weightDecay: 5e-4, nesterov: true)
    let (batch, side) = (settings.batch, settings.inputSize)
    images = try Tensor.uniform([batch, 3, side, side], -1...1, using: &random).channelsLast().to(settings.device)
    identities = (0..<batch).map { _ in random.int(below: count) }
    labels = try Tensor(identities, [batch]).to(settings.device)
  }

  /// Numbers that learn or could, of network and head.
  var parameterCount: Int { network.parameterCount + head.parameterCount }

  func step() throws -> Double {
    let clock = ContinuousClock()
    let time = try clock.measure {
      let loss = try train()
      try settings.device.synchronize()
      guard loss.isFinite else { throw BenchmarkError.diverged(step: count) }
    }
    return time / .seconds(1)
  }

  /// One step; the loss.
  private func train() throws -> Double {
    Runtime.seed(SeededRandom.value(seed: FacetStep.seed, stream: "dropout", count))
    try margin.choose(identities, in: optimizer.sampled, seed: FacetStep.seed, step: count)
    var values: LossValues?
    try optimizer.collectGradients { _ in
      let terms = try losses()
      let total = try LossTerm.total(terms)
      values = try LossValues(terms, total: total)
      return total
    }
    try optimizer.clipGradients(to: 0)
    let loss = try values?.read()["loss"] ?? .nan
    try optimizer.step(learningRate: 0.01)
    count += 1
    return loss
  }

  /// In a process of its own, because this one keeps what other benchmarks have taken. On a GPU LibTorch counts tensors, and
  /// a third network beside the two that compete might not fit.
  func peakMemory() throws -> PeakMemory {
    if settings.device.isCUDA { return try .now(on: settings.device) }
    return try PeakMemory(
      json: CommandRun(Bundle.main.executablePath ?? CommandLine.arguments[0], peakArguments).output())
  }

  private func losses() throws -> [LossTerm] {
    let output = try withAutocast(.bfloat16, on: settings.device, enabled: settings.isLowPrecision) {
      try network(images)
    }
    let identity = LossTerm("identity", weight: 1, value: try head.loss(output.embedding, labels))
    guard let channelLoss, let target = output.unmasked, let features = output.features else { return [identity] }
    let pass = ChannelPass(
      images: images, labels: labels, features: features, target: target, step: count,
      featuresOf: { [network] moved in try network.withoutTracking { try network.features(moved) } },
      identityLoss: { [network, head] features, labels in
        try head.loss(network.withoutTracking { try network.embedding(features: features) }, labels)
      },
      random: SeededRandom(seed: FacetStep.seed, stream: "channel loss", count))
    return try [identity] + channelLoss.terms(pass)
  }
}
