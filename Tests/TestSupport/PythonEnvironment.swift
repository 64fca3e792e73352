import Foundation

/// Python environments for development that a test may use when they are there.
///
///     @Test(.enabled(if: PythonEnvironment.onnx != nil, Comment(rawValue: PythonEnvironment.noONNX)))
public enum PythonEnvironment {
  /// An interpreter with onnxruntime, onnx and safetensors: `$FACET_ONNX_PYTHON`, or what `scripts/python-env.sh onnx` made.
  public static let onnx: URL? = {
    let named = ProcessInfo.processInfo.environment["FACET_ONNX_PYTHON"]
    let python = named.map { URL(fileURLWithPath: $0) } ?? root.appendingPathComponent(".deps/python-onnx/bin/python")
    let works = try? run(python, ["-c", "import numpy, onnx, onnxruntime, safetensors"]).code == 0
    return works == true ? python : nil
  }()

  public static let noONNX =
    "skipped: no onnxruntime in .deps/python-onnx; scripts/python-env.sh onnx installs it"

  /// The project's folder.
  public static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// What a program left.
  public struct Result: Sendable {
    public let code: Int32
    public let output: String
    public let errors: String
  }

  /// Runs Python to its end. Throws when there is no such program.
  public static func run(_ python: URL, _ arguments: [String], in folder: String? = nil) throws -> Result {
    let words = try TemporaryFolder()
    let process = Process()
    process.executableURL = python
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    // Files take any number of words; a pipe that nobody reads would block.
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: words.write("out")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: words.write("err")))
    let done = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in done.signal() }
    try process.run()
    done.wait()
    return Result(
      code: process.terminationStatus, output: try String(contentsOfFile: words.path + "/out", encoding: .utf8),
      errors: try String(contentsOfFile: words.path + "/err", encoding: .utf8))
  }
}
