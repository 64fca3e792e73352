extension ShapeRule {
  /// A norm along axes.
  static let reduction = ShapeRule(1...1) { (x: OperatorInputs) throws(ONNXError) in
    let rank = x.shape(0).count
    guard case .integers(let numbers)? = x.node.attributes["axes"], !numbers.isEmpty else {
      throw x.failure("its attribute 'axes' has to name axes")
    }
    var axes: Set<Int> = []
    for number in numbers { axes.insert(try x.axis(number, rank: rank)) }
    return ONNXType(try reduced(x, axes), x.type(0).element)
  }

  /// Where the largest number along an axis lies.
  static let argMax = ShapeRule(1...1) { (x: OperatorInputs) throws(ONNXError) in
    let axis = try x.axis(x.integer("axis", default: 0), rank: x.shape(0).count)
    return ONNXType(try reduced(x, [axis]), .int64)
  }

  /// Slices along an axis by their numbers.
  static let gather = ShapeRule(2...2) { (x: OperatorInputs) throws(ONNXError) in
    let data = x.shape(0)
    let axis = try x.axis(x.integer("axis", default: 0), rank: data.count)
    guard [.int32, .int64].contains(x.type(1).element) else { throw x.failure("the numbers have to be integers") }
    return ONNXType(data[..<axis] + x.shape(1) + data[(axis + 1)...], x.type(0).element)
  }

  private static func reduced(_ x: OperatorInputs, _ axes: Set<Int>) throws(ONNXError) -> [ONNXDimension] {
    let keeps = try x.integer("keepdims", default: 1) != 0
    return x.shape(0).enumerated().compactMap { axis, size in
      guard axes.contains(axis) else { return size }
      return keeps ? .size(1) : nil
    }
  }
}
