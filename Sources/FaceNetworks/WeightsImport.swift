import FaceDatasets
import Foundation
import Torch

/// Takes weights that others trained into a model of Facet's: arcface_torch's backbones (IResNet-18 to 200, MobileFaceNet)
/// and AdaFace's (IR-18 to 101), from `.pth`, `.ckpt` or safetensors.
///
/// The network computes what the other code computes with the same weights, on the same photos: aligned, 112x112, RGB.
public struct WeightsImport {
  /// The order of a photo's colors that the weights were trained with.
  public enum ColorOrder: String, Sendable, CaseIterable {
    /// BGR for AdaFace's checkpoints, RGB for everything else.
    case auto
    case rgb, bgr
  }

  /// Whose names the tensors carry.
  public enum Layout: Sendable, Equatable {
    case arcfaceTorch
    /// face.evoLVe's, which AdaFace uses. `isAdaFace`: in a checkpoint of AdaFace's own, whose names begin with "model.".
    case evolve(isAdaFace: Bool)

    var title: String {
      switch self {
      case .arcfaceTorch: "arcface_torch"
      case .evolve(let isAdaFace): isAdaFace ? "AdaFace" : "face.evoLVe"
      }
    }
  }

  public let model: FaceModel
  public let layout: Layout
  /// Whether the first convolution's input channels were swapped, so that the network takes RGB.
  public let swappedColors: Bool

  /// Reads a file of weights.
  ///
  /// - Parameters:
  ///   - path: What `torch.save` or safetensors wrote.
  ///   - backbone: The network's body; nothing in the file tells a deep one from a damaged shallower one.
  ///   - inputSize: Side of the photos in pixels.
  /// - Throws: ``ModelError`` naming what does not fit, `PyTorchFileError` or `SafetensorsError`.
  public init(
    _ path: String, backbone: NetworkSettings.Backbone, inputSize: Int = 112, colors: ColorOrder = .auto
  ) throws {
    let tensors: [String: Tensor]
    if path.hasSuffix(".safetensors") {
      tensors = try Safetensors(contentsOf: path).tensors()
    } else {
      tensors = try PyTorchFile(contentsOf: path).tensors()
    }
    try self.init(tensors, from: path, backbone: backbone, inputSize: inputSize, colors: colors)
  }

  /// The same for tensors at hand; `path` is what errors and the model's origin call them.
  public init(
    _ tensors: [String: Tensor], from path: String, backbone: NetworkSettings.Backbone, inputSize: Int = 112,
    colors: ColorOrder = .auto
  ) throws {
    do {
      var (layout, state) = try StateNames.normalized(tensors)
      if layout != .arcfaceTorch { state = try StateNames.evolveToArcFace(state, backbone: backbone) }
      let settings = try WeightsImport.settings(state, backbone)
      var input = InputSettings()
      input.size = inputSize
      // Photos are aligned already; no border is cut from them.
      input.border = 0
      try input.validate()
      var random = BlankWeights()
      let network = try FaceNetwork(settings, inputSize: inputSize, using: &random)
      swappedColors = colors == .bgr || (colors == .auto && layout == .evolve(isAdaFace: true))
      let first = backbone == .mobilefacenet ? "layers.0.layers.0.weight" : "conv1.weight"
      if swappedColors, let weight = state[first] { state[first] = try weight.flipped(1) }
      try network.load(WeightsImport.prefixed(state, like: network))
      if let name = try network.firstNotFinite() { throw ModelError.notFinite(name, path: path) }
      network.setTraining(false)
      let file = (path as NSString).lastPathComponent
      var info = ModelInfo(
        name: (file as NSString).deletingPathExtension, network: settings, input: input, channelLoss: "plain")
      info.origin =
        "\(file), \(layout.title)'s weights"
        + (swappedColors ? "; trained on BGR, so the first convolution's input channels are swapped" : "")
      self.layout = layout
      model = FaceModel(info: info, network: network, recipe: "")
    } catch let error as StateError {
      throw ModelError(path: path, reason: "\(error). Is it really \(backbone.rawValue)?")
    } catch let error as NetworkError {
      throw ModelError(path: path, reason: "\(error)")
    } catch let error as SettingsError {
      throw ModelError(path: path, reason: "\(error.message)")
    }
  }

  /// Width and embedding size by the shapes of the first and last layers.
  private static func settings(_ state: [String: Tensor], _ backbone: NetworkSettings.Backbone) throws
    -> NetworkSettings
  {
    let isMobile = backbone == .mobilefacenet
    let (first, last) =
      isMobile ? ("layers.0.layers.0.weight", "features.layers.2.weight") : ("conv1.weight", "fc.weight")
    guard let stem = state[first], let end = state[last], stem.rank == 4, end.rank == 2 else {
      let names = state.keys.sorted().prefix(3).joined(separator: ", ")
      let lacking = [(first, 4), (last, 2)].filter { state[$0.0]?.rank != $0.1 }
        .map { name, rank in state[name].map { "a \(name) of shape \($0.shape)" } ?? "no \(name)" }
      throw NetworkError(
        message: "it has \(lacking.joined(separator: " and ")), so it is no \(backbone.rawValue) of arcface_torch or "
          + "AdaFace (its names: \(names), ...)")
    }
    var settings = NetworkSettings()
    settings.backbone = backbone
    settings.width = Double(stem.size(0)) / (isMobile ? 128 : 64)
    settings.embeddingSize = end.size(0)
    return settings
  }

  /// With the network's own prefix; counters of batches, which older files lack, are added.
  private static func prefixed(_ state: [String: Tensor], like network: FaceNetwork) throws -> [String: Tensor] {
    var prefixed = Dictionary(uniqueKeysWithValues: state.map { ("backbone." + $0.key, $0.value) })
    for (name, tensor) in network.buffers() where name.hasSuffix("num_batches_tracked") && prefixed[name] == nil {
      prefixed[name] = tensor
    }
    return prefixed
  }
}

/// Turns the names of others into arcface_torch's, which are Facet's.
enum StateNames {
  /// The network's own tensors without what training wrapped around their names: "module." (data parallel), "model."
  /// (AdaFace, whose head lies beside it), "backbone.". Throws ``NetworkError`` when there are none.
  static func normalized(_ tensors: [String: Tensor]) throws -> (WeightsImport.Layout, [String: Tensor]) {
    var state = tensors
    var isWrapped = false
    for prefix in ["module.", "_orig_mod.", "model.", "net.", "backbone."] {
      let inner = state.filter { $0.key.hasPrefix(prefix) }
      guard !inner.isEmpty else { continue }
      isWrapped = isWrapped || prefix == "model."
      state = Dictionary(uniqueKeysWithValues: inner.map { (String($0.key.dropFirst(prefix.count)), $0.value) })
    }
    guard !state.isEmpty else { throw NetworkError(message: "it holds no tensors") }
    let isEvolve = state.keys.contains { $0.hasPrefix("input_layer.") }
    return (isEvolve ? .evolve(isAdaFace: isWrapped) : .arcfaceTorch, state)
  }

  /// face.evoLVe's network as arcface_torch's, which differs in names and in the skip of the first block: a pixel of every
  /// four is passed on there, a 1x1 convolution does it here, and takes the identity to do the same. Its last batch
  /// normalization has no scale and shift; here they are one and zero.
  static func evolveToArcFace(
    _ state: [String: Tensor], backbone: NetworkSettings.Backbone
  ) throws -> [String: Tensor] {
    guard let depths = IResNet.depths[backbone] else {
      throw NetworkError(
        message: "its names are those of AdaFace's networks, which are IResNets; it is no MobileFaceNet")
    }
    if let name = state.keys.sorted().first(where: { $0.contains("se_block") }) {
      throw NetworkError(message: "it has squeeze-and-excitation blocks (\(name)), which Facet's IResNet has not")
    }
    var renamed: [String: Tensor] = [:]
    for (name, tensor) in state { renamed[rename(name, depths)] = tensor }
    for (stage, start) in zip(1..., depths.reduce(into: [0]) { $0.append($0.last! + $1) }.dropLast()) {
      let block = "layer\(stage).0"
      guard state["body.\(start).shortcut_layer.0.weight"] == nil, let conv = renamed["\(block).conv2.weight"] else {
        continue
      }
      guard conv.rank == 4, conv.count > 0, conv.size(0) <= 8192 else {
        throw NetworkError(message: "body.\(start).res_layer.4.weight has shape \(conv.shape), which no IResNet has")
      }
      try addIdentitySkip(&renamed, block, channels: conv.size(0))
    }
    if let mean = renamed["features.running_mean"], renamed["features.weight"] == nil {
      renamed["features.weight"] = try .ones(mean.shape)
      renamed["features.bias"] = try .zeros(mean.shape)
    }
    return renamed
  }

  private static func rename(_ name: String, _ depths: [Int]) -> String {
    let parts = name.split(separator: ".").map(String.init)
    let layers: [String: String]
    switch parts.first {
    case "input_layer" where parts.count >= 3:
      layers = ["0": "conv1", "1": "bn1", "2": "prelu"]
      return ([layers[parts[1]] ?? name] + parts[2...]).joined(separator: ".")
    case "output_layer" where parts.count >= 3:
      layers = ["0": "bn2", "3": "fc", "4": "features"]
      return ([layers[parts[1]] ?? name] + parts[2...]).joined(separator: ".")
    case "body" where parts.count >= 5:
      guard let index = Int(parts[1]), let block = block(index, depths) else { return name }
      if parts[2] == "shortcut_layer" { return ([block, "downsample"] + parts[3...]).joined(separator: ".") }
      layers = ["0": "bn1", "1": "conv1", "2": "bn2", "3": "prelu", "4": "conv2", "5": "bn3"]
      return ([block, layers[parts[3]] ?? name] + parts[4...]).joined(separator: ".")
    default: return name
    }
  }

  /// "layer2.0" of the block with that number, counted over all stages.
  private static func block(_ index: Int, _ depths: [Int]) -> String? {
    var rest = index
    for (stage, depth) in zip(1..., depths) {
      if (0..<depth).contains(rest) { return "layer\(stage).\(rest)" }
      rest -= depth
    }
    return nil
  }

  private static func addIdentitySkip(_ state: inout [String: Tensor], _ block: String, channels: Int) throws {
    let identity = try Tensor.range(channels, dtype: .int64).oneHot(channels).to(.float32)
    state["\(block).downsample.0.weight"] = try identity.reshaped(channels, channels, 1, 1)
    state["\(block).downsample.1.weight"] = try .ones([channels])
    state["\(block).downsample.1.bias"] = try .zeros([channels])
    state["\(block).downsample.1.running_mean"] = try .zeros([channels])
    // What batch normalization adds to a variance makes it one.
    state["\(block).downsample.1.running_var"] = try .full([channels], 1 - 1e-5)
  }
}
