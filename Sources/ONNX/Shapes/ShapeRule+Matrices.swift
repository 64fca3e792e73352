extension ShapeRule {
  /// Rows [N, K] times a matrix, perhaps plus a bias that is stretched over the rows.
  static let gemm = ShapeRule(2...3) { (x: OperatorInputs) throws(ONNXError) in
    try x.sameElements()
    let (rows, matrix) = (try x.shape(0, rank: 2), try x.shape(1, rank: 2))
    guard try x.integer("transA", default: 0) == 0 else { throw x.failure("'transA' is not read") }
    let isTransposed = try x.integer("transB", default: 0) != 0
    let (inner, outer) = isTransposed ? (matrix[1], matrix[0]) : (matrix[0], matrix[1])
    guard rows[1] == inner else { throw x.failure("the matrix does not fit the rows") }
    guard x.inputs.count == 2 || x.shape(2) == [outer] else { throw x.failure("the bias does not fit") }
    return ONNXType([rows[0], outer], x.type(0).element)
  }

  /// All dimensions from `axis` on become one. Only from axis 1: what lies before may be any number of photos.
  static let flatten = ShapeRule(1...1) { (x: OperatorInputs) throws(ONNXError) in
    guard try x.integer("axis", default: 1) == 1, let first = x.shape(0).first else {
      throw x.failure("only axis 1 is read")
    }
    return ONNXType([first, .size(try x.product(x.shape(0).dropFirst()))], x.type(0).element)
  }

  /// Sizes are a constant; 0 keeps a size, and all others are numbers.
  static let reshape = ShapeRule(2...2) { (x: OperatorInputs) throws(ONNXError) in
    let old = x.shape(0)
    guard let sizes = x.inputs[1].numbers else { throw x.failure("the sizes have to be a short constant") }
    var shape: [ONNXDimension] = []
    for (index, size) in sizes.enumerated() {
      guard (0...OperatorInputs.limit).contains(size), size > 0 || index < old.count else {
        throw x.failure("the sizes \(sizes) make no sense")
      }
      shape.append(size == 0 ? old[index] : .size(size))
    }
    // What is kept need not be known.
    let kept = sizes.enumerated().filter { $0.element == 0 }.map(\.offset)
    func rest(_ shape: [ONNXDimension]) -> [ONNXDimension] {
      shape.enumerated().filter { !kept.contains($0.offset) }.map(\.element)
    }
    guard try x.product(rest(old)) == x.product(rest(shape)) else { throw x.failure("the sizes \(sizes) do not fit") }
    return ONNXType(shape, x.type(0).element)
  }
}
