import Torch

extension BatchNorm: GraphExportable {
  /// An operator of its own. Behind a convolution or a linear layer, ``AffineLayer/export(_:normalizedBy:to:)`` makes it part
  /// of that layer; before a padded convolution nothing can, since the border's zeros are not normalized.
  public func export(_ x: GraphValue, to graph: inout GraphBuilder) throws -> GraphValue {
    let name = graph.name(of: self)
    let constants = [
      ("weight", weight), ("bias", bias), ("running_mean", runningMean), ("running_var", runningVariance),
    ].map { part, tensor in graph.constant("\(name).\(part)", shape: tensor.shape) { tensor } }
    return try graph.append(
      "BatchNormalization", [x] + constants, ["epsilon": .float(Float(epsilon))], name: name)
  }
}
