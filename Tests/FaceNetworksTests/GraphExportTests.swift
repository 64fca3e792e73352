import FaceDatasets
import Foundation
import ONNX
import TestSupport
import Testing
import Torch

@testable import FaceNetworks

/// Narrow networks of every kind: what they are, their settings, whether embeddings get unit length.
struct ExportCase: Sendable, CustomTestStringConvertible {
  let name: String
  let settings: NetworkSettings
  var unitLength = false
  var testDescription: String { name }

  static let all: [ExportCase] = [
    plain(.iresnet18), plain(.iresnet50), plain(.mobilefacenet), plain(.iresnet10, unitLength: true),
    made(.iresnet18, "pooled", .pooled, stage: 3), made(.iresnet50, "pooled", .pooled, stage: 3),
    made(.mobilefacenet, "pooled", .pooled, stage: 3), made(.iresnet18, "flattened", .flattened, stage: 2),
    made(.iresnet50, "flattened", .flattened, stage: 4), made(.mobilefacenet, "flattened", .flattened, stage: 2),
    made(.iresnet18, "inserted", .backbone, stage: 3), made(.iresnet50, "inserted", .backbone, stage: 2),
    made(.mobilefacenet, "inserted", .backbone, stage: 3),
    made(.iresnet18, "without merge", .backbone, stage: 3) { $0.targetChannels = 32 },
    made(.iresnet18, "masked", .pooled, stage: 3) { $0.maskTarget = true },
    made(.iresnet18, "masked, inserted", .backbone, stage: 2) { $0.maskTarget = true },
    made(.iresnet18, "in place", .backbone, stage: 0) { $0.targetLayer = "layer3.1" },
    made(.iresnet50, "the stem in place", .backbone, stage: 0) { $0.targetLayer = "prelu" },
    made(.mobilefacenet, "in place", .backbone, stage: 0) { $0.targetLayer = "layers.5" },
    // Ends with a normalization that is folded into a convolution.
    made(.mobilefacenet, "a folded layer in place", .backbone, stage: 0) { $0.targetLayer = "layers.4" },
    made(.iresnet18, "large maps", .pooled, stage: 3, unitLength: true) { $0.outputStride = 4 },
  ]

  private static func plain(_ backbone: NetworkSettings.Backbone, unitLength: Bool = false) -> ExportCase {
    made(backbone, "plain", .backbone, stage: 0, unitLength: unitLength)
  }

  private static func made(
    _ backbone: NetworkSettings.Backbone, _ name: String, _ embedding: NetworkSettings.Embedding, stage: Int,
    unitLength: Bool = false, _ change: (inout NetworkSettings) -> Void = { _ in }
  ) -> ExportCase {
    let settings = network(backbone) {
      $0.width = 0.125
      $0.embeddingSize = 16
      $0.embedding = embedding
      $0.targetStage = stage
      $0.targetChannels = 24
      $0.dropout = 0.2
      change(&$0)
    }
    return ExportCase(name: "\(backbone.rawValue), \(name)", settings: settings, unitLength: unitLength)
  }

  /// The network as training would leave it: no scale is one, no shift zero, and running statistics are those of its maps.
  func trained() throws -> FaceNetwork {
    var random = SeededRandom(seed: 11)
    let net = try build(settings)
    try withoutGradient {
      for (name, tensor) in net.state() where tensor.rank == 1 && !name.contains("running_") {
        let range = name.hasSuffix("bias") ? -0.3...0.3 : 0.2...1.2
        try tensor.copy(from: .uniform(tensor.shape, range, using: &random))
      }
      for pass in 0..<12 { _ = try net(noise(4, seed: UInt64(pass))) }
    }
    net.setTraining(false)
    return net
  }

  func model() throws -> FaceModel {
    var input = InputSettings()
    input.size = 32
    return FaceModel(
      info: ModelInfo(name: name, network: settings, input: input, channelLoss: "plain"), network: try trained(),
      recipe: "")
  }
}

@Suite struct GraphExportTests {
  /// Whatever is exported is read back and checked, and has the outputs that the network has.
  @Test(arguments: ExportCase.all) func exportsAGraphThatFits(_ item: ExportCase) throws {
    let folder = try TemporaryFolder()
    let net = try build(item.settings)
    let model = ONNXModel(try net.graph(unitLength: item.unitLength), producerName: "facet", producerVersion: "0")
    try model.write(to: folder.path + "/x.onnx")
    let summary = try ONNXModel.check(contentsOf: folder.path + "/x.onnx")
    #expect(summary.inputs.map(\.shape) == [["N", "3", "32", "32"]])
    let side = String(net.targetSide)
    let maps = net.targetChannels > 0 ? [["N", String(net.targetChannels), side, side]] : []
    #expect(summary.outputs.map(\.name) == ["embedding"] + (maps.isEmpty ? [] : ["activations"]))
    #expect(summary.outputs.map(\.shape) == [["N", "16"]] + maps)
    // A weight for every convolution and linear layer.
    let layers = net.parameters().filter { $0.tensor.rank > 1 }.count
    #expect((summary.operators["Conv"] ?? 0) + (summary.operators["Gemm"] ?? 0) == layers)
    // Only normalization before padding stays an operator: that of each block's input, and of the tail's.
    let kept = net.state().filter {
      $0.name.hasSuffix(".bn1.weight") && $0.name != "backbone.bn1.weight" || $0.name == "backbone.bn2.weight"
    }
    #expect(summary.operators["BatchNormalization"] ?? 0 == kept.count)
  }

  @Test func everyBackboneIsExported() throws {
    for backbone in NetworkSettings.Backbone.allCases {
      let net = try build(
        network(backbone) {
          $0.width = 0.0625
          $0.embeddingSize = 8
        })
      let model = ONNXModel(try net.graph(), producerName: "facet", producerVersion: "0")
      #expect(try model.check().outputs.map(\.shape) == [["N", "8"]], "\(backbone)")
    }
  }

  @Test func metadataSaysWhatIsNeeded() throws {
    var model = try ExportCase.all[4].model()
    model.info.threshold = 0.25
    model.info.thresholdSource = "some pairs"
    model.info.calibration = ScoreCalibration(
      slope: 3, intercept: -1, data: "pairs", pairs: 10, flip: true, accuracy: 0.9, calibrationError: 0.1)
    model.recipe = "{}"
    let entry = { (index: Int, part: String?, purity: Double?) in
      ChannelCatalog.Entry(
        index: index, name: "x", part: part, purity: purity, place: nil,
        strength: .init(mean: 0, deviation: 0, low: 0, median: 0, high: 0), activeShare: 1)
    }
    model.catalog = ChannelCatalog(
      data: "faces", photos: 1, annotatedPhotos: 1,
      channels: [entry(2, "mouth", 0.5), entry(3, "chin", 0.49), entry(0, nil, nil), entry(99, "nose", 1)])
    let onnx = try model.onnx(unitLength: true, version: "1.2")
    #expect(onnx.producerName == "facet" && onnx.producerVersion == "1.2" && onnx.irVersion == 8 && onnx.opset == 17)
    let expected = [
      "facet.version": "1.2", "facet.backbone": "iresnet18", "facet.embedding": "unit length",
      "facet.color_order": "RGB", "facet.layout": "NCHW", "facet.mean": "127.5", "facet.input_size": "32",
      "facet.input_border": "0.125", "facet.target_layer": "inserted after stage 3", "facet.threshold": "0.25",
      "facet.threshold_source": "some pairs", "facet.normalization": "RGB, (v - 127.5) / 127.5",
    ]
    for (key, value) in expected { #expect(onnx.metadata[key] == value, "\(key)") }
    #expect(Double(try #require(onnx.metadata["facet.scale"])) == 1 / 127.5)
    let parts = try JSONDecoder().decode(
      [String?].self, from: Data(try #require(onnx.metadata["facet.parts"]).utf8))
    #expect(parts == [nil, nil, "mouth"] + [String?](repeating: nil, count: 21))
    let calibration = try JSONDecoder().decode(
      ScoreCalibration.self, from: Data(try #require(onnx.metadata["facet.calibration"]).utf8))
    #expect(calibration == model.info.calibration)
    // As in the model file, but for the recipe, which may name folders.
    #expect(try onnx.metadata["facet"] == model.metadata()["facet"] && onnx.metadata["facet.recipe"] == nil)
    let bare = try ExportCase.all[0].model().onnx(version: "1.2").metadata
    #expect(bare["facet.threshold"] == nil && bare["facet.parts"] == nil && bare["facet.target_layer"] == "")
  }
}

/// Exported networks in onnxruntime against Facet, for any number of photos at once.
@Suite(.enabled(if: PythonEnvironment.onnx != nil, Comment(rawValue: PythonEnvironment.noONNX)))
struct ONNXRuntimeTests {
  private struct Outcome: Decodable {
    let model: String
    let cosine: Double
    let embedding: Double
    let activations: Double?
    let largest: Double?
  }

  @Test func onnxruntimeComputesTheSame() throws {
    let folder = try TemporaryFolder()
    var files: [String] = []
    for (number, item) in ExportCase.all.enumerated() {
      let model = try item.model()
      let (onnx, tensors) = ("\(folder.path)/\(number).onnx", "\(folder.path)/\(number).safetensors")
      try model.onnx(unitLength: item.unitLength, version: "0").write(to: onnx)
      let images = try noise(3, seed: 77)
      let output = try withoutGradient { try model.network(images) }
      try Safetensors.write(
        [("input", images), ("embeddings", output.embedding)] + (output.target.map { [("activations", $0)] } ?? []),
        to: tensors)
      files += [onnx, tensors]
    }
    let script = PythonEnvironment.root.appendingPathComponent("Benchmarks/check_onnx.py").path
    let python = try #require(PythonEnvironment.onnx)
    let result = try Program.run(python, [script, "files", "--json", "--batch", "3"] + files)
    let outcomes = try JSONDecoder().decode([Outcome].self, from: Data(result.output.utf8))
    #expect(outcomes.map(\.model) == ExportCase.all.map(\.name), "\(result.errors)")
    for (outcome, item) in zip(outcomes, ExportCase.all) {
      #expect(outcome.cosine > 0.9999 && outcome.embedding <= 1e-4, "\(outcome)")
      let hasTarget = item.settings.targetStage > 0 || !item.settings.targetLayer.isEmpty
      #expect((outcome.activations != nil) == hasTarget)
      if let activations = outcome.activations, let largest = outcome.largest {
        #expect(activations <= 1e-4 * max(1, largest) && largest > 0.01, "\(outcome)")
      }
    }
    #expect(result.code == 0, "\(result.errors)")
  }

  /// The check itself can fail.
  @Test func aDifferentNetworkIsNoticed() throws {
    let folder = try TemporaryFolder()
    let (first, second) = (try ExportCase.all[4].model(), try ExportCase.all[14].model())
    try first.onnx(version: "0").write(to: folder.path + "/x.onnx")
    let output = try withoutGradient { try second.network(noise()) }
    try Safetensors.write(
      [("input", noise()), ("embeddings", output.embedding), ("activations", #require(output.target))],
      to: folder.path + "/x.safetensors")
    let script = PythonEnvironment.root.appendingPathComponent("Benchmarks/check_onnx.py").path
    let result = try Program.run(
      #require(PythonEnvironment.onnx), [script, "files", folder.path + "/x.onnx", folder.path + "/x.safetensors"])
    #expect(result.code == 1 && result.errors.contains("differ by more"), "\(result.output)\(result.errors)")
  }
}
