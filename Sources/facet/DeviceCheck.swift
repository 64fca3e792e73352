import FaceDatasets
import FaceNetworks
import Torch

/// Whether a device computes what the CPU does, and trains: a driver or a library that is missing shows here and not after an
/// hour of preparing.
struct DeviceCheck {
  /// The largest difference of a cosine from the CPU's, of a small network in float32.
  let difference: Double
  /// How far the norm of a training step's gradients in float32 lies from the CPU's, as a share of it.
  let gradientDifference: Double
  /// Seconds of a training step in bfloat16, its photos copied from page-locked memory where there is some.
  let stepSeconds: Double

  /// Another device may round otherwise.
  var agrees: Bool { difference < 1e-3 && gradientDifference < 1e-2 }

  /// Throws what the device throws.
  init(_ device: Device) throws {
    var settings = NetworkSettings()
    (settings.backbone, settings.width, settings.embedding) = (.iresnet10, 0.25, .pooled)
    (settings.targetStage, settings.targetChannels, settings.embeddingSize) = (3, 32, 32)
    var random = SeededRandom(seed: 0, stream: "device check")
    let network = try FaceNetwork(settings, inputSize: 64, using: &random)
    let head = try HeadSettings().makeHead(embeddingSize: settings.embeddingSize, identities: 8, using: &random)
    let images = try Tensor.normal([16, 3, 64, 64], deviation: 0.5, using: &random)
    func move(to device: Device) throws {
      for module in [network, head] as [any Module] { try module.move(to: device) }
    }
    network.setTraining(false)
    let expected = try DeviceCheck.cosines(network, images)
    try move(to: device)
    let found = try DeviceCheck.cosines(network, images.to(device))
    difference = zip(expected, found).map { abs($0 - $1) }.max() ?? .infinity
    let labels = try Tensor((0..<16).map { $0 % 8 }, [16])
    let parameters = network.parameters(prefix: "network") + head.parameters(prefix: "head")
    network.setTraining(true)
    /// The norm of the gradients of a step in float32, which is not taken.
    func gradientNorm(on device: Device) throws -> Double {
      try move(to: device)
      let optimizer = try SGD(parameters)
      try optimizer.collectGradients { _ in
        try head.loss(network(images.to(device)).embedding, labels.to(device))
      }
      defer { try? optimizer.clearGradients() }
      return try optimizer.clipGradients(to: 0)
    }
    let norm = try gradientNorm(on: device)
    let expectedNorm = try gradientNorm(on: .cpu)
    gradientDifference = abs(norm - expectedNorm) / expectedNorm
    try move(to: device)
    let photos = device.isCUDA ? try images.pinned() : images
    let deviceLabels = try labels.to(device)
    let optimizer = try SGD(parameters)
    var times: [Duration] = []
    // The first step chooses kernels.
    for _ in 0..<2 {
      let start = ContinuousClock.now
      try optimizer.collectGradients { _ in
        let embeddings = try withAutocast(.bfloat16, on: device) { try network(photos.to(device)).embedding }
        guard embeddings.dtype == .bfloat16 else { throw CommandFailure("autocast to bfloat16 does nothing") }
        return try head.loss(embeddings, deviceLabels)
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
