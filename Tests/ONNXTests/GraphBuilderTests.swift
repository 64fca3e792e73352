import FaceDatasets
import TestSupport
import Testing
import Torch

@testable import ONNX

/// A layer that no graph knows.
private final class Unknown: Layer {
  var members: [(name: String, member: Member)] { [] }
  func callAsFunction(_ x: Tensor) throws -> Tensor { x }
}

@Suite struct GraphBuilderTests {
  @Test func namesAreThoseOfTheStateDict() throws {
    let graph = try SmallNetwork().graph()
    #expect(
      graph.nodes.map(\.operation) == ["Conv", "Relu", "BatchNormalization", "Conv", "PRelu", "Flatten", "Gemm"])
    #expect(graph.nodes.map(\.name).prefix(5) == ["body.0", "body.2", "body.3", "body.4", "prelu"])
    let names = graph.initializers.map(\.name)
    #expect(names.contains("body.3.running_var") && names.contains("prelu.weight"))
    // Folded: neither the weights as they were nor the normalization are left.
    #expect(names.contains("body.0.weight.folded") && !names.contains("body.0.weight"))
    #expect(!names.contains { $0.hasPrefix("body.1") || $0.hasPrefix("body.5") || $0.hasPrefix("last") })
    #expect(graph.outputs == [ONNXValue("embedding", ONNXType([.symbol("N"), .size(5)]))])
  }

  /// What is folded is the layer's scale times the weights, and its shift behind the bias.
  @Test func normalizationIsFoldedExactly() throws {
    let network = try SmallNetwork()
    let graph = try network.graph()
    func tensor(_ name: String) throws -> [Float] {
      let found = try #require(graph.initializers.first { $0.name == name })
      return try found.bytes().withUnsafeBytes { bytes in Array(bytes.bindMemory(to: Float.self)) }
    }
    let (conv, norm) = (network.body.layers[4] as! Conv2d, network.body.layers[5] as! BatchNorm)
    let (scale, shift) = try norm.folded()
    #expect(try tensor("body.4.weight.folded") == (conv.weight.detached() * scale.reshaped(2, 1, 1, 1)).floats())
    #expect(try tensor("body.4.bias.folded") == (#require(conv.bias).detached() * scale + shift).floats())
    #expect(try tensor("body.0.bias.folded") == (network.body.layers[1] as! BatchNorm).folded().shift.floats())
  }

  /// Only within a row is it known that nothing else reads a layer's result.
  @Test func normalizationThatIsExportedByItselfStays() throws {
    var random = SeededRandom(seed: 1)
    let (conv, norm) = (try Conv2d(3, 3, kernel: 1, using: &random), try BatchNorm(3))
    let row = Sequential([conv, norm])
    var graph = GraphBuilder(of: row, name: "g")
    let x = graph.input("image", ONNXType(sizes: [1, 3, 4, 4]))
    let y = try conv.export(x, to: &graph)
    _ = try graph.append("Add", [y, norm.export(y, to: &graph)], name: "a")
    _ = try row.export(y, to: &graph)
    #expect(graph.graph.nodes.map(\.operation) == ["Conv", "BatchNormalization", "Add", "Conv"])
  }

  @Test func outputsGoOnUnderTheirNewName() throws {
    var graph = GraphBuilder(of: ReLU(), name: "g")
    let y = try graph.append("Relu", [graph.input("x", ONNXType(sizes: [2]))], name: "r")
    let before = try graph.append("Relu", [y], name: "s")
    let output = try graph.output(y, as: "y")
    _ = try graph.append("Add", [before, output], name: "a")
    #expect(graph.graph.nodes.map(\.inputs) == [["x"], ["y"], ["s.out", "y"]])
    #expect(failure { try graph.append("Relu", [y], name: "t") }.contains("no value of the graph any more"))
    #expect(failure { try graph.output(y, as: "again") }.contains("no operator gives"))
  }

  @Test func whatDoesNotFitIsFoundWhenItIsAppended() throws {
    var random = SeededRandom(seed: 1)
    let conv = try Conv2d(4, 3, kernel: 1, using: &random)
    var graph = GraphBuilder(of: conv, name: "g")
    let x = graph.input("image", ONNXType(sizes: [1, 3, 4, 4]))
    #expect(failure { try conv.export(x, to: &graph) }.contains("channels do not fit"))
    #expect(failure { try graph.append(Unknown(), x) }.contains("Unknown"))
  }

  @Test func namesStayUnique() throws {
    var graph = GraphBuilder(of: ReLU(), name: "g")
    let x = graph.input("x", ONNXType(sizes: [1]))
    let y = try graph.append("Relu", [x], name: "r")
    let z = try graph.append("Relu", [y], name: "r")
    #expect(y.name == "r.out" && z.name == "r.out_2" && graph.graph.nodes.map(\.name) == ["r", "r_2"])
  }
}
