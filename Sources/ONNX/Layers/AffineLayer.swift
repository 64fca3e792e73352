import Torch

/// A layer y = W x + b: a convolution or a linear layer. Batch normalization behind it becomes part of its weights.
public protocol AffineLayer: GraphExportable {
  /// [out, ...].
  var weight: Tensor { get }
  /// [out].
  var bias: Tensor? { get }
  /// ONNX's operator, which takes x, W and perhaps b.
  var operation: String { get }
  var attributes: [String: ONNXAttribute] { get }
}

extension AffineLayer {
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let name = graph.name(of: self)
    var inputs = [x, graph.constant("\(name).weight", shape: weight.shape) { [weight] in weight }]
    if let bias { inputs.append(graph.constant("\(name).bias", shape: bias.shape) { bias }) }
    return try graph.append(operation, inputs, attributes, name: name)
  }

  /// The layer and the normalization of its result as one operator: W' = scale W, b' = scale b + shift. Exact up to rounding.
  /// Nothing else may read the layer's own result, which is nowhere in the graph.
  public func export(
    _ x: GraphValue, normalizedBy norm: BatchNorm, to graph: inout GraphBuilder
  ) throws -> GraphValue {
    let name = graph.name(of: self)
    let factors = { () throws -> (scale: Tensor, shift: Tensor) in
      let (scale, shift) = try norm.folded()
      return (try scale.to(.float32), try shift.to(.float32))
    }
    let column = [weight.size(0)] + Array(repeating: 1, count: weight.rank - 1)
    let inputs = [
      x,
      graph.constant("\(name).weight.folded", shape: weight.shape) { [weight] in
        try weight.detached().to(.float32) * factors().scale.reshaped(column)
      },
      graph.constant("\(name).bias.folded", shape: [weight.size(0)]) { [bias] in
        let (scale, shift) = try factors()
        return try bias.map { try $0.detached().to(.float32) * scale + shift } ?? shift
      },
    ]
    return try graph.append(operation, inputs, attributes, name: name)
  }
}

extension Conv2d: AffineLayer {
  public var operation: String { "Conv" }

  public var attributes: [String: ONNXAttribute] {
    let kernel = weight.size(2)
    return [
      "kernel_shape": .integers([kernel, kernel]), "strides": .integers([stride, stride]),
      "pads": .integers([padding, padding, padding, padding]), "dilations": .integers([1, 1]),
      "group": .integer(groups),
    ]
  }
}

extension Linear: AffineLayer {
  public var operation: String { "Gemm" }
  public var attributes: [String: ONNXAttribute] { ["transB": .integer(1)] }
}
