import ArgumentParsing
import FaceNetworks
import ONNX
import TerminalOutput

/// `facet export`
struct Export: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Writes a model as ONNX, or checks an ONNX file.",
    discussion: """
      The network takes `image` [N, 3, S, S], float32, RGB, (v - 127.5) / 127.5, any number N of photos, and gives `embedding` \
      [N, D], not normalized unless --unit-length, and `activations` [N, C, H, W] of the target layer where there is one. Batch \
      normalization is folded into convolutions where that is exact. Parts of the channels, threshold and normalization are in \
      the file's metadata: docs/formats.md lists the keys and runs a file in Python. ONNX opset 17.

      --check reads a file without running it, and fails where its names, shapes or weights do not fit together; it knows the \
      operators that Facet writes.
      """,
    examples: [
      "facet export model.safetensors --output model.onnx",
      "facet export model.safetensors --unit-length --output model.onnx",
      "facet export --check model.onnx",
    ])

  @Argument(help: "A model file; Facet's own small model without it.") var model: String?
  @Option(name: .shortAndLong, help: "The ONNX file to write.", valueName: "file") var output: String?
  @Flag(help: "Divide embeddings by their length: inner products are scores then.") var unitLength = false
  @Option(help: "Check this ONNX file instead of writing one.", valueName: "file") var check: String?
  @Option(help: "Write what the file consists of as JSON; - for standard output.", valueName: "path")
  var json: OutputPath?

  mutating func validate() throws {
    guard (output == nil) != (check == nil) else { throw UsageError("give either --output or --check") }
    guard check == nil || (model == nil && !unitLength) else {
      throw UsageError("--check looks at an ONNX file alone: leave the model and --unit-length out")
    }
  }

  mutating func run() throws {
    try OutputCheck.files(output, json?.path, reading: [check ?? DefaultModel.path(model)])
    let (summary, words): (ONNXModel.Summary, String)
    if let check {
      summary = try ONNXModel.check(contentsOf: check)
      words = ExportText.checked(check, summary)
    } else {
      let model = try FaceModel(contentsOf: DefaultModel.path(model))
      let onnx = try model.onnx(unitLength: unitLength, version: facetVersion)
      summary = try onnx.check()
      try onnx.write(to: output!)
      words = ExportText.written(output!, summary)
    }
    if let json { try writeJSON(summary, to: json.path) }
    CommandOutput.current.printLine(words)
  }
}
