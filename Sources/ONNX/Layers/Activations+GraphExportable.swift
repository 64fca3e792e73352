import Torch

extension ReLU: GraphExportable {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    try graph.append("Relu", [x], name: graph.name(of: self))
  }
}

extension PReLU: GraphExportable {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let name = graph.name(of: self)
    // ONNX aligns slopes with the last dimensions, of which the channels are the first.
    let shape = [weight.count] + Array(repeating: 1, count: max(0, x.type.shape.count - 2))
    let slopes = graph.constant("\(name).weight", shape: shape) { [weight] in weight }
    return try graph.append("PRelu", [x, slopes], name: name)
  }
}

extension Dropout: GraphExportable {
  /// Nothing, at inference.
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue { x }
}
