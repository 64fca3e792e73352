import ONNX
import Torch

extension TargetLayer: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let y = try conv.export(x, normalizedBy: bn, to: &graph)
    return try graph.append("Relu", [y], name: graph.name(of: self, "relu"))
  }
}

extension EmbeddingHead: GraphExportable {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let name = graph.name(of: self)
    let input =
      isPooled
      ? try graph.appendPlaceMean(x, name: name)
      : try graph.append("Flatten", [x], ["axis": .integer(1)], name: "\(name).flatten")
    return try linear.export(input, normalizedBy: norm, to: &graph)
  }
}

extension BlockLinear: AffineLayer {
  var bias: Tensor? { nil }
  var dense: Tensor { get throws { try denseWeight() } }
  var operation: String { "Gemm" }
  var attributes: [String: ONNXAttribute] { ["transB": .integer(1)] }
}

extension PeakTemplates {
  /// ``masked(_:by:)`` as operators: each of the maps [N, C, n, n] times the template at its peak.
  static func export(_ maps: GraphValue, channels: Int, side: Int, to graph: inout GraphBuilder) throws -> GraphValue {
    let places = side * side
    let bank = graph.constant("mask.templates", shape: [places, places]) {
      try PeakTemplates.bank(side: side, floor: 0, on: .cpu)
    }
    // 0 keeps the number of photos.
    let flat = try graph.append(
      "Reshape", [maps, graph.constant("mask.rows", [0, channels, places])], name: "mask.flatten")
    let peaks = try graph.append("ArgMax", [flat], ["axis": .integer(2), "keepdims": .integer(0)], name: "mask.peaks")
    let masks = try graph.append("Gather", [bank, peaks], ["axis": .integer(0)], name: "mask.gather")
    let product = try graph.append("Mul", [flat, masks], name: "mask.mul")
    return try graph.append(
      "Reshape", [product, graph.constant("mask.maps", [0, channels, side, side])], name: "mask.restore")
  }
}
