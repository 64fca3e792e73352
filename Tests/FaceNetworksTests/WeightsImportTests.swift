import FaceNetworks
import Foundation
import TestSupport
import Testing

@testable import Torch

/// Names and shapes of others' networks, and their embeddings: what scripts/fixtures/make_insightface_fixtures.py wrote.
private struct Reference {
  struct Settings: Decodable {
    let digest: String
    let tensors: Int
  }

  let embeddings: Tensor
  let settings: Settings

  init(_ name: String) throws {
    let file = try Safetensors(contentsOf: Fixtures.path("insightface/networks.safetensors"))
    embeddings = try #require(try file.tensor(name))
    let all = try JSONDecoder().decode([String: Settings].self, from: Data((file.metadata["settings"] ?? "").utf8))
    settings = try #require(all[name])
  }

  /// Numbers in [0, 1) that depend on the name and the place alone: the script's `numbers`.
  static func numbers(_ name: String, _ shape: [Int]) throws -> Tensor {
    let phase = name.utf8.reduce(0) { ($0 * 31 + Int($1)) % 1_000_003 }
    let count = shape.reduce(1, *)
    let wave = try (Tensor.range(count, dtype: .float64) * 12.9898 + Double(phase) * 0.618).cos() * 43758.5453
    return try (wave - wave.rounded() + 0.5).reshaped(shape)
  }

  /// The script's `weight`.
  static func weight(_ name: String, _ shape: [Int], scale: Double) throws -> Tensor {
    if name.hasSuffix("num_batches_tracked") { return try .zeros(shape, dtype: .int64) }
    let uniform = try numbers(name, shape)
    if shape.count >= 2 {
      let fan = Double(shape.dropFirst().reduce(1, *))
      return try ((uniform * 2 - 1) * (3 / fan).squareRoot()).to(.float32)
    }
    if name.hasSuffix("running_var") { return try (uniform * 0.4 + 0.8).to(.float32) }
    if name.hasSuffix("running_mean") || name.hasSuffix("bias") { return try (uniform * 0.2 - 0.1).to(.float32) }
    return try (uniform * 0.2 + scale).to(.float32)
  }

  static func photos() throws -> Tensor { try (numbers("photos", [2, 3, 112, 112]) * 2 - 1).to(.float32) }

  static func digest(_ shapes: [String: [Int]]) -> String {
    var value: UInt64 = 0xcbf2_9ce4_8422_2325
    for (name, shape) in shapes.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
      for byte in "\(name)[\(shape.map(String.init).joined(separator: ","))]\n".utf8 {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
      }
    }
    let text = String(value, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text
  }
}

/// One after the other: the deep networks take much memory.
@Suite(.serialized) struct WeightsImportTests {
  static let arcface: [(String, NetworkSettings.Backbone)] = [
    ("r18", .iresnet18), ("r34", .iresnet34), ("r50", .iresnet50), ("r100", .iresnet100), ("r200", .iresnet200),
    ("mbf", .mobilefacenet),
  ]
  static let adaface: [(String, NetworkSettings.Backbone)] = [
    ("ir_18", .iresnet18), ("ir_34", .iresnet34), ("ir_50", .iresnet50), ("ir_101", .iresnet100),
  ]

  /// Names and shapes of Facet's own network at full width.
  private func ours(_ backbone: NetworkSettings.Backbone) throws -> [String: [Int]] {
    var random = BlankWeights()
    let state = try FaceNetwork(network(backbone), inputSize: 112, using: &random).state(prefix: "")
    return Dictionary(
      uniqueKeysWithValues: state.map { (String($0.name.dropFirst("backbone.".count)), $0.tensor.shape) })
  }

  @Test(arguments: arcface)
  func computesWhatArcFaceTorchDoes(name: String, backbone: NetworkSettings.Backbone) throws {
    let reference = try Reference(name)
    let shapes = try ours(backbone)
    #expect(shapes.count == reference.settings.tensors && Reference.digest(shapes) == reference.settings.digest)
    let state = try shapes.map { key, shape in
      (key, try Reference.weight(key, shape, scale: backbone == .mobilefacenet ? 0.7 : 0.4))
    }
    let imported = try WeightsImport(
      Dictionary(uniqueKeysWithValues: state), from: "\(name).pth", backbone: backbone)
    #expect(imported.layout == .arcfaceTorch && !imported.swappedColors)
    try expectAgreement(imported, reference)
  }

  @Test(arguments: adaface)
  func computesWhatAdaFaceDoes(name: String, backbone: NetworkSettings.Backbone) throws {
    let reference = try Reference(name)
    let shapes = try adaFaceShapes(ours(backbone), backbone)
    #expect(shapes.count == reference.settings.tensors && Reference.digest(shapes) == reference.settings.digest)
    var state: [String: Tensor] = [:]
    for (key, shape) in shapes { state["model." + key] = try Reference.weight(key, shape, scale: 0.4) }
    // Its checkpoints hold the training's head too.
    state["head.kernel"] = try .zeros([512, 10])
    let imported = try WeightsImport(state, from: "\(name).ckpt", backbone: backbone)
    #expect(imported.layout == .evolve(isAdaFace: true) && imported.swappedColors)
    #expect(imported.model.info.origin?.contains("BGR") == true)
    try expectAgreement(imported, reference)
  }

  private func expectAgreement(_ imported: WeightsImport, _ reference: Reference) throws {
    let model = imported.model
    #expect(model.info.input.storedSide == 112)
    let found = try withoutGradient { try model.network(Reference.photos()).embedding }
    let worst = try (found - reference.embeddings).abs().max().item()
    #expect(worst <= 1e-4, "the embeddings differ by \(worst)")
    // The comparison says something only where the photos make a difference.
    #expect(try (reference.embeddings[0] - reference.embeddings[1]).abs().max().item() > 0.01)
  }

  /// AdaFace's names, from arcface_torch's: its blocks are numbered through, its skip passes pixels on where the channels
  /// stay, its last normalization has neither scale nor shift.
  private func adaFaceShapes(_ shapes: [String: [Int]], _ backbone: NetworkSettings.Backbone) throws -> [String: [Int]]
  {
    let depths = try #require(
      [
        NetworkSettings.Backbone.iresnet18: [2, 2, 2, 2], .iresnet34: [3, 4, 6, 3], .iresnet50: [3, 4, 14, 3],
        .iresnet100: [3, 13, 30, 3],
      ][backbone])
    let ends = [
      "conv1": "input_layer.0", "bn1": "input_layer.1", "prelu": "input_layer.2", "bn2": "output_layer.0",
      "fc": "output_layer.3", "features": "output_layer.4",
    ]
    let inner = ["bn1": "0", "conv1": "1", "bn2": "2", "prelu": "3", "conv2": "4", "bn3": "5"]
    var renamed: [String: [Int]] = [:]
    for (name, shape) in shapes {
      let parts = name.split(separator: ".").map(String.init)
      if let end = ends[parts[0]] {
        if parts[0] == "features", ["weight", "bias"].contains(parts[1]) { continue }
        renamed["\(end).\(parts[1])"] = shape
        continue
      }
      let stage = try #require(Int(parts[0].dropFirst("layer".count)))
      let block = depths[..<(stage - 1)].reduce(0, +) + (try #require(Int(parts[1])))
      if parts[2] == "downsample" {
        if stage > 1 { renamed["body.\(block).shortcut_layer.\(parts[3]).\(parts[4])"] = shape }
      } else {
        renamed["body.\(block).res_layer.\(inner[parts[2]]!).\(parts[3])"] = shape
      }
    }
    return renamed
  }

  @Test func readsWrappedNamesAndWritesAModel() throws {
    let folder = try TemporaryFolder()
    let source = try build(tiny { $0.targetStage = 0 }, size: 112)
    source.setTraining(false)
    for prefix in ["", "module.", "backbone.", "module.backbone."] {
      var state: [String: Tensor] = [:]
      for (name, tensor) in source.state() where !name.hasSuffix("num_batches_tracked") {
        state[prefix + name.dropFirst("backbone.".count)] = try tensor.detached()
      }
      let imported = try WeightsImport(state, from: "thin.pth", backbone: .iresnet10)
      #expect(imported.model.info.network.width == 0.125 && imported.model.info.network.embeddingSize == 16)
      let path = folder.path + "/model.safetensors"
      try imported.model.write(to: path)
      let model = try FaceModel(contentsOf: path)
      #expect(model.info.name == "thin" && model.info.origin == "thin.pth, arcface_torch's weights")
      try expectClose(model.network(noise(size: 112)).embedding, source(noise(size: 112)).embedding, prefix)
    }
  }

  @Test func swapsColorsWhenAsked() throws {
    let source = try build(tiny { $0.targetStage = 0 }, size: 112)
    source.setTraining(false)
    let state = try Dictionary(
      uniqueKeysWithValues: source.state().map {
        (String($0.name.dropFirst("backbone.".count)), try $0.tensor.detached())
      })
    let imported = try WeightsImport(state, from: "x.pth", backbone: .iresnet10, colors: .bgr)
    let photos = try noise(size: 112)
    try expectClose(imported.model.network(photos).embedding, source(photos.flipped(1)).embedding)
  }

  @Test func saysWhatDoesNotFit() throws {
    var state: [String: Tensor] = [:]
    for (name, tensor) in try build(tiny { $0.targetStage = 0 }, size: 112).state() {
      state[String(name.dropFirst("backbone.".count))] = try tensor.detached()
    }
    func message(_ change: (inout [String: Tensor]) throws -> Void, _ backbone: NetworkSettings.Backbone = .iresnet10)
      throws -> String
    {
      var changed = state
      try change(&changed)
      return failure { try WeightsImport(changed, from: "thin.pth", backbone: backbone) }
    }
    #expect(try message({ $0["layer1.0.conv1.weight"] = nil }).contains("missing (backbone.layer1.0.conv1.weight)"))
    #expect(try message({ $0["extra.weight"] = try .ones([1]) }).contains("unexpected (backbone.extra.weight)"))
    #expect(try message({ $0["bn2.weight"] = try .ones([3]) }).contains("backbone.bn2.weight has shape [3]"))
    #expect(try message({ _ in }, .iresnet18).contains("Is it really iresnet18?"))
    #expect(try message({ _ in }, .mobilefacenet).contains("no mobilefacenet"))
    #expect(try message({ $0 = [:] }).contains("no tensors"))
    #expect(
      try message({
        $0["body.0.res_layer.se_block.fc1.weight"] = try .ones([1])
        $0["input_layer.0.weight"] = try .ones([1])
      })
      .contains("squeeze-and-excitation"))
  }
}
