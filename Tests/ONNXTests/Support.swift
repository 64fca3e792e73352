import FaceDatasets
import Foundation
import TestSupport
import Testing
import Torch

@testable import ONNX

/// A network of all that graphs are made of.
final class SmallNetwork: Layer {
  let body: Sequential
  let prelu: PReLU
  let linear: Linear
  let last: BatchNorm

  init() throws {
    var random = SeededRandom(seed: 4)
    let first = try BatchNorm(2)
    body = Sequential([
      try Conv2d(3, 4, kernel: 3, stride: 2, padding: 1, using: &random), try BatchNorm(4), ReLU(), try BatchNorm(4),
      try Conv2d(4, 2, kernel: 1, bias: true, using: &random), first,
    ])
    prelu = try PReLU(2)
    linear = try Linear(2 * 16, 5, using: &random)
    last = try BatchNorm(5)
    try withoutGradient {
      for (name, tensor) in state() where name.contains("running_") || name.hasSuffix("bias") {
        try tensor.copy(from: .uniform(tensor.shape, 0.5...1.5, using: &random))
      }
    }
    setTraining(false)
  }

  var members: [(name: String, member: Member)] {
    [("body", .module(body)), ("prelu", .module(prelu)), ("linear", .module(linear)), ("last", .module(last))]
  }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try last(linear(prelu(body(x)).flattened(from: 1))) }

  func graph() throws -> ONNXGraph {
    var graph = GraphBuilder(of: self, name: "small")
    var x = graph.input("image", ONNXType([.symbol("N"), .size(3), .size(8), .size(8)]))
    x = try prelu.export(body.export(x, to: &graph), to: &graph)
    x = try Flatten().export(x, to: &graph)
    x = try linear.export(x, normalizedBy: last, to: &graph)
    try graph.output(x, as: "embedding")
    return graph.graph
  }

  func model() throws -> ONNXModel {
    ONNXModel(
      try graph(), producerName: "facet", producerVersion: "1.2.3", documentation: "about it",
      metadata: ["b": "two", "a": "one ü"])
  }
}

/// Writes a model into a folder of its own and returns the file.
func written(_ model: ONNXModel, in folder: TemporaryFolder, _ name: String = "x.onnx") throws -> String {
  let path = folder.path + "/" + name
  try model.write(to: path)
  return path
}

/// The text of the error that `body` throws; the test fails when it throws none.
func failure(at location: SourceLocation = #_sourceLocation, _ body: () throws -> some Any) -> String {
  do {
    _ = try body()
    Issue.record("nothing was thrown", sourceLocation: location)
    return ""
  } catch { return "\(error)" }
}
