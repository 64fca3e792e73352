import FaceNetworks
import Foundation

/// The two sides of benchmarks of inference. Each pair is compared before it is timed.
struct InferencePairs {
  private let name: String
  private let setup: Setup
  private let note: Note

  init(name: String, _ setup: Setup, _ note: @escaping Note) {
    self.name = name
    self.setup = setup
    self.note = note
  }

  /// A network in Facet, and as Facet exports it in onnxruntime.
  func forward(
    _ backbone: NetworkSettings.Backbone, batch: Int, repeats: Int
  ) throws -> (any Contender, any Contender) {
    try forward(setup.workspace.model(backbone), batch: batch, repeats: repeats)
  }

  /// The same for Facet's default model.
  func forwardDefaultModel(batch: Int, repeats: Int) throws -> (any Contender, any Contender) {
    try forward(FaceModel(contentsOf: setup.model), batch: batch, repeats: repeats)
  }

  private func forward(_ model: FaceModel, batch: Int, repeats: Int) throws -> (any Contender, any Contender) {
    let expected = try ForwardStep(model, batch: batch, repeats: repeats)
    let weights = setup.workspace.path("\(name)-model.safetensors")
    try model.write(to: weights)
    let (onnx, tensors) = (setup.workspace.path("\(name).onnx"), setup.workspace.path("\(name).safetensors"))
    try model.onnx(version: "benchmark").write(to: onnx)
    try expected.writeTensors(to: tensors)
    let peer = try PythonPeer(
      "forward_onnx.py",
      ["--model", onnx, "--tensors", tensors, "--threads", "\(setup.threads)", "--repeats", "\(repeats)"], setup)
    note("smallest cosine between both sides' embeddings \(try peer.requireCosine(above: 0.9999, name))")
    let facet = try ForwardProcess(model: weights, batch: batch, repeats: repeats, threads: setup.threads)
    return (Rested(facet), Rested(peer))
  }

  /// A folder of photos to embeddings. Facet decodes JPEG at a reduced size where that suffices, so cosines are not quite 1.
  func embedFolder(_ backbone: NetworkSettings.Backbone) throws -> (any Contender, any Contender) {
    let model = try setup.workspace.model(backbone)
    let folder = try setup.workspace.photoFolder()
    let facet = try EmbedFolder(model, folder: folder, threads: setup.threads)
    let (weights, tensors) = (setup.workspace.path("model.safetensors"), setup.workspace.path("embeddings.safetensors"))
    try model.write(to: weights)
    try facet.writeTensors(to: tensors)
    let peer = try PythonPeer(
      "embed_folder.py",
      [
        "--folder", folder, "--network", backbone.rawValue, "--weights", weights, "--tensors", tensors,
        "--threads", "\(setup.threads)", "--size", "\(setup.inputSize)",
      ], setup)
    note("smallest cosine between both sides' embeddings \(try peer.requireCosine(above: 0.98, name))")
    return (facet, peer)
  }

  /// JPEG in memory to inputs, which may differ by `limit` (of numbers in [-1, 1]) on average.
  func decodeJPEG(_ library: String, difference limit: Double) throws -> (any Contender, any Contender) {
    let folder = try setup.workspace.photoFolder()
    let facet = try DecodeJPEG(folder: folder, side: setup.inputSize)
    let tensors = setup.workspace.path("\(name).safetensors")
    try facet.writeTensors(to: tensors)
    let peer = try PythonPeer(
      "decode_jpeg.py",
      [
        library, "--folder", folder, "--count", "\(DecodeJPEG.count)", "--tensors", tensors, "--size",
        "\(setup.inputSize)",
      ], setup)
    guard let difference = peer.greeting.difference, difference <= limit else {
      throw BenchmarkError.differentResults(
        name: name, what: "mean difference of their inputs", value: peer.greeting.difference, wanted: "up to \(limit)")
    }
    note("mean difference between both sides' inputs \(difference), \(DecodeJPEG.count) photos")
    return (facet, peer)
  }

  /// `facet verify A B`, and a Python script that does the same, as processes.
  func coldStart() throws -> (any Contender, any Contender) {
    let folder = try setup.workspace.photoFolder()
    let photos = ["\(folder)/000.jpg", "\(folder)/001.jpg"]
    let facet = CommandRun(setup.facet, ["verify"] + photos + ["--model", setup.model])
    let peer = CommandRun(setup.python, [setup.peer("verify.py"), setup.model] + photos)
    let verdict = setup.workspace.path("verdict.json")
    _ = try facet.output(["--json", verdict])
    let score = try JSONDecoder().decode(Verdict.self, from: Data(contentsOf: URL(fileURLWithPath: verdict))).score
    let text = try peer.output().trimmingCharacters(in: .whitespacesAndNewlines)
    if let package = PythonPeer.missingPackage(text) { throw BenchmarkError.missing(package) }
    guard let other = Double(text) else { throw BenchmarkError.unexpected(line: text, wanted: "a score") }
    guard abs(score - other) <= 0.05 else {
      throw BenchmarkError.differentResults(
        name: name, what: "difference of their scores", value: abs(score - other), wanted: "up to 0.05")
    }
    note("scores \(score) and \(other)")
    return (facet, peer)
  }

  private struct Verdict: Decodable { let score: Double }
}
