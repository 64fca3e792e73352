import Foundation
import TestSupport
import Torch

/// A recipe for a training of 6 steps an epoch on procedural faces, with dropout: each takes some 50 ms in a debug build.
func tinyRecipe(epochs: Int, checkpointSeconds: Double = 300, kind: String = "ecloss") -> String {
  """
  {
    "name": "tiny", "seed": 3,
    "data": {"identities": 6, "photos": 6, "side": 36},
    "input": {"size": 32},
    "network": {"backbone": "iresnet10", "width": 0.25, "outputStride": 4, "targetStage": 3, "targetChannels": 16,
      "embedding": "pooled", "embeddingSize": 16, "dropout": 0.2},
    "head": {"scale": 16, "margin": 0.1},
    "channelLoss": {"kind": "\(kind)", "ecloss": {"parts": 4}},
    "training": {"epochs": \(epochs), "batch": 6, "checkpointSeconds": \(checkpointSeconds)}
  }
  """
}

/// A model trained once for all tests, and photos to try it on.
struct TinyRun: Sendable {
  static let shared = Result { try TinyRun() }

  let folder: TemporaryFolder
  var model: String { folder.path + "/run/model.safetensors" }
  /// A list of six photos, of which none is damaged.
  var list: String { folder.path + "/list.txt" }
  let training: FacetResult

  private init() throws {
    folder = try TemporaryFolder()
    let recipe = try folder.write("recipe.json", tinyRecipe(epochs: 2))
    training = try facet(
      "train", "--recipe", recipe, "--output", folder.path + "/run", "--threads", "1", "--json",
      folder.path + "/train.json")
    let drawn = try facet(
      "faces", "--output", folder.path + "/faces", "--identities", "3", "--photos", "4", "--size", "40", "--sheet",
      folder.path + "/sheet.png")
    guard training.code == 0, drawn.code == 0 else { throw Failed(description: training.all + drawn.all) }
    let names = (0..<6).map { "faces/photos/00000\($0 / 2)/0\($0 % 2 + 1).png" }
    try folder.write("list.txt", names.joined(separator: "\n") + "\n")
  }

  struct Failed: Error, CustomStringConvertible { let description: String }
}

/// The bytes of the network's tensors in a file, by name.
func networkBytes(_ path: String) throws -> [String: Data] {
  try Safetensors(contentsOf: path).tensors().filter { $0.key.hasPrefix("network.") }
    .mapValues { try $0.contiguous().withUnsafeBytes { Data($0) } }
}

func json(_ path: String) throws -> Any {
  try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
}
