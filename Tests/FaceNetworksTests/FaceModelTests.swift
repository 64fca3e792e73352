import FaceDatasets
import Foundation
import TestSupport
import Testing
import Torch

@testable import FaceNetworks

@Suite struct FaceModelTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func model(_ settings: NetworkSettings = tiny(), size: Int = 32) throws -> FaceModel {
    var input = InputSettings()
    input.size = size
    let network = try build(settings, size: size)
    // Statistics and scales off their starting values, so that leaving one out shows.
    for seed in 0..<3 { _ = try network(noise(8, size: size, seed: UInt64(10 + seed))) }
    network.setTraining(false)
    // In the memory layout that a read model has: in another, sums are rounded otherwise.
    try network.move(to: .cpu)
    var info = ModelInfo(
      name: "test", network: settings, input: input, channelLoss: "ecloss",
      training: .init(data: "noise", identities: 3, photos: 24, epochs: 1, steps: 3))
    info.threshold = 0.3125
    info.thresholdSource = "a guess"
    return FaceModel(info: info, network: network, recipe: #"{"seed": 1}"#)
  }

  @Test(arguments: NetworkSettings.Embedding.allCases, [NetworkSettings.Backbone.iresnet10, .mobilefacenet])
  func comesBackBitForBit(embedding: NetworkSettings.Embedding, backbone: NetworkSettings.Backbone) throws {
    let settings = tiny {
      $0.backbone = backbone
      $0.embedding = embedding
      $0.targetStage = embedding == .backbone ? 0 : 3
      $0.dropout = 0.25
    }
    let written = try model(settings)
    let path = folder.path + "/model"
    try written.write(to: path)
    let read = try FaceModel(contentsOf: path)
    #expect(try read.network(noise()).embedding.floats() == written.network(noise()).embedding.floats())
    for (a, b) in zip(read.network.state(), written.network.state()) {
      #expect(try a.name == b.name && a.tensor.doubles() == b.tensor.doubles())
    }
    #expect(read.recipe == written.recipe)
    #expect(read.info.network == settings && read.info.input == written.info.input && read.info.name == "test")
    #expect(read.info.training == written.info.training && read.info.channelLoss == "ecloss")
    #expect(read.info.threshold == 0.3125 && read.info.thresholdSource == "a guess")
    #expect(read.info.normalization == written.info.normalization)
  }

  @Test func readsTheNetworkOfACheckpoint() throws {
    let written = try model()
    let path = folder.path + "/checkpoint"
    try Safetensors.write(
      written.network.state(prefix: FaceModel.prefix) + [("optimizer.momentum", .ones([3]))],
      metadata: written.metadata(), to: path)
    #expect(
      try FaceModel(contentsOf: path).network(noise()).embedding.floats() == written.network(noise()).embedding.floats()
    )
  }

  /// The refusal of the model's file with other metadata or tensors.
  private func refusal(
    _ change: (inout [String: String], inout [NamedTensor]) throws -> Void,
    at location: SourceLocation = #_sourceLocation
  ) throws -> String {
    let written = try model()
    var (metadata, tensors) = (try written.metadata(), written.network.state(prefix: FaceModel.prefix))
    try change(&metadata, &tensors)
    let path = folder.path + "/changed"
    try Safetensors.write(tensors, metadata: metadata, to: path)
    let text = failure(at: location) { try FaceModel(contentsOf: path) }
    #expect(text.contains(path), "the text names the file: \(text)", sourceLocation: location)
    return text
  }

  /// The description with another value under a path of keys.
  private func changed(_ text: String?, _ keys: [String], _ value: Any) throws -> String {
    func change(_ object: Any, _ keys: ArraySlice<String>) throws -> Any {
      guard let key = keys.first else { return value }
      var fields = try #require(object as? [String: Any])
      fields[key] = try change(fields[key] ?? [String: Any](), keys.dropFirst())
      return fields
    }
    let object = try JSONSerialization.jsonObject(with: Data(try #require(text).utf8))
    return String(decoding: try JSONSerialization.data(withJSONObject: change(object, keys[...])), as: UTF8.self)
  }

  @Test func saysWhatIsWrong() throws {
    #expect(try refusal { metadata, _ in metadata = [:] }.contains("not one of Facet's models"))
    #expect(try refusal { metadata, _ in metadata[FaceModel.infoKey] = "{" }.contains("newer Facet"))
    #expect(try refusal { metadata, _ in metadata[FaceModel.infoKey] = "[]" }.contains("newer Facet"))
    #expect(try refusal { _, tensors in tensors.removeLast() }.contains("missing"))
    #expect(try refusal { _, tensors in try tensors.append(("network.more", .ones([1]))) }.contains("unexpected"))
    #expect(
      try refusal { _, tensors in tensors[0].tensor = try .ones([1, 2]) }.contains("has shape [1, 2], expected"))
  }

  @Test(arguments: [Float.nan, .infinity]) func weightsHaveToBeNumbers(value: Float) throws {
    let reason = try refusal { _, tensors in
      let shape = tensors[0].tensor.shape
      let numbers = [Float](repeating: 0, count: shape.reduce(1, *) - 1) + [value]
      tensors[0].tensor = try Tensor(numbers, shape)
    }
    #expect(reason.contains("numbers that are none"), "\(reason)")
    #expect(try refusal { _, tensors in tensors[0].tensor = try tensors[0].tensor.to(.int8) }.contains("whole numbers"))
  }

  @Test func refusesADescriptionThatMakesNoNetwork() throws {
    func text(_ keys: String..., value: Any) throws -> String {
      try refusal { metadata, _ in metadata[FaceModel.infoKey] = try changed(metadata[FaceModel.infoKey], keys, value) }
    }
    #expect(try text("network", "backbone", value: "resnet").contains("newer Facet"))
    #expect(try text("network", "width", value: 0).contains("network.width"))
    #expect(try text("network", "targetLayer", value: "x").contains("network.targetLayer"))
    #expect(try text("input", "size", value: 17).contains("size 17"))
    // No network of that size is built to find out.
    #expect(try text("input", "size", value: 16 << 40).contains("size"))
    #expect(try text("input", "border", value: -1).contains("input.border"))
    #expect(try text("input", "size", value: 64).contains("expected"))
  }

  @Test func refusesADamagedFile() throws {
    let path = folder.path + "/model"
    try model().write(to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    for length in [0, 7, 100, whole.count / 2, whole.count - 1] {
      let cut = try folder.write("cut", whole.prefix(length))
      let text = failure { try FaceModel(contentsOf: cut) }
      #expect(text.contains(cut) && text.contains("not a usable safetensors file"), "\(text)")
    }
    #expect(failure { try FaceModel(contentsOf: folder.path + "/none") }.contains("cannot open"))
    #expect(
      failure { try FaceModel(contentsOf: folder.write("photo.jpg", "\u{FFFD}JFIF photo")) }.contains("photo.jpg"))
  }
}
