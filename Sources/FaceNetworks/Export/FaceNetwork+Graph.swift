import ONNX

extension FaceNetwork {
  /// Names of the graph's input and outputs.
  public enum GraphNames {
    /// [N, 3, S, S], as networks take it.
    public static let image = "image"
    /// [N, D].
    public static let embedding = "embedding"
    /// [N, C, H, W], only with a target layer.
    public static let activations = "activations"
  }

  /// What the network computes at inference as operators of ONNX: embeddings, divided by their length when `unitLength`, and
  /// the target layer's activations (``Output/target``) where there is such a layer.
  ///
  /// Weights are read when the graph is written. Throws `ONNXError`.
  public func graph(unitLength: Bool = false) throws -> ONNXGraph {
    var graph = GraphBuilder(of: self, name: settings.backbone.rawValue)
    let side = ONNXDimension.size(inputSize)
    var x = graph.input(GraphNames.image, ONNXType([.symbol("N"), .size(3), side, side]))
    var activations: GraphValue?
    for (index, unit) in backbone.units.enumerated() {
      x = try unit.layer.export(x, to: &graph)
      guard index == targetUnit else { continue }
      let (target, carried) = try exportTarget(x, to: &graph)
      activations = target
      x = carried
    }
    x = try head?.export(x, to: &graph) ?? backbone.tail!.export(x, to: &graph)
    if unitLength { x = try graph.appendUnitLength(x, name: "unit") }
    try graph.output(x, as: GraphNames.embedding)
    if let activations { try graph.output(activations, as: GraphNames.activations) }
    return graph.graph
  }

  /// The target's activations, and what goes on from there.
  private func exportTarget(
    _ x: GraphValue, to graph: inout GraphBuilder
  ) throws -> (target: GraphValue, carried: GraphValue) {
    guard let inserted else { return (try graph.append("Relu", [x], name: "target.relu"), x) }
    var target = try inserted.export(x, to: &graph)
    if settings.maskTarget {
      target = try PeakTemplates.export(target, channels: targetChannels, side: targetSide, to: &graph)
    }
    return (target, try inserted.merge?.export(target, to: &graph) ?? target)
  }
}
