/// What an operator makes of its inputs' types: one rule for building graphs and for checking files.
///
/// The rules are those of opsets 13 to 17 (https://onnx.ai/onnx/operators/) for the operators that face networks need.
struct ShapeRule: Sendable {
  /// How many inputs it takes.
  let inputs: ClosedRange<Int>
  let result: @Sendable (OperatorInputs) throws(ONNXError) -> ONNXType

  init(_ inputs: ClosedRange<Int>, _ result: @escaping @Sendable (OperatorInputs) throws(ONNXError) -> ONNXType) {
    self.inputs = inputs
    self.result = result
  }

  /// Opsets in which the rules hold: from 18 on the axes of reductions are inputs.
  static let opsets = 13...17

  /// Every operator there is a rule for. A new one is a line here and a function beside its relatives.
  static let all: [String: ShapeRule] = [
    "Add": broadcasting, "ArgMax": argMax, "BatchNormalization": batchNormalization, "Conv": convolution,
    "Div": broadcasting, "Flatten": flatten, "Gather": gather, "Gemm": gemm, "GlobalAveragePool": globalPool,
    "Max": broadcasting, "Mul": broadcasting, "PRelu": prelu, "ReduceL2": reduction, "Relu": same, "Reshape": reshape,
  ]

  /// The type that a node makes. Throws ``ONNXError`` for an operator without a rule and for inputs that do not fit it.
  static func result(of node: ONNXNode, _ inputs: [OperatorInput]) throws(ONNXError) -> ONNXType {
    guard let rule = all[node.operation] else {
      throw ONNXError("\(node.operation) is none of the operators that Facet writes")
    }
    guard rule.inputs.contains(inputs.count) else {
      throw ONNXError("\(node.operation) takes \(rule.inputs) inputs, it has \(inputs.count)")
    }
    let operands = OperatorInputs(node: node, inputs: inputs)
    let result = try rule.result(operands)
    guard result.shape.count <= OperatorInputs.highestRank, result.shape.allSatisfy(isUsable) else {
      throw operands.failure("the result is larger than any")
    }
    return result
  }

  private static func isUsable(_ dimension: ONNXDimension) -> Bool {
    if case .size(let size) = dimension { (0...OperatorInputs.limit).contains(size) } else { true }
  }
}

/// An input of an operator.
struct OperatorInput {
  let type: ONNXType
  /// Its numbers, where it is a constant of few integers.
  var numbers: [Int]?
}

/// What a rule works on.
struct OperatorInputs {
  let node: ONNXNode
  let inputs: [OperatorInput]

  /// The largest size, and the largest attribute, that is calculated with: sums and products of two stay whole numbers.
  static let limit = 1 << 31
  /// The most dimensions of a shape.
  static let highestRank = 8

  func type(_ index: Int) -> ONNXType { inputs[index].type }
  func shape(_ index: Int) -> [ONNXDimension] { inputs[index].type.shape }

  /// Throws where inputs that are calculated with together have other elements than the first.
  func sameElements() throws(ONNXError) {
    guard inputs.allSatisfy({ $0.type.element == inputs[0].type.element }) else { throw failure("elements differ") }
  }

  func failure(_ reason: String) -> ONNXError {
    let types = inputs.map(\.type.description).joined(separator: ", ")
    return ONNXError("\(node.operation) of \(types): \(reason)")
  }

  /// Throws when the input has another rank.
  func shape(_ index: Int, rank: Int) throws(ONNXError) -> [ONNXDimension] {
    guard shape(index).count == rank else { throw failure("input \(index) has to have \(rank) dimensions") }
    return shape(index)
  }

  /// A size that has to be known.
  func size(_ index: Int, _ dimension: Int) throws(ONNXError) -> Int {
    guard case .size(let size) = shape(index)[dimension] else {
      throw failure("size \(dimension) of input \(index) has to be a number")
    }
    return size
  }

  func integer(_ name: String, default value: Int) throws(ONNXError) -> Int {
    guard let attribute = node.attributes[name] else { return value }
    guard case .integer(let number) = attribute, abs(Double(number)) <= Double(Self.limit) else {
      throw failure("its attribute '\(name)' is no usable number")
    }
    return number
  }

  func integers(_ name: String, default value: [Int]) throws(ONNXError) -> [Int] {
    guard let attribute = node.attributes[name] else { return value }
    guard case .integers(let numbers) = attribute, numbers.count == value.count,
      numbers.allSatisfy({ (0...Self.limit).contains($0) })
    else { throw failure("its attribute '\(name)' has to be \(value.count) numbers from 0") }
    return numbers
  }

  /// An axis, of which negative ones count from the end.
  func axis(_ number: Int, rank: Int) throws(ONNXError) -> Int {
    let axis = number < 0 ? number + rank : number
    guard (0..<rank).contains(axis) else { throw failure("there is no axis \(number)") }
    return axis
  }

  /// The product of sizes that are known.
  func product(_ dimensions: some Sequence<ONNXDimension>) throws(ONNXError) -> Int {
    var product = 1
    for dimension in dimensions {
      guard case .size(let size) = dimension else { throw failure("size \(dimension) has to be a number") }
      product *= size
      guard product <= Self.limit else { throw failure("the result is larger than any") }
    }
    return product
  }
}
