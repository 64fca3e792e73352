// Several operators that belong together.
extension GraphBuilder {
  /// Mean over places: [N, C, H, W] -> [N, C].
  public mutating func appendPlaceMean(_ x: GraphValue, name: String) throws -> GraphValue {
    let mean = try append("GlobalAveragePool", [x], name: "\(name).mean")
    return try append("Flatten", [mean], ["axis": .integer(1)], name: "\(name).flatten")
  }

  /// Rows divided by their Euclidean norm, which is taken as at least 1e-12: [N, D] -> [N, D].
  public mutating func appendUnitLength(_ x: GraphValue, name: String) throws -> GraphValue {
    let norm = try append(
      "ReduceL2", [x], ["axes": .integers([1]), "keepdims": .integer(1)], name: "\(name).norm")
    let floor = constant("\(name).floor", shape: [1]) { try .full([1], 1e-12) }
    let safe = try append("Max", [norm, floor], name: "\(name).max")
    return try append("Div", [x, safe], name: "\(name).div")
  }
}
