extension ShapeRule {
  /// Maps [N, C, H, W], weights [O, C / groups, k, k], perhaps a bias [O].
  static let convolution = ShapeRule(2...3) { (x: OperatorInputs) throws(ONNXError) in
    try x.sameElements()
    let (input, weight) = (try x.shape(0, rank: 4), try x.shape(1, rank: 4))
    let groups = try x.integer("group", default: 1)
    guard groups >= 1, try x.size(0, 1) == x.size(1, 1) * groups, try x.size(1, 0) % groups == 0 else {
      throw x.failure("the channels do not fit \(groups) groups")
    }
    guard x.inputs.count == 2 || x.shape(2) == [weight[0]] else { throw x.failure("the bias does not fit") }
    guard x.node.attributes["auto_pad"] == nil else { throw x.failure("'auto_pad' is not read") }
    let (height, width) = (try side(x, 0), try side(x, 1))
    return ONNXType([input[0], weight[0], .size(height), .size(width)], x.type(0).element)
  }

  /// Mean over all places.
  static let globalPool = ShapeRule(1...1) { (x: OperatorInputs) throws(ONNXError) in
    guard x.shape(0).count >= 3 else { throw x.failure("there are no places") }
    return ONNXType(x.shape(0).prefix(2) + x.shape(0).dropFirst(2).map { _ in .size(1) }, x.type(0).element)
  }

  private static func side(_ x: OperatorInputs, _ axis: Int) throws(ONNXError) -> Int {
    let kernel = try x.size(1, 2 + axis)
    let pads = try x.integers("pads", default: [0, 0, 0, 0])
    let stride = try x.integers("strides", default: [1, 1])[axis]
    let dilation = try x.integers("dilations", default: [1, 1])[axis]
    let declared = try x.integers("kernel_shape", default: [x.size(1, 2), x.size(1, 3)])[axis]
    guard declared == kernel, kernel >= 1, stride >= 1, dilation >= 1, kernel * dilation <= OperatorInputs.limit else {
      throw x.failure("kernel, stride or dilation makes no sense")
    }
    let room = try x.size(0, 2 + axis) + pads[axis] + pads[axis + 2] - dilation * (kernel - 1) - 1
    guard room >= 0 else { throw x.failure("the kernel is larger than the map") }
    return room / stride + 1
  }
}
