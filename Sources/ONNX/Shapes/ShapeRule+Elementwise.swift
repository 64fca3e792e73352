extension ShapeRule {
  static let same = ShapeRule(1...1) { (x: OperatorInputs) throws(ONNXError) in x.type(0) }

  /// Sizes are aligned at the end; those of one are stretched.
  static let broadcasting = ShapeRule(2...2) { (x: OperatorInputs) throws(ONNXError) in
    try x.sameElements()
    return ONNXType(try joined(x), x.type(0).element)
  }

  /// Slopes are stretched over the input, not the other way round.
  static let prelu = ShapeRule(2...2) { (x: OperatorInputs) throws(ONNXError) in
    try x.sameElements()
    guard try joined(x) == x.shape(0) else { throw x.failure("the slopes do not fit the input") }
    return x.type(0)
  }

  /// Scale, shift, mean and variance for each channel.
  static let batchNormalization = ShapeRule(5...5) { (x: OperatorInputs) throws(ONNXError) in
    try x.sameElements()
    guard x.shape(0).count >= 2 else { throw x.failure("there are no channels") }
    for index in 1..<5 where x.shape(index) != [x.shape(0)[1]] {
      throw x.failure("input \(index) does not have a number for each channel")
    }
    guard try x.integer("training_mode", default: 0) == 0 else { throw x.failure("it is in training") }
    return x.type(0)
  }

  private static func joined(_ x: OperatorInputs) throws(ONNXError) -> [ONNXDimension] {
    let rank = max(x.shape(0).count, x.shape(1).count)
    let padded = (0..<2).map { index in
      Array(repeating: ONNXDimension.size(1), count: rank - x.shape(index).count) + x.shape(index)
    }
    var shape: [ONNXDimension] = []
    for (a, b) in zip(padded[0], padded[1]) {
      guard a == b || a == .size(1) || b == .size(1) else { throw x.failure("the shapes do not fit") }
      shape.append(a == .size(1) ? b : a)
    }
    return shape
  }
}
