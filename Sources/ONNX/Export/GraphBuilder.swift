import Torch

/// Builds a graph, operator by operator. Shapes are computed on the way, so that what does not fit is found at once.
///
/// ```swift
/// var graph = GraphBuilder(of: network, name: "iresnet18")
/// var x = graph.input("image", ONNXType([.symbol("N"), .size(3), .size(112), .size(112)]))
/// x = try graph.append("Relu", [network.conv.export(x, to: &graph)], name: "relu")
/// try graph.output(x, as: "embedding")
/// ```
public struct GraphBuilder {
  private var nodes: [ONNXNode] = []
  private var initializers: [ONNXTensor] = []
  private var inputs: [ONNXValue] = []
  private var outputs: [ONNXValue] = []
  private var taken: Set<String> = []
  /// Names of the values that operators can read.
  private var known: Set<String> = []
  private let title: String
  private let moduleNames: [ObjectIdentifier: String]

  /// `network` gives operators and weights the names that its parts have in a state dict.
  public init(of network: any Module, name: String) {
    title = name
    moduleNames = GraphBuilder.names(of: network)
  }

  private static func names(of module: any Module, prefix: String = "") -> [ObjectIdentifier: String] {
    var names = [ObjectIdentifier(module): prefix]
    for (own, member) in module.members {
      guard case .module(let inner) = member else { continue }
      names.merge(Self.names(of: inner, prefix: prefix.isEmpty ? own : "\(prefix).\(own)")) { first, _ in first }
    }
    return names
  }

  /// The dotted name of a part of the network, with `suffix`; only the suffix for what is no part of it.
  public func name(of module: any Module, _ suffix: String = "") -> String {
    [moduleNames[ObjectIdentifier(module)] ?? "", suffix].filter { !$0.isEmpty }.joined(separator: ".")
  }

  /// What was built so far.
  public var graph: ONNXGraph {
    ONNXGraph(name: title, nodes: nodes, initializers: initializers, inputs: inputs, outputs: outputs)
  }

  public mutating func input(_ name: String, _ type: ONNXType) -> GraphValue {
    let value = ONNXValue(unique(name), type)
    inputs.append(value)
    known.insert(value.name)
    return GraphValue(name: value.name, type: type)
  }

  /// A constant of 32-bit floats, read when the graph is written.
  public mutating func constant(_ name: String, shape: [Int], _ tensor: @escaping () throws -> Tensor) -> GraphValue {
    add(ONNXTensor(unique(name), shape: shape, floats: tensor))
  }

  /// A constant of 64-bit integers: a shape.
  public mutating func constant(_ name: String, _ integers: [Int]) -> GraphValue {
    add(ONNXTensor(unique(name), integers: integers))
  }

  private mutating func add(_ tensor: ONNXTensor) -> GraphValue {
    initializers.append(tensor)
    known.insert(tensor.name)
    return GraphValue(name: tensor.name, type: tensor.type)
  }

  /// Appends an operator with one result. Throws ``ONNXError`` when it does not take such inputs, or when one of them has
  /// become an output of another name.
  public mutating func append(
    _ operation: String, _ inputs: [GraphValue], _ attributes: [String: ONNXAttribute] = [:], name: String
  ) throws -> GraphValue {
    if let gone = inputs.first(where: { !known.contains($0.name) }) {
      throw ONNXError("\(operation) '\(name)' reads '\(gone.name)', which is no value of the graph any more")
    }
    let result = unique("\(name).out")
    let node = ONNXNode(
      name: unique(name), operation: operation, inputs: inputs.map(\.name), outputs: [result], attributes: attributes)
    let operands = try inputs.map { input in
      OperatorInput(type: input.type, numbers: try initializers.first { $0.name == input.name }?.integers())
    }
    let type = try ShapeRule.result(of: node, operands)
    nodes.append(node)
    known.insert(result)
    return GraphValue(name: result, type: type)
  }

  /// Appends a layer. Throws ``ONNXError`` for one that has no export.
  public mutating func append(_ layer: any Layer, _ x: GraphValue) throws -> GraphValue {
    guard let layer = layer as? any GraphExportable else {
      throw ONNXError("\(name(of: layer)), a \(type(of: layer)), has no export to ONNX")
    }
    return try layer.export(x, to: &self)
  }

  /// Makes an operator's result an output of the graph and returns it under its new name. Throws ``ONNXError`` when there is
  /// no such result any more.
  @discardableResult
  public mutating func output(_ value: GraphValue, as name: String) throws -> GraphValue {
    guard let made = nodes.firstIndex(where: { $0.outputs.contains(value.name) }) else {
      throw ONNXError("output '\(name)': no operator gives '\(value.name)'")
    }
    let fresh = unique(name)
    nodes[made].outputs = [fresh]
    known.remove(value.name)
    known.insert(fresh)
    for index in nodes.indices { nodes[index].inputs = nodes[index].inputs.map { $0 == value.name ? fresh : $0 } }
    outputs.append(ONNXValue(fresh, value.type))
    return GraphValue(name: fresh, type: value.type)
  }

  /// `name`, or a variant of it that nothing has yet.
  private mutating func unique(_ name: String) -> String {
    var free = name
    var number = 2
    while !taken.insert(free).inserted {
      free = "\(name)_\(number)"
      number += 1
    }
    return free
  }
}
