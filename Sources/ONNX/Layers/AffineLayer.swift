import Torch

/// A layer y = W x + b: a convolution or a linear layer. Batch normalization behind it becomes part of its weights.
public protocol AffineLayer: GraphExportable {
  /// [out, ...].
  var weight: Tensor { get }
  /// W as the operator takes it; ``weight`` where the layer does not say otherwise.
  var dense: Tensor { get throws }
  /// [out].
  var bias: Tensor? { get }
  /// ONNX's operator, which takes x, W and perhaps b.
  var operation: String { get }
  var attributes: [String: ONNXAttribute] { get }
}

extension AffineLayer {
  public var dense: Tensor { weight }

  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let name = graph.name(of: self)
    var inputs = [x, graph.constant("\(name).weight", shape: try dense.shape) { try self.dense }]
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
    let shape = try dense.shape
    let column = [shape[0]] + Array(repeating: 1, count: shape.count - 1)
    let inputs = [
      x,
      graph.constant("\(name).weight.folded", shape: shape) {
        try self.dense.detached().to(.float32) * factors().scale.reshaped(column)
      },
      graph.constant("\(name).bias.folded", shape: [shape[0]]) { [bias] in
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
