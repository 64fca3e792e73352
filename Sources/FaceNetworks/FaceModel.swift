import FaceDatasets
import Foundation
import Torch

/// What a model file says about its network: all that verifying and explaining need beside the weights.
public struct ModelInfo: Codable, Sendable {
  public struct Training: Codable, Sendable, Hashable {
    /// The data it learned from, in words.
    public var data: String
    public var identities: Int
    public var photos: Int
    public var epochs: Int
    public var steps: Int

    public init(data: String, identities: Int, photos: Int, epochs: Int, steps: Int) {
      self.data = data
      self.identities = identities
      self.photos = photos
      self.epochs = epochs
      self.steps = steps
    }
  }

  public var name: String
  public var network: NetworkSettings
  public var input: InputSettings
  /// How bytes become numbers; the one convention there is so far.
  public var normalization = "RGB, (v - 127.5) / 127.5"
  /// "plain", "ecloss", ...
  public var channelLoss: String
  public var training: Training?
  /// Cosine from which two photos count as the same person, and where that number came from.
  public var threshold: Double?
  /// Where imported weights came from, and how they were changed; nil for a network that Facet trained from the start.
  public var origin: String?
  public var thresholdSource: String?
  /// How scores become probabilities; nil while nobody has measured it.
  public var calibration: ScoreCalibration?

  public init(
    name: String, network: NetworkSettings, input: InputSettings, channelLoss: String, training: Training? = nil
  ) {
    self.name = name
    self.network = network
    self.input = input
    self.channelLoss = channelLoss
    self.training = training
  }
}

extension ModelInfo {
  /// What a model file, or a training's checkpoint, says of itself; nil where its metadata do not.
  public init?(metadata: [String: String]) {
    guard let text = metadata[FaceModel.infoKey],
      let info = try? JSONDecoder().decode(ModelInfo.self, from: Data(text.utf8))
    else { return nil }
    self = info
  }
}

/// A network read from, or ready to be written to, a model file.
public struct FaceModel {
  public var info: ModelInfo
  public let network: FaceNetwork
  /// The recipe it was trained with, as JSON; empty when unknown.
  public var recipe: String
  /// What its channels detect; nil while nobody has measured them.
  public var catalog: ChannelCatalog?
  /// Whether the file that it was read from holds more than a network: a training's checkpoint, which ``write(to:)`` would end.
  public private(set) var isCheckpoint = false

  public init(info: ModelInfo, network: FaceNetwork, recipe: String) {
    self.info = info
    self.network = network
    self.recipe = recipe
  }

  static let infoKey = "facet"
  static let recipeKey = "facet.recipe"
  static let catalogKey = "facet.channels"
  /// Names of a training checkpoint's network begin so; a model file has only the network.
  public static let prefix = "network"

  /// Reads a model file, ready for inference on `device`. Throws `SafetensorsError` or ``ModelError``.
  public init(contentsOf path: String, on device: Device = .cpu) throws {
    let file = try Safetensors(contentsOf: path)
    guard let text = file.metadata[FaceModel.infoKey] else {
      throw ModelError(
        path: path, reason: "it is a safetensors file, but not one of Facet's models (no 'facet' metadata)")
    }
    do {
      info = try JSONDecoder().decode(ModelInfo.self, from: Data(text.utf8))
    } catch {
      throw ModelError(
        path: path, reason: "its description of the network cannot be read; was it written by a newer Facet?")
    }
    do {
      try info.input.validate()
      var random = BlankWeights()
      network = try FaceNetwork(info.network, inputSize: info.input.size, using: &random)
      let all = try file.tensors()
      let tensors = all.filter { $0.key.hasPrefix(FaceModel.prefix + ".") }
      isCheckpoint = tensors.count < all.count
      try network.load(tensors, prefix: FaceModel.prefix)
    } catch {
      throw ModelError(path: path, reason: "\(error)")
    }
    if let name = try network.firstNotFinite() { throw ModelError.notFinite(name, path: path) }
    recipe = file.metadata[FaceModel.recipeKey] ?? ""
    catalog = try file.metadata[FaceModel.catalogKey].map { text in
      do {
        return try JSONDecoder().decode(ChannelCatalog.self, from: Data(text.utf8))
      } catch {
        throw ModelError(path: path, reason: "its channel catalog cannot be read")
      }
    }
    network.setTraining(false)
    try network.move(to: device)
  }

  /// What goes into the metadata of a file with this model.
  public func metadata() throws -> [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let text = String(decoding: try encoder.encode(info), as: UTF8.self)
    var metadata = [FaceModel.infoKey: text, FaceModel.recipeKey: recipe]
    if let catalog { metadata[FaceModel.catalogKey] = String(decoding: try encoder.encode(catalog), as: UTF8.self) }
    return metadata
  }

  /// Writes the model file, to a temporary name first.
  public func write(to path: String) throws {
    try Safetensors.write(network.state(prefix: FaceModel.prefix), metadata: metadata(), to: path)
  }
}

extension FaceModel {
  /// Throws ``ModelError`` where what was measured is to be kept in the file at `path` and that would lose a training.
  public func checkKeeps(_ path: String) throws {
    guard isCheckpoint else { return }
    throw ModelError(
      path: path,
      reason:
        "it is the checkpoint of a training, which would be lost; keep it in its model.safetensors or best.safetensors"
    )
  }
}

/// A model file that cannot be used.
public struct ModelError: Error, CustomStringConvertible, Sendable {
  public let path: String
  public let reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "cannot use the model \(path): \(reason)" }

  /// Of weights that nothing can be calculated with. tensor: the first such.
  static func notFinite(_ tensor: String, path: String) -> ModelError {
    ModelError(path: path, reason: "\(tensor) holds numbers that are none, or infinite: did its training diverge?")
  }
}
