import FaceDatasets
import Foundation
import ONNX
import Torch

extension FuzzTarget {
  static let onnx = FuzzTarget("onnx", file: "x.onnx", seeds: [bytes(network), bytes(masked)]) { path in
    let model = try ONNXModel(contentsOf: path)
    // What does not fit together is still read to its end.
    for tensor in model.graph.initializers { _ = try tensor.bytes() }
    try model.check()
  }

  private static func bytes(_ build: () throws -> ONNXGraph) -> Data {
    made {
      try inFolder { folder in
        let model = ONNXModel(
          try build(), producerName: "facet", producerVersion: "1", metadata: ["facet.mean": "127.5", "a": ""])
        try model.write(to: folder + "/x.onnx")
        return try Data(contentsOf: URL(fileURLWithPath: folder + "/x.onnx"))
      }
    }
  }

  private static let image = ONNXType([.symbol("N"), .size(3), .size(8), .size(8)])

  /// A small face network: convolutions, normalization, a skip, unit length.
  private static func network() throws -> ONNXGraph {
    var random = SeededRandom(seed: 1)
    let layers = Sequential([
      try BatchNorm(3), try Conv2d(3, 4, kernel: 3, stride: 2, padding: 1, using: &random), try BatchNorm(4),
      try PReLU(4), try Conv2d(4, 4, kernel: 1, groups: 4, bias: true, using: &random), Flatten(),
      try Linear(64, 5, using: &random),
    ])
    var graph = GraphBuilder(of: layers, name: "g")
    let x = graph.input("image", image)
    let y = try graph.append("Add", [x, x], name: "add")
    try graph.output(graph.appendUnitLength(layers.export(y, to: &graph), name: "unit"), as: "embedding")
    return graph.graph
  }

  /// What masked maps need: shapes that are constants, places, templates; and a mean.
  private static func masked() throws -> ONNXGraph {
    var graph = GraphBuilder(of: ReLU(), name: "g")
    let x = graph.input("image", image)
    let bank = graph.constant("bank", shape: [64, 64]) { try .ones([64, 64]) }
    let flat = try graph.append("Reshape", [x, graph.constant("rows", [0, 3, 64])], name: "flat")
    let peaks = try graph.append("ArgMax", [flat], ["axis": .integer(2), "keepdims": .integer(0)], name: "peaks")
    let masks = try graph.append("Gather", [bank, peaks], ["axis": .integer(0)], name: "gather")
    let product = try graph.append("Mul", [flat, masks], name: "mul")
    let maps = try graph.append("Reshape", [product, graph.constant("maps", [0, 3, 8, 8])], name: "maps.back")
    try graph.output(graph.appendPlaceMean(maps, name: "pool"), as: "embedding")
    return graph.graph
  }
}
