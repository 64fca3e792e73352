import FaceDatasets
import FaceNetworks

/// A network whose target layer has 8 channels, fed by 8 feature channels; maps are 16 x 16.
func makeNetwork(_ change: (inout NetworkSettings) -> Void = { _ in }) throws -> FaceNetwork {
  var settings = NetworkSettings()
  settings.backbone = .iresnet10
  settings.width = 0.0625
  settings.embeddingSize = 8
  settings.embedding = .pooled
  settings.targetStage = 1
  settings.targetChannels = 8
  change(&settings)
  var random = SeededRandom(seed: 1)
  return try FaceNetwork(settings, inputSize: 32, using: &random)
}
