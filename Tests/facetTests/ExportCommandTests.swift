import Foundation
import TestSupport
import Testing
import Torch

extension FacetCommands {
  /// `facet export`, and what its documentation shows.
  @Suite struct ExportCommand {
    private let run: TinyRun
    private let folder: TemporaryFolder
    init() throws {
      run = try TinyRun.shared.get()
      folder = try TemporaryFolder()
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    @Test func exportsAndChecks() throws {
      let onnx = path("x.onnx")
      let written = try facet("export", run.model, "--output", onnx, "--json", path("a.json"))
      #expect(written.code == 0 && written.output.contains("N x 16 x 8 x 8"), "\(written.all)")
      let checked = try facet("export", "--check", onnx, "--json", path("b.json"))
      #expect(checked.code == 0 && checked.output.contains("fit together"), "\(checked.all)")
      let summary = try #require(try json(path("b.json")) as? [String: Any])
      #expect(try Data(contentsOf: URL(fileURLWithPath: path("a.json"))).count > 500)
      #expect(summary["nodes"] as? Int ?? 0 > 10 && summary["opset"] as? Int == 17)
      #expect((summary["metadata"] as? [String: String])?["facet.backbone"] == "iresnet10")
      #expect(try json(path("a.json")) as? NSDictionary == summary as NSDictionary)
      // The same file again.
      #expect(try facet("export", run.model, "--output", path("y.onnx")).code == 0)
      let files = try ["x.onnx", "y.onnx"].map { try Data(contentsOf: URL(fileURLWithPath: path($0))) }
      #expect(files[0] == files[1])
    }

    @Test func saysWhatIsWrong() throws {
      expectFailure(try facet("export", run.model), code: 2, "--output")
      expectFailure(
        try facet("export", run.model, "--output", path("x.onnx"), "--check", path("y.onnx")), code: 2, "either")
      expectFailure(try facet("export", run.model, "--check", path("y.onnx")), code: 2, "alone")
      expectFailure(try facet("export", "--check", path("nowhere.onnx")), "nowhere.onnx", "No such file")
      expectFailure(try facet("export", "--check", run.model), run.model, "not a usable ONNX file")
      expectFailure(try facet("export", path("no.safetensors"), "--output", path("x.onnx")), "no.safetensors")
      expectFailure(try facet("export", run.model, "--output", path("no/x.onnx")), "no/x.onnx", "create it first")
    }

    @Test func embedWritesWhatChecksNeed() throws {
      let tensors = path("t.safetensors")
      let result = try facet(
        "embed", run.model, "--list", run.list, "--output", path("e.safetensors"), "--tensors", tensors)
      #expect(result.code == 0, "\(result.all)")
      let file = try Safetensors(contentsOf: tensors)
      #expect(try file.tensor("input")?.shape == [6, 3, 32, 32])
      #expect(try file.tensor("activations")?.shape == [6, 16, 8, 8])
      let (checked, plain) = (
        try file.tensor("embeddings"), try Safetensors(contentsOf: path("e.safetensors")).tensor("embeddings")
      )
      #expect(try #require(checked).floats() == #require(plain).floats())
    }

    /// The Python in docs/formats.md, word for word, on the model that comes with Facet.
    @Test(.enabled(if: PythonEnvironment.onnx != nil, Comment(rawValue: PythonEnvironment.noONNX)))
    func theDocumentedExampleRuns() throws {
      let root = PythonEnvironment.root
      let text = try String(contentsOf: root.appendingPathComponent("docs/formats.md"), encoding: .utf8)
      let section = try #require(text.components(separatedBy: "\n## Weights out: ONNX\n").dropFirst().first)
      let code = try #require(section.components(separatedBy: "```python\n").dropFirst().first)
      try folder.write("example.py", try #require(code.components(separatedBy: "```").first))
      let model = root.appendingPathComponent("Models/facet-small.safetensors").path
      try FileManager.default.copyItem(atPath: model, toPath: path("model.safetensors"))
      #expect(try facet("export", model, "--output", path("model.onnx")).code == 0)
      let result = try Program.run(#require(PythonEnvironment.onnx), ["example.py"], in: folder.path)
      #expect(result.code == 0, "\(result.errors)")
      let lines = result.output.split(separator: "\n")
      #expect(lines.count == 3 && lines[0] == "(32, 3, 3, 3)", "\(result.output)")
      #expect(lines[1].hasPrefix("score ") && lines[1].hasSuffix("threshold 0.332"), "\(result.output)")
      #expect(lines[2].hasPrefix("strongest channel detects: "), "\(result.output)")
    }
  }
}
