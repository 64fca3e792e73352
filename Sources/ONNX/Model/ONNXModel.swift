/// A network as ONNX (https://onnx.ai) has it: a graph of operators, and texts about it.
public struct ONNXModel {
  /// Version of the file format.
  public var irVersion = ONNXModel.writtenIRVersion
  /// Version of the standard operators.
  public var opset = ONNXModel.writtenOpset
  public var producerName: String
  public var producerVersion: String
  /// What it is, for people.
  public var documentation: String
  public var graph: ONNXGraph
  /// Texts by name, which onnxruntime calls the model's custom metadata.
  public var metadata: [String: String]

  public init(
    _ graph: ONNXGraph, producerName: String, producerVersion: String, documentation: String = "",
    metadata: [String: String] = [:]
  ) {
    self.graph = graph
    self.producerName = producerName
    self.producerVersion = producerVersion
    self.documentation = documentation
    self.metadata = metadata
  }

  /// ONNX 1.12 of 2022: every onnxruntime since 1.12 opens it.
  public static let writtenIRVersion = 8
  public static let writtenOpset = 17
}

/// Operators in an order in which each finds its inputs computed.
public struct ONNXGraph {
  public var name: String
  public var nodes: [ONNXNode]
  /// Constants: weights.
  public var initializers: [ONNXTensor]
  public var inputs: [ONNXValue]
  public var outputs: [ONNXValue]

  public init(
    name: String, nodes: [ONNXNode], initializers: [ONNXTensor], inputs: [ONNXValue], outputs: [ONNXValue]
  ) {
    self.name = name
    self.nodes = nodes
    self.initializers = initializers
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// One operator with the names of the values that it reads and makes.
public struct ONNXNode: Equatable, Sendable {
  public var name: String
  /// "Conv", "Relu", ...
  public var operation: String
  /// An empty name leaves out an optional input.
  public var inputs: [String]
  public var outputs: [String]
  public var attributes: [String: ONNXAttribute]

  public init(
    name: String, operation: String, inputs: [String], outputs: [String], attributes: [String: ONNXAttribute] = [:]
  ) {
    self.name = name
    self.operation = operation
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }
}

/// A setting of an operator.
public enum ONNXAttribute: Equatable, Sendable {
  case integer(Int)
  case integers([Int])
  case float(Float)
  case floats([Float])
  case string(String)
  /// Of a kind that Facet's operators have not, such as a graph; the number is ONNX's.
  case other(kind: Int)
}

/// A model that cannot be built, written or used.
public struct ONNXError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file; nil while there is none.
  public var path: String?
  public var reason: String

  public init(_ reason: String, path: String? = nil) {
    self.reason = reason
    self.path = path
  }

  public var description: String { path.map { "\($0) is not a usable ONNX file: \(reason)" } ?? reason }
}
