import ExplainableChannels
import FaceNetworks
import Torch

/// What a training step of Facet's is made of.
struct StepSettings {
  var network: NetworkSettings
  /// Nil for the network alone.
  var loss: ECLossSettings?
  /// Images a step.
  var batch: Int
  /// Side of the input in pixels.
  var inputSize: Int
  var identities: Int
  /// Share of the identities that the softmax runs over: `head.sampled`.
  var sampled = 1.0
  var recomputedBlocks = 0
  /// The network in bfloat16.
  var isLowPrecision = false
  var device = Device.cpu

  /// The network of `Recipes/cfp-ecloss.json`, at 64 x 64 pixels.
  static var small: StepSettings {
    var network = NetworkSettings()
    (network.backbone, network.width, network.outputStride) = (.iresnet10, 0.25, 4)
    (network.targetStage, network.targetChannels) = (3, 96)
    (network.embedding, network.embeddingSize, network.dropout) = (.pooled, 128, 0.2)
    return StepSettings(network: network, loss: nil, batch: 16, inputSize: 64, identities: 100)
  }
}
