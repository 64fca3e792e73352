import FaceDatasets
import FaceNetworks
import Torch

/// Whether a device computes what the CPU does, and trains: a driver or a library that is missing shows here and not after an
/// hour of preparing.
struct DeviceCheck {
  /// The largest difference of a cosine from the CPU's, of a small network in float32.
  let difference: Double
  /// Seconds of a training step in bfloat16, its photos copied from page-locked memory where there is some.
  let stepSeconds: Double

  /// Cosines of another device may differ by rounding.
  var agrees: Bool { difference < 1e-3 }

  /// Throws what the device throws.
  init(_ device: Device) throws {
    var settings = NetworkSettings()
    (settings.backbone, settings.width, settings.embedding) = (.iresnet10, 0.25, .pooled)
    (settings.targetStage, settings.targetChannels, settings.embeddingSize) = (3, 32, 32)
    var random = SeededRandom(seed: 0, stream: "device check")
    let network = try FaceNetwork(settings, inputSize: 64, using: &random)
    let head = try HeadSettings().makeHead(embeddingSize: settings.embeddingSize, identities: 8, using: &random)
    let images = try Tensor.normal([16, 3, 64, 64], deviation: 0.5, using: &random)
    network.setTraining(false)
    let expected = try DeviceCheck.cosines(network, images)
    for module in [network, head] as [any Module] { try module.move(to: device) }
    let found = try DeviceCheck.cosines(network, images.to(device))
    difference = zip(expected, found).map { abs($0 - $1) }.max() ?? .infinity
    let photos = device.isCUDA ? try images.pinned() : images
    let labels = try Tensor((0..<16).map { $0 % 8 }, [16]).to(device)
    let optimizer = try SGD(network.parameters(prefix: "network") + head.parameters(prefix: "head"))
    network.setTraining(true)
    var times: [Duration] = []
    // The first step chooses kernels.
    for _ in 0..<2 {
      let start = ContinuousClock.now
      try optimizer.collectGradients { _ in
        let embeddings = try withAutocast(.bfloat16, on: device) { try network(photos.to(device)).embedding }
        return try head.loss(embeddings, labels)
      }
      let norm = try optimizer.clipGradients(to: 5)
      guard norm.isFinite else { throw CommandFailure("the gradients of a training step are no numbers") }
      try optimizer.step(learningRate: 0.01)
      try device.synchronize()
      times.append(ContinuousClock.now - start)
    }
    stepSeconds = times[1] / .seconds(1)
  }

  private static func cosines(_ network: FaceNetwork, _ images: Tensor) throws -> [Double] {
    try withoutGradient {
      let unit = try network(images).embedding.normalized(1)
      return try unit.matmul(unit.transposed(0, 1)).doubles()
    }
  }
}
