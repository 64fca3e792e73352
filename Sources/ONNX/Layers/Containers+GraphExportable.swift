import Torch

extension Sequential: GraphExportable {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    var value = x
    var rest = layers[...]
    while let layer = rest.popFirst() {
      // Within the row nothing but the next layer reads a layer's result.
      if let affine = layer as? any AffineLayer, let norm = rest.first as? BatchNorm {
        value = try affine.export(value, normalizedBy: norm, to: &graph)
        rest.removeFirst()
      } else {
        value = try graph.append(layer, value)
      }
    }
    return value
  }
}

extension Flatten: GraphExportable {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    try graph.append("Flatten", [x], ["axis": .integer(1)], name: graph.name(of: self))
  }
}

extension GlobalAveragePool: GraphExportable {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    try graph.appendPlaceMean(x, name: graph.name(of: self))
  }
}
