import FaceDatasets
import FaceImages
import Foundation
import Torch

/// JPEG bytes in memory to network inputs in Facet, on one thread.
final class DecodeJPEG: Contender {
  /// Files, the first of the folder.
  static let count = 64

  private let files: [Data]
  private let side: Int

  init(folder: String, side: Int) throws {
    let list = try ImageList(folder: folder)
    files = try (0..<DecodeJPEG.count).map { try Data(contentsOf: URL(fileURLWithPath: list.source(at: $0))) }
    self.side = side
  }

  func step() throws -> Double {
    let threads = Runtime.threads
    Runtime.threads = 1
    defer { Runtime.threads = threads }
    return try ContinuousClock().measure { for file in files { _ = try decoded(file) } } / .seconds(1)
  }

  /// Writes the inputs for a peer to compare.
  func writeTensors(to path: String) throws {
    try Safetensors.write([("images", Tensor.concatenated(files.map(decoded), 0).contiguous())], to: path)
  }

  private func decoded(_ data: Data) throws -> Tensor {
    let photo = try Image(decoding: data, name: "JPEG", minimumSide: side).resized(width: side, height: side)
    return try Tensor.networkInput(Tensor(photo.pixels, [1, side, side, 3]), through: [.identity], size: side)
  }
}
