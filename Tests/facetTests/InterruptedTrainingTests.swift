import FaceNetworks
import Foundation
import TestSupport
import Testing
import Torch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FacetCommands {
  /// A training that is interrupted or killed, and resumed, must end with the very weights of one that was left alone.
  @Suite struct Interrupted {
    private static let whole = Result { try Whole() }

    /// The training that nobody disturbs.
    private struct Whole: Sendable {
      let folder: TemporaryFolder
      let network: [String: Data]
      let best: [String: Data]

      init() throws {
        folder = try TemporaryFolder()
        let recipe = try folder.write("recipe.json", tinyRecipe(epochs: 4, checkpointSeconds: 1e-6))
        let result = try facet("train", "--recipe", recipe, "--output", folder.path + "/run", "--threads", "1")
        #expect(result.code == 0, "\(result.all)")
        network = try networkBytes(folder.path + "/run/model.safetensors")
        best = try networkBytes(folder.path + "/run/best.safetensors")
      }
    }

    private func steps(_ path: String) -> Int {
      struct Place: Decodable { let step: Int }
      let text = (try? Safetensors(contentsOf: path))?.metadata["facet.place"] ?? ""
      return (try? JSONDecoder().decode(Place.self, from: Data(text.utf8)))?.step ?? 0
    }

    /// Trains until a checkpoint of at least `step` steps is there, sends the signal, and returns how it ended.
    private func interrupt(_ signal: Int32, after step: Int, in run: String, resume: Bool) throws -> FacetResult {
      let recipe = try Interrupted.whole.get().folder.path + "/recipe.json"
      let process = try FacetProcess(
        ["train", "--recipe", recipe, "--output", run, "--threads", "1"] + (resume ? ["--resume"] : []))
      let last = run + "/last.safetensors"
      while process.isRunning, steps(last) < step { usleep(2000) }
      process.send(signal)
      let result = try process.wait()
      #expect(!FileManager.default.fileExists(atPath: run + "/model.safetensors"), "it was through before the signal")
      #expect((step..<24).contains(steps(last)))
      return result
    }

    private func finish(_ run: String) throws {
      let whole = try Interrupted.whole.get()
      let result = try facet(
        "train", "--recipe", whole.folder.path + "/recipe.json", "--output", run, "--threads", "1", "--resume")
      #expect(result.code == 0, "\(result.all)")
      #expect(try networkBytes(run + "/model.safetensors") == whole.network)
      #expect(try networkBytes(run + "/best.safetensors") == whole.best)
    }

    /// A model may have got a threshold and names for its channels since.
    @Test func aTrainingThatIsDoneKeepsItsModelAsItIs() throws {
      let whole = try Interrupted.whole.get()
      let folder = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: whole.folder.path + "/run", toPath: folder.path + "/run")
      let path = folder.path + "/run/model.safetensors"
      var model = try FaceModel(contentsOf: path)
      model.info.threshold = 0.25
      try model.write(to: path)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      try finish(folder.path + "/run")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      try FileManager.default.removeItem(atPath: path)
      try finish(folder.path + "/run")
    }

    @Test func aKilledTrainingGoesOnToTheSameWeights() throws {
      let folder = try TemporaryFolder()
      let run = folder.path + "/run"
      // Twice: in the middle of the first epoch and of a later one.
      #expect(try interrupt(SIGKILL, after: 2, in: run, resume: false).code == -SIGKILL)
      #expect(try interrupt(SIGKILL, after: 10, in: run, resume: true).code == -SIGKILL)
      try finish(run)
    }

    @Test func aTrainingGoesOnByItsOwnRecipeWithOtherMemory() throws {
      let folder = try TemporaryFolder()
      let run = folder.path + "/run"
      _ = try interrupt(SIGKILL, after: 2, in: run, resume: false)
      let result = try facet(
        "train", "--recipe", run + "/recipe.json", "--set", "training.cacheMegabytes=8", "--output", run, "--threads",
        "1", "--resume")
      #expect(result.code == 0, "\(result.all)")
      #expect(try networkBytes(run + "/model.safetensors") == Interrupted.whole.get().network)
    }

    /// Ctrl-C ends the `tee` behind a pipe before the training has saved; `head` ends when it has seen enough.
    @Test func aTrainingOutlivesWhoReadsItsProgress() throws {
      let whole = try Interrupted.whole.get()
      let folder = try TemporaryFolder()
      let command = """
        { "$0" train --recipe "$1" --output "$2" --threads 1 2>&1 >"$3/out"; echo $? >"$3/code"; } | true
        """
      let run = folder.path + "/run"
      _ = try Program.run(
        URL(fileURLWithPath: "/bin/sh"),
        ["-c", command, Program.built("facet").path, whole.folder.path + "/recipe.json", run, folder.path])
      #expect(try String(contentsOfFile: folder.path + "/code", encoding: .utf8) == "0\n")
      #expect(try networkBytes(run + "/model.safetensors") == whole.network)
    }

    @Test func anInterruptedTrainingLeavesACheckpoint() throws {
      let folder = try TemporaryFolder()
      let run = folder.path + "/run"
      for (signal, step, resume) in [(SIGINT, 3, false), (SIGTERM, 8, true)] {
        let result = try interrupt(signal, after: step, in: run, resume: resume)
        #expect(result.code == 130, "\(result.all)")
        #expect(result.errors.contains("--resume"))
      }
      try finish(run)
    }
  }
}
