import ONNX

extension ConvBlock: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue { try layers.export(x, to: &graph) }
}

extension LinearBlock: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue { try layers.export(x, to: &graph) }
}

extension DepthWise: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let y = try layers.export(x, to: &graph)
    return residual ? try graph.append("Add", [x, y], name: graph.name(of: self, "add")) : y
  }
}

extension ResidualRow: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue { try layers.export(x, to: &graph) }
}

extension MobileFaceNetTail: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    try features.export(separation.export(x, to: &graph), to: &graph)
  }
}

extension GlobalDepthWise: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue { try layers.export(x, to: &graph) }
}
