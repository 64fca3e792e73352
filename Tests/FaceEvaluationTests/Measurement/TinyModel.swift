import FaceDatasets
import FaceEvaluation
import FaceImages
import FaceNetworks
import Torch

/// An untrained network on 32 x 32 pixels with 16 target channels of 8 x 8 cells.
func tinyScan(target: Bool = true, masked: Bool = false, seed: UInt64 = 1) throws -> NetworkScan {
  var network = NetworkSettings()
  network.backbone = .iresnet10
  network.width = 0.25
  network.outputStride = 4
  network.embeddingSize = 16
  if target {
    network.embedding = .pooled
    network.targetStage = 3
    network.targetChannels = 16
    network.maskTarget = masked
  }
  var input = InputSettings()
  input.size = 32
  let info = ModelInfo(name: "tiny", network: network, input: input, channelLoss: "plain")
  var random = SeededRandom(seed: seed)
  let model = FaceModel(
    info: info, network: try FaceNetwork(network, inputSize: 32, using: &random), recipe: "")
  // One thread, so that sums are always taken in the same order.
  Runtime.threads = 1
  return NetworkScan(model)
}

/// Procedural faces drawn once: 5 people with 5 photos of 36 pixels.
let tinyFaces: ProceduralFaces = try! ProceduralFaces(
  identities: 5, photosPerIdentity: 5, imageSize: 36, seed: 11, supersampling: 1)

/// Pictures given one by one; nil is a damaged photo.
struct Pictures: FaceDataset {
  static let faces = Pictures(images: (0..<tinyFaces.count).map { tinyFaces.face(at: $0).image }, perPerson: 5)

  let name = "pictures"
  var images: [Image?]
  var perPerson = 1

  struct Damaged: Error {}
  var count: Int { images.count }
  var identityCount: Int { (count + perPerson - 1) / perPerson }
  func label(at index: Int) -> Int { index / perPerson }
  func source(at index: Int) -> String { "picture \(index)" }
  func image(at index: Int, minimumSide: Int?) throws -> Image {
    guard let image = images[index] else { throw Damaged() }
    return image
  }
}
