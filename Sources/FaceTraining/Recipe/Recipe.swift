import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Torch

/// Everything that decides what a training gives: written next to its result, and into the model file.
public struct Recipe: Codable, Sendable, Hashable {
  public var name = "facet"
  /// All random streams derive from it.
  public var seed: UInt64 = 0
  /// A model file whose weights the network starts from; empty for fresh ones.
  public var from = ""
  public var data = DataSettings()
  public var input = InputSettings()
  public var augmentation = AugmentationSettings()
  public var network = NetworkSettings()
  public var head = HeadSettings()
  public var channelLoss = ChannelLossSettings()
  public var training = TrainingSettings()

  public init() {}

  /// The network as it is built: `network`, and the mask where the channel loss needs it.
  public var builtNetwork: NetworkSettings {
    var settings = network
    if channelLoss.kind == .icnn { settings.maskTarget = true }
    return settings
  }

  /// The single files that a training reads, besides photos.
  public var files: [String] {
    [from, data.exclude, data.matches].filter { !["", DataSettings.noMatches].contains($0) }
  }

  /// Throws an error that names the setting when a value makes no training.
  public func validate() throws {
    try input.validate()
    try augmentation.validate()
    if channelLoss.kind == .icnn && !network.targetLayer.isEmpty {
      throw SettingsError(
        message: "channelLoss.kind 'icnn' masks an inserted target layer: set network.targetStage instead of "
          + "network.targetLayer")
    }
    try builtNetwork.validate(inputSize: input.size)
    try head.validate()
    try training.validate()
    try data.validate(channelLoss.kind, batch: training.batch)
    if channelLoss.kind != .plain && network.targetStage == 0 && network.targetLayer.isEmpty {
      throw SettingsError(
        message: "channelLoss.kind '\(channelLoss.kind.rawValue)' needs a target layer: set network.targetStage")
    }
    // A layer that is named knows its channels only once the network is built.
    if network.targetStage > 0 { try channelLoss.validate(channels: network.targetChannels) }
  }
}

/// How a recipe is trained.
public struct TrainingSettings: Codable, Sendable, Hashable {
  public enum OptimizerKind: String, Codable, CaseIterable, Sendable { case sgd, adamw }
  public enum ScheduleKind: String, Codable, CaseIterable, Sendable {
    case constant, step, polynomial, cosine, oneCycle
  }
  public enum Precision: String, Codable, CaseIterable, Sendable { case float32, bfloat16 }

  public var epochs = 20
  /// Photos of a pass through the network. Batch normalization sees these together, whatever `accumulate` says.
  public var batch = 64
  /// Batches whose gradients are averaged into one step of the optimizer: a step learns from `batch` times `accumulate`
  /// photos in the memory of `batch`, but for the stored photos themselves (48 KB each at 112 pixels). The last step of
  /// an epoch takes the batches that are left. Steps, schedules and logs count steps of the optimizer.
  public var accumulate = 1
  /// Activation checkpointing (Chen et al. 2016): residual blocks at a time whose activations are forgotten in the forward
  /// pass and computed again in the backward pass. 0 keeps all, 1 takes the least memory; the weights come out the same.
  public var recomputedBlocks = 0
  public var optimizer: OptimizerKind = .sgd
  public var learningRate = 0.1
  public var momentum = 0.9
  public var nesterov = true
  public var weightDecay = 5e-4
  public var schedule: ScheduleKind = .oneCycle
  /// Epochs of linear warm-up (the one-cycle schedule has its own).
  public var warmupEpochs = 0.0
  /// Share of the training in which the one-cycle schedule rises.
  public var rise = 0.15
  /// Epochs after which the step schedule multiplies the rate by `stepFactor`.
  public var stepEpochs: [Int] = []
  public var stepFactor = 0.1
  public var polynomialPower = 2.0
  /// Largest joint norm of the gradients; 0 leaves them as they are.
  public var clip = 0.0
  public var precision: Precision = .float32
  /// A checkpoint is written at the end of each epoch, and when the last is this old in seconds.
  public var checkpointSeconds = 300.0
  /// Memory for decoded photos, in megabytes.
  public var cacheMegabytes = 4096

  public init() {}

  func validate() throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw SettingsError(message: message) }
    }
    try require((1...1_000_000).contains(epochs), "training.epochs \(epochs) is not between 1 and 1000000")
    try require(
      (2...1_000_000).contains(batch),
      "training.batch \(batch) is not between 2 and 1000000: batch normalization needs two photos")
    try require(
      (1...1_000_000).contains(accumulate), "training.accumulate \(accumulate) is not between 1 and 1000000")
    try require(
      (0...1_000_000).contains(recomputedBlocks),
      "training.recomputedBlocks \(recomputedBlocks) is not between 0 and 1000000")
    try require(learningRate > 0 && learningRate.isFinite, "training.learningRate \(learningRate) is not positive")
    try require((0..<1).contains(momentum), "training.momentum \(momentum) is not at least 0 and below 1")
    try require(weightDecay >= 0, "training.weightDecay \(weightDecay) is negative")
    try require((0...1).contains(rise), "training.rise \(rise) is not between 0 and 1")
    try require(
      (0...Double(epochs)).contains(warmupEpochs),
      "training.warmupEpochs \(warmupEpochs) is not between 0 and training.epochs")
    try require(
      stepEpochs.allSatisfy((1...1_000_000).contains), "training.stepEpochs \(stepEpochs) are not all at least 1")
    try require((0...1).contains(stepFactor), "training.stepFactor \(stepFactor) is not between 0 and 1")
    try require(
      polynomialPower > 0 && polynomialPower.isFinite, "training.polynomialPower \(polynomialPower) is not positive")
    try require(clip >= 0, "training.clip \(clip) is negative")
    try require(checkpointSeconds > 0, "training.checkpointSeconds \(checkpointSeconds) is not positive")
    try require(
      (0...1_000_000_000).contains(cacheMegabytes),
      "training.cacheMegabytes \(cacheMegabytes) is not between 0 and 1,000,000,000")
  }

  /// The learning rate over a run of `stepsPerEpoch`.
  func makeSchedule(stepsPerEpoch: Int) -> Schedule {
    let shape: Schedule.Shape =
      switch schedule {
      case .constant: .constant
      case .step: .step(at: stepEpochs.map { $0 * stepsPerEpoch }, factor: stepFactor)
      case .polynomial: .polynomial(power: polynomialPower)
      case .cosine: .cosine
      case .oneCycle: .oneCycle(rise: rise)
      }
    let warmup = schedule == .oneCycle ? 0 : Int(warmupEpochs * Double(stepsPerEpoch))
    return Schedule(rate: learningRate, total: epochs * stepsPerEpoch, warmup: warmup, shape: shape)
  }

  func makeOptimizer(_ parameters: [NamedTensor], sampled: [SampledRows]) throws -> any Optimizer {
    switch optimizer {
    case .sgd:
      try SGD(parameters, sampled: sampled, momentum: momentum, weightDecay: weightDecay, nesterov: nesterov)
    case .adamw: try AdamW(parameters, sampled: sampled, weightDecay: weightDecay)
    }
  }
}
