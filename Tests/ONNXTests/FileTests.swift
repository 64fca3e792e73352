import Foundation
import TestSupport
import Testing
import Torch

@testable import ONNX

@Suite struct FileTests {
  /// y = Relu(x) as onnx.proto has it, byte for byte.
  @Test func theBytesOfASmallFile() throws {
    let value: (String) -> ONNXValue = { ONNXValue($0, ONNXType([.symbol("N"), .size(2)])) }
    let node = ONNXNode(
      name: "n", operation: "Relu", inputs: ["x"], outputs: ["y"], attributes: ["a": .integers([1, 2])])
    let graph = ONNXGraph(name: "g", nodes: [node], initializers: [], inputs: [value("x")], outputs: [value("y")])
    let model = ONNXModel(graph, producerName: "p", producerVersion: "1", metadata: ["k": "v"])
    let type: [UInt8] = [0x12, 15, 0x0A, 13, 0x08, 1, 0x12, 9, 0x0A, 3, 0x12, 1, 0x4E, 0x0A, 2, 0x08, 2]
    let nodeBytes: [UInt8] =
      [0x0A, 1, 0x78, 0x12, 1, 0x79, 0x1A, 1, 0x6E, 0x22, 4] + Array("Relu".utf8)
      // The attribute: its name, two numbers one by one, and its type, 7.
      + [0x2A, 10, 0x0A, 1, 0x61, 0x40, 1, 0x40, 2, 0xA0, 0x01, 7]
    let graphBytes: [UInt8] =
      [0x0A, UInt8(nodeBytes.count)] + nodeBytes + [0x12, 1, 0x67, 0x5A, 20, 0x0A, 1, 0x78] + type
      + [0x62, 20, 0x0A, 1, 0x79] + type
    let expected: [UInt8] =
      [0x08, 8, 0x12, 1, 0x70, 0x1A, 1, 0x31, 0x3A, UInt8(graphBytes.count)] + graphBytes
      + [0x42, 2, 0x10, 17, 0x72, 6, 0x0A, 1, 0x6B, 0x12, 1, 0x76]
    #expect(model.message().bytes == expected)
  }

  /// A weight: dims 2 and 1 (field 1), FLOAT (field 2), a name (field 8), raw bytes (field 9).
  @Test func theBytesOfAWeight() throws {
    let tensor = ONNXTensor("w", shape: [2, 1]) { try Tensor([1, -2] as [Float], [2, 1]) }
    let graph = ONNXGraph(name: "g", nodes: [], initializers: [tensor], inputs: [], outputs: [])
    let message = ONNXModel(graph, producerName: "", producerVersion: "").message()
    var bytes: [UInt8] = []
    try message.write { bytes += $0 }
    let weight: [UInt8] = [
      0x2A, 19, 0x08, 2, 0x08, 1, 0x10, 1, 0x42, 1, 0x77, 0x4A, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0,
    ]
    #expect(bytes.count == message.byteCount)
    #expect(String(describing: bytes).contains(String(describing: weight).dropFirst().dropLast()))
  }

  @Test func readsWhatItWrote() throws {
    let folder = try TemporaryFolder()
    let model = try SmallNetwork().model()
    let read = try ONNXModel(contentsOf: written(model, in: folder))
    #expect(read.irVersion == 8 && read.opset == 17 && read.documentation == "about it")
    #expect(read.producerName == "facet" && read.producerVersion == "1.2.3" && read.metadata == model.metadata)
    #expect(read.graph.name == "small" && read.graph.nodes == model.graph.nodes)
    #expect(read.graph.inputs == model.graph.inputs && read.graph.outputs == model.graph.outputs)
    #expect(read.graph.initializers.map(\.name) == model.graph.initializers.map(\.name))
    for (a, b) in zip(read.graph.initializers, model.graph.initializers) {
      #expect(a.type == b.type)
      #expect(try a.bytes() == b.bytes(), "\(a.name)")
    }
    #expect(try read.check() == model.check())
    let summary = try ONNXModel.check(contentsOf: folder.path + "/x.onnx")
    #expect(summary.nodes == 7 && summary.operators["Conv"] == 2 && summary.operators["BatchNormalization"] == 1)
    #expect(summary.weights == summary.weightBytes / 4)
  }

  @Test func whatWasNotUnderstoodIsNotWritten() throws {
    let folder = try TemporaryFolder()
    let node = ONNXNode(name: "", operation: "If", inputs: ["x"], outputs: ["y"], attributes: ["then": .other(kind: 5)])
    let graph = ONNXGraph(name: "g", nodes: [node], initializers: [], inputs: [], outputs: [])
    let error = #expect(throws: ONNXError.self) {
      try ONNXModel(graph, producerName: "", producerVersion: "").write(to: folder.path + "/m.onnx")
    }
    #expect(error?.description.contains("'then' of If") == true)
    #expect(!FileManager.default.fileExists(atPath: folder.path + "/m.onnx"))
  }

  @Test func attributesOfEveryKindComeBack() throws {
    let attributes: [String: ONNXAttribute] = [
      "a": .integer(-3), "b": .integers([0, Int.max, -1]), "c": .float(.pi), "d": .floats([1, -0.5]),
      "e": .string("ü"), "f": .integers([]),
    ]
    let node = ONNXNode(name: "", operation: "X", inputs: ["", "y"], outputs: ["z"], attributes: attributes)
    let graph = ONNXGraph(name: "g", nodes: [node], initializers: [], inputs: [], outputs: [])
    let path = try written(ONNXModel(graph, producerName: "", producerVersion: ""), in: TemporaryFolder())
    #expect(failure { try ONNXModel(contentsOf: path + "x") }.contains("No such file"))
    let folder = try TemporaryFolder()
    let again = try ONNXModel(
      contentsOf: written(ONNXModel(graph, producerName: "", producerVersion: ""), in: folder))
    #expect(again.graph.nodes == [node])
  }

  /// Nothing is computed or written where the file would be too large.
  @Test func tooLargeANetworkIsRefused() throws {
    let folder = try TemporaryFolder()
    let half = ONNXTensor("w", .float32, [1 << 28]) { _ in Issue.record("it is fetched") }
    var model = try SmallNetwork().model()
    model.graph.initializers += [half, half]
    let path = folder.path + "/large.onnx"
    let text = failure { try model.write(to: path) }
    #expect(text.contains("large.onnx") && text.contains("2 GiB") && text.contains("pooled"), "\(text)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func aWeightThatFailsLeavesNoFile() throws {
    struct Lost: Error {}
    let folder = try TemporaryFolder()
    var model = try SmallNetwork().model()
    model.graph.initializers.append(ONNXTensor("w", shape: [1]) { throw Lost() })
    #expect(throws: Lost.self) { try model.write(to: folder.path + "/x.onnx") }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}

/// Files that are damaged or were made to do harm.
@Suite struct DamagedFileTests {
  private func refusal(_ bytes: [UInt8]) throws -> String {
    let folder = try TemporaryFolder()
    let path = try folder.write("bad.onnx", Data(bytes))
    let text = failure { try ONNXModel.check(contentsOf: path) }
    #expect(text.hasPrefix(path), "\(text)")
    return text
  }

  @Test func whatIsNoModelIsRefused() throws {
    #expect(try refusal([]).contains("no format version"))
    #expect(try refusal(Array("no model at all".utf8)).contains("the file"))
    #expect(try refusal([0x08, 8]).contains("no graph"))
    #expect(try refusal([0x08, 8, 0x3A, 0]).contains("operator set"))
    #expect(try refusal([0x08, 8, 0x3A, 0, 0x3A, 0]).contains("two graphs"))
    #expect(try refusal([0x12, 1, 0xFF]).contains("UTF-8"))
    #expect(try refusal([0x0A, 0]).contains("not a number"))
    #expect(failure { try ONNXModel(contentsOf: NSTemporaryDirectory()) }.contains("not a file"))
  }

  @Test func everyCutIsRefused() throws {
    let folder = try TemporaryFolder()
    let bytes = try Data(contentsOf: URL(fileURLWithPath: written(SmallNetwork().model(), in: folder)))
    #expect(bytes.count > 1000)
    // The last fields are the metadata, without which the file is whole.
    let whole = bytes.count - 30
    for count in stride(from: 0, to: whole, by: 7) {
      let path = try folder.write("cut.onnx", bytes.prefix(count))
      #expect(throws: ONNXError.self) { try ONNXModel.check(contentsOf: path) }
    }
  }

  /// A graph with one field.
  private func inGraph(_ field: [UInt8]) -> [UInt8] {
    [0x08, 8, 0x42, 2, 0x10, 17, 0x3A, UInt8(field.count)] + field
  }

  @Test func weightsThatLieAreRefused() throws {
    // Four numbers, four bytes.
    let short: [UInt8] = [0x2A, 13, 0x08, 4, 0x10, 1, 0x42, 1, 0x77, 0x4A, 4, 0, 0, 0, 0]
    #expect(try refusal(inGraph(short)).contains("has 4 bytes, it needs 16"))
    // 2^62 numbers, twice.
    let huge: [UInt8] =
      [0x2A, 25] + [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40] + [0x08, 0x80, 0x80, 0x80, 0x80]
      + [0x80, 0x80, 0x80, 0x80, 0x40] + [0x10, 1, 0x42, 1, 0x77]
    #expect(try refusal(inGraph(huge)).contains("shape"))
    let negative: [UInt8] =
      [0x2A, 16, 0x08] + [UInt8](repeating: 0xFF, count: 9) + [1, 0x10, 1, 0x42, 1, 0x77]
    #expect(try refusal(inGraph(negative)).contains("[-1]"))
    #expect(try refusal(inGraph([0x2A, 5, 0x10, 8, 0x42, 1, 0x77])).contains("elements"))
    #expect(try refusal(inGraph([0x2A, 9, 0x10, 1, 0x42, 1, 0x77, 0x6A, 2, 0x0A, 0])).contains("another file"))
    #expect(try refusal(inGraph([0x2A, 9] + (0..<9).map { _ in 1 })).contains("a weight"))
  }

  @Test func nodesWithoutAnOperatorAreRefused() throws {
    #expect(try refusal(inGraph([0x0A, 0])).contains("no operator"))
    #expect(try refusal(inGraph([0x0A, 9, 0x12, 1, 0x79, 0x22, 1, 0x58, 0x3A, 1, 0x64])).contains("'d'"))
    // Attributes: without a type, and twice the same.
    #expect(try refusal(inGraph([0x0A, 5, 0x2A, 3, 0x0A, 1, 0x61])).contains("attribute"))
    let one: [UInt8] = [0x2A, 6, 0x0A, 1, 0x61, 0xA0, 0x01, 2]
    #expect(try refusal(inGraph([0x0A, 16] + one + one)).contains("two attributes"))
  }
}
