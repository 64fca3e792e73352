import Torch

/// A layer that can say what it computes at inference as operators of ONNX.
public protocol GraphExportable: Layer {
  /// Appends the operators that compute the layer from `x` to `graph`, and returns their result.
  ///
  /// Weights are read when the graph is written: the layer has to stay as it is until then. Throws ``ONNXError``.
  func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue
}

/// A value in a graph that is being built.
public struct GraphValue: Sendable {
  public let name: String
  public let type: ONNXType
}
