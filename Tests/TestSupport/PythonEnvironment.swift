import Foundation

/// Python environments for development that a test may use when they are there.
///
///     @Test(.enabled(if: PythonEnvironment.onnx != nil, Comment(rawValue: PythonEnvironment.noONNX)))
public enum PythonEnvironment {
  /// An interpreter with onnxruntime, onnx and safetensors: `$FACET_ONNX_PYTHON`, or what `scripts/python-env.sh onnx` made.
  public static let onnx: URL? = {
    let named = ProcessInfo.processInfo.environment["FACET_ONNX_PYTHON"]
    let python = named.map { URL(fileURLWithPath: $0) } ?? root.appendingPathComponent(".deps/python-onnx/bin/python")
    let works = try? Program.run(python, ["-c", "import numpy, onnx, onnxruntime, safetensors"]).code == 0
    return works == true ? python : nil
  }()

  public static let noONNX =
    "skipped: no onnxruntime in .deps/python-onnx; scripts/python-env.sh onnx installs it"

  /// The project's folder.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
}
