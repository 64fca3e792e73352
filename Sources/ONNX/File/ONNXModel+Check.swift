extension ONNXModel {
  /// What a model consists of.
  public struct Summary: Codable, Sendable, Equatable {
    public struct Value: Codable, Sendable, Equatable {
      public var name: String
      public var elements: String
      /// Sizes, and names of those that are any.
      public var shape: [String]
    }

    public var irVersion: Int
    public var opset: Int
    public var producer: String
    public var inputs: [Value]
    public var outputs: [Value]
    public var nodes: Int
    /// How many there are of each operator.
    public var operators: [String: Int]
    /// Numbers in all weights.
    public var weights: Int
    /// Bytes of all weights.
    public var weightBytes: Int
    public var metadata: [String: String]
  }

  /// Format versions that are known here.
  static let irVersions = 7...13

  /// Checks that the model makes sense: versions, names that are unique, every value computed before it is used, weights of
  /// the size that their shapes say and finite, operators with inputs that fit them, and outputs of the shapes that the operators give.
  ///
  /// Throws ``ONNXError`` saying what is wrong.
  @discardableResult
  public func check() throws -> Summary {
    guard ONNXModel.irVersions.contains(irVersion) else {
      throw ONNXError("its format version \(irVersion) is not \(ONNXModel.irVersions)")
    }
    guard ShapeRule.opsets.contains(opset) else {
      throw ONNXError("its operator set \(opset) is not \(ShapeRule.opsets), whose rules are known here")
    }
    try graph.check()
    return summary
  }

  /// Reads and checks a file. Throws ``ONNXError``, with the file's name.
  public static func check(contentsOf path: String) throws -> Summary {
    let model = try ONNXModel(contentsOf: path)
    do { return try model.check() } catch let error as ONNXError {
      throw ONNXError(error.reason, path: path)
    }
  }

  private var summary: Summary {
    func described(_ values: [ONNXValue]) -> [Summary.Value] {
      values.map {
        Summary.Value(
          name: $0.name, elements: $0.type.element.description, shape: $0.type.shape.map(\.description))
      }
    }
    return Summary(
      irVersion: irVersion, opset: opset, producer: "\(producerName) \(producerVersion)",
      inputs: described(graph.inputs), outputs: described(graph.outputs), nodes: graph.nodes.count,
      operators: Dictionary(graph.nodes.map { ($0.operation, 1) }, uniquingKeysWith: +),
      weights: graph.initializers.reduce(0) { $0 + $1.count },
      weightBytes: graph.initializers.reduce(0) { $0 + $1.byteCount }, metadata: metadata)
  }
}

extension ONNXGraph {
  fileprivate func check() throws {
    guard !name.isEmpty else { throw ONNXError("its graph has no name") }
    guard !inputs.isEmpty, !outputs.isEmpty else { throw ONNXError("its graph has no input or no output") }
    var values: [String: OperatorInput] = [:]
    func add(_ name: String, _ value: OperatorInput) throws {
      guard !name.isEmpty, values.updateValue(value, forKey: name) == nil else {
        throw ONNXError(name.isEmpty ? "a value has no name" : "there are two values '\(name)'")
      }
    }
    for input in inputs { try add(input.name, OperatorInput(type: input.type)) }
    for tensor in initializers {
      guard try tensor.isFinite() else {
        throw ONNXError("weight '\(tensor.name)' holds numbers that are none, or infinite")
      }
      try add(tensor.name, OperatorInput(type: tensor.type, numbers: tensor.integers()))
    }
    var names: Set<String> = []
    for node in nodes {
      guard node.name.isEmpty || names.insert(node.name).inserted else {
        throw ONNXError("there are two nodes '\(node.name)'")
      }
      let type = try result(of: node, values)
      try add(node.outputs[0], OperatorInput(type: type))
    }
    for output in outputs {
      guard let made = values[output.name] else { throw ONNXError("output '\(output.name)' is computed nowhere") }
      guard made.type == output.type else {
        throw ONNXError("output '\(output.name)' is said to be \(output.type), but is \(made.type)")
      }
    }
    guard Set(outputs.map(\.name)).count == outputs.count else { throw ONNXError("two outputs have one name") }
  }

  private func result(of node: ONNXNode, _ values: [String: OperatorInput]) throws -> ONNXType {
    let label = node.name.isEmpty ? node.operation : node.name
    guard node.outputs.count == 1 else {
      throw ONNXError("node '\(label)' has \(node.outputs.count) results; operators with several are not read")
    }
    let inputs = try node.inputs.map { name in
      guard let value = values[name] else {
        throw ONNXError("node '\(label)' reads '\(name)', which is not computed before it")
      }
      return value
    }
    do { return try ShapeRule.result(of: node, inputs) } catch {
      throw ONNXError("node '\(label)': \(error.reason)")
    }
  }
}
