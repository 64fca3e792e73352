import ONNX

extension IResNetStem: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    try prelu.export(conv1.export(x, normalizedBy: bn1, to: &graph), to: &graph)
  }
}

extension IResNetBlock: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    var y = try conv1.export(bn1.export(x, to: &graph), normalizedBy: bn2, to: &graph)
    y = try conv2.export(prelu.export(y, to: &graph), normalizedBy: bn3, to: &graph)
    let skip = try downsample?.export(x, to: &graph) ?? x
    return try graph.append("Add", [y, skip], name: graph.name(of: self, "add"))
  }
}

extension IResNetTail: GraphExportable {
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let normalized = try bn2.export(x, to: &graph)
    let flat = try graph.append("Flatten", [normalized], ["axis": .integer(1)], name: graph.name(of: fc, "flatten"))
    return try fc.export(flat, normalizedBy: features, to: &graph)
  }
}
