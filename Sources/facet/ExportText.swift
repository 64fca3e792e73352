import ONNX
import TerminalOutput

/// An ONNX file in words.
enum ExportText {
  static func checked(_ path: String, _ summary: ONNXModel.Summary) -> String {
    "\(values(summary))\n\(path): \(contents(summary)); names, shapes and weights fit together"
  }

  static func written(_ path: String, _ summary: ONNXModel.Summary) -> String {
    "\(values(summary))\n\(path): \(contents(summary))"
  }

  private static func values(_ summary: ONNXModel.Summary) -> String {
    var table = TextTable(["value", "name", "elements", "shape"])
    for (kind, values) in [("input", summary.inputs), ("output", summary.outputs)] {
      for value in values { table.addRow([kind, value.name, value.elements, value.shape.joined(separator: " x ")]) }
    }
    return table.text()
  }

  private static func contents(_ summary: ONNXModel.Summary) -> String {
    "ONNX opset \(summary.opset), \(summary.nodes) operators, \(summary.weights) weights, by \(summary.producer)"
  }
}
