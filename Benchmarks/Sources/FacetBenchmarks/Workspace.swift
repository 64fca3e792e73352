import FaceDatasets
import FaceImages
import FaceNetworks
import Foundation
import Torch

/// Files and networks that the benchmarks of a run share. Its folder is deleted when it is let go.
final class Workspace {
  static let photoCount = 200
  static let photoSide = 250
  private static let seed: UInt64 = 1

  private let folder: URL
  private var models: [String: FaceModel] = [:]
  private var photos: String?

  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("facet-benchmarks-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  /// A network of arcface_torch's shape for 112 x 112 pixels, made once. Its normalizations have seen a few batches, so that
  /// numbers stay in a usual range.
  func model(_ backbone: NetworkSettings.Backbone) throws -> FaceModel {
    if let ready = models[backbone.rawValue] { return ready }
    var settings = NetworkSettings()
    settings.backbone = backbone
    var input = InputSettings()
    input.border = 0
    var random = SeededRandom(seed: Workspace.seed)
    let network = try FaceNetwork(settings, inputSize: input.size, using: &random)
    network.setTraining(true)
    try withoutGradient {
      for _ in 0..<6 {
        _ = try network(Tensor.uniform([8, 3, input.size, input.size], -1...1, using: &random).channelsLast())
      }
    }
    network.setTraining(false)
    let info = ModelInfo(name: backbone.rawValue, network: settings, input: input, channelLoss: "plain")
    let model = FaceModel(info: info, network: network, recipe: "")
    models[backbone.rawValue] = model
    return model
  }

  /// A folder of procedural faces, 250 x 250 pixels, JPEG of quality 90, drawn once: 100 persons, two photos each.
  func photoFolder() throws -> String {
    if let photos { return photos }
    let path = self.path("photos")
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    let faces = try ProceduralFaces(
      identities: Workspace.photoCount / 2, photosPerIdentity: 2, imageSize: Workspace.photoSide, seed: Workspace.seed)
    for index in 0..<faces.count {
      let name = String(format: "%03d.jpg", index)
      try faces.image(at: index, minimumSide: nil).write(to: "\(path)/\(name)", quality: 90)
    }
    photos = path
    return path
  }
}
