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
  /// A tiny recipe and its variant, two seeds, measured on twelve photos: what matters here is that nothing is lost.
  @Suite struct Comparing {
    private static let whole = Result { try Whole() }

    /// A comparison that nobody disturbs.
    private struct Whole: Sendable {
      let folder: TemporaryFolder
      let result: FacetResult
      var runs: String { folder.path + "/runs" }

      init() throws {
        folder = try TemporaryFolder()
        result = try FacetProcess(arguments(folder, extra: ["--json", folder.path + "/c.json"])).wait()
      }
    }

    private static func recipe(_ folder: TemporaryFolder) throws -> String {
      let text = tinyRecipe(epochs: 2, checkpointSeconds: 1e-6, kind: "plain")
      return try folder.write("plain.json", text.replacingOccurrences(of: "\"tiny\"", with: "\"plain\""))
    }

    private static func arguments(_ folder: TemporaryFolder, extra: [String] = []) throws -> [String] {
      [
        "compare", try recipe(folder), "--vary", "channelLoss.kind=ecloss,training.clip=5", "--seed-list", "0,4",
        "--test-pairs", try TinyRun.shared.get().folder.path + "/faces/pairs.csv", "--threads", "1", "--output",
        folder.path + "/runs", "--markdown", folder.path + "/t.md",
      ] + extra
    }

    private static let variant = "plain channelLoss.kind=ecloss,training.clip=5"
    private static let names = [
      "plain-0", "plain-channelLoss.kind=ecloss-training.clip=5-0", "plain-4",
      "plain-channelLoss.kind=ecloss-training.clip=5-4",
    ]

    @Test func theComparisonIsWrittenInEveryForm() throws {
      let whole = try Comparing.whole.get()
      #expect(whole.result.code == 0, "\(whole.result.all)")
      for word in ["measure", Comparing.variant, "AUC, moved", "difference or ratio", "±", "compare.html"] {
        #expect(whole.result.output.contains(word), "\(whole.result.all)")
      }
      let found = try #require(try json(whole.runs + "/compare.json") as? [String: Any])
      #expect(found["methods"] as? [String] == ["plain", Comparing.variant])
      #expect(found["seeds"] as? [Int] == [0, 4] && found["baseline"] as? String == "plain")
      let rows = try #require(found["rows"] as? [[String: Any]])
      #expect(rows.compactMap { $0["name"] as? String }.contains { $0.hasSuffix("AUC, moved") })
      for row in rows { #expect((row["results"] as? [[String: Any]])?.count == 2) }
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: whole.folder.path + "/c.json"))
          == Data(contentsOf: URL(fileURLWithPath: whole.runs + "/compare.json")))
      let table = try String(contentsOfFile: whole.folder.path + "/t.md", encoding: .utf8)
      #expect(table.hasPrefix("| measure") && table.split(separator: "\n").count == rows.count + 2)
      for name in Comparing.names {
        for file in ["model.safetensors", "recipe.json", "evaluation.json"] {
          #expect(FileManager.default.fileExists(atPath: "\(whole.runs)/\(name)/\(file)"), "\(name)/\(file)")
        }
      }
    }

    @Test func thePageShowsMethodsSideBySide() throws {
      let folder = try TemporaryFolder()
      let result = try facet(
        "compare", Comparing.recipe(folder), "--vary", "channelLoss.kind=ecloss", "--seeds", "1", "--test-identities",
        "2", "--threads", "1", "--output", folder.path + "/runs")
      #expect(result.code == 0, "\(result.all)")
      #expect(result.output.contains("part purity, moved") && result.output.contains("parts covered"))
      let page = try String(contentsOfFile: folder.path + "/runs/compare.html", encoding: .utf8)
      for word in [
        "<!DOCTYPE html>", "Main measures", "The same faces", "class=\"matrix\"", "Loss: identity",
        "plain channelLoss.kind=ecloss", "Part purity",
      ] {
        #expect(page.contains(word), "\(word)")
      }
      #expect(page.components(separatedBy: "class=\"dot seed").count > 8)
      let links = page.replacingOccurrences(of: "http://www.w3.org/", with: "")
        .replacingOccurrences(of: "url(#", with: "")
      for resource in ["http://", "https://", "<script", "<link", "url("] { #expect(!links.contains(resource)) }
    }

    @Test func whatIsDoneIsSkippedAndWhatIsMissingIsMade() throws {
      let whole = try Comparing.whole.get()
      let folder = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: whole.runs, toPath: folder.path + "/runs")
      let model = folder.path + "/runs/plain-0/model.safetensors"
      let before = try FileManager.default.attributesOfItem(atPath: model)[.modificationDate] as? Date
      let evaluation = folder.path + "/runs/plain-4/evaluation.json"
      try FileManager.default.removeItem(atPath: evaluation)
      try FileManager.default.removeItem(atPath: folder.path + "/runs/compare.html")
      let again = try FacetProcess(Comparing.arguments(folder)).wait()
      #expect(again.code == 0, "\(again.all)")
      #expect(again.errors.contains("4 of 4 trainings") && again.errors.contains("plain-4: measuring"))
      #expect(!again.errors.contains("training\n") && !again.errors.contains("plain-0: measuring"))
      #expect(try FileManager.default.attributesOfItem(atPath: model)[.modificationDate] as? Date == before)
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: whole.runs + "/compare.json"))
          == Data(contentsOf: URL(fileURLWithPath: folder.path + "/runs/compare.json")))
      #expect(FileManager.default.fileExists(atPath: folder.path + "/runs/compare.html"))
    }

    @Test(arguments: ["1", "2"]) func aRunThatFailsKeepsNoOtherFromBeingMade(jobs: String) throws {
      let folder = try TemporaryFolder()
      let result = try facet(
        "compare", Comparing.recipe(folder), "--vary", "training.learningRate=1e30,training.clip=0", "--seed-list",
        "0,4",
        "--test-identities", "2", "--threads", "1", "--jobs", jobs, "--output", folder.path + "/runs")
      #expect(result.code == 1, "\(result.all)")
      for seed in [0, 4] {
        let failed = "plain-training.learningRate=1e30-training.clip=0-\(seed)"
        #expect(result.errors.contains("error: ") && result.errors.contains("\(failed) failed: "), "\(result.all)")
        #expect(FileManager.default.fileExists(atPath: "\(folder.path)/runs/plain-\(seed)/evaluation.json"))
        #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/runs/\(failed)/evaluation.json"))
      }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs/compare.json"))
    }

    /// What was measured of a model that is gone says nothing of the one that is trained in its place.
    @Test(arguments: ["1", "2"]) func aModelTrainedAnewIsMeasuredAnew(jobs: String) throws {
      let whole = try Comparing.whole.get()
      let folder = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: whole.runs, toPath: folder.path + "/runs")
      let run = folder.path + "/runs/plain-0"
      for name in ["model", "last", "best"] { try FileManager.default.removeItem(atPath: "\(run)/\(name).safetensors") }
      let evaluation = try String(contentsOfFile: run + "/evaluation.json", encoding: .utf8)
      try folder.write(
        "runs/plain-0/evaluation.json", evaluation.replacing(/"threshold" : [0-9.e-]+/, with: #""threshold" : 7"#))
      let again = try FacetProcess(Comparing.arguments(folder) + ["--jobs", jobs]).wait()
      #expect(again.code == 0 && again.errors.contains("plain-0: measuring"), "\(again.all)")
      let found = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/runs/compare.json"))
      #expect(found == (try Data(contentsOf: URL(fileURLWithPath: whole.runs + "/compare.json"))))
    }

    /// The same command finds what it made, and another way of measuring is another evaluation; a folder may be moved.
    @Test func howItWasMeasuredAndWhereItLiesIsKnown() throws {
      let folder = try TemporaryFolder()
      let recipe = try Comparing.recipe(folder)
      func compare(_ output: String, _ extra: [String]) throws -> FacetResult {
        let common = ["compare", recipe, "--seed-list", "0", "--threads", "1", "--output", folder.path + "/" + output]
        return try FacetProcess(common + extra).wait(seconds: 300)
      }
      let cut = ["--center-crop", "0.8", "--test-pairs", try TinyRun.shared.get().folder.path + "/faces/pairs.csv"]
      for jobs in ["1", "2"] {
        let result = try compare("runs", cut + ["--jobs", jobs])
        #expect(result.code == 0 && result.errors.contains("measuring") == (jobs == "1"), "\(result.all)")
      }
      expectFailure(try compare("runs", Array(cut.dropFirst(2))), "measured on other photos")
      let whole = ["--test-identities", "4"]
      #expect(try compare("a", whole).code == 0)
      try FileManager.default.moveItem(atPath: folder.path + "/a", toPath: folder.path + "/b")
      let moved = try compare("b", whole)
      #expect(moved.code == 0 && !moved.errors.contains("measuring"), "\(moved.all)")
    }

    @Test(arguments: [SIGKILL, SIGINT])
    func aComparisonCutOffGoesOnToTheSameNumbers(signal: Int32) throws {
      let whole = try Comparing.whole.get()
      let folder = try TemporaryFolder()
      let process = try FacetProcess(Comparing.arguments(folder))
      // In the middle of the second training.
      let place = "\(folder.path)/runs/\(Comparing.names[1])/last.safetensors"
      while process.isRunning, !FileManager.default.fileExists(atPath: place) { usleep(2000) }
      process.send(signal)
      let cut = try process.wait()
      #expect(cut.code == (signal == SIGKILL ? -SIGKILL : 130), "\(cut.all)")
      if signal == SIGINT { #expect(cut.errors.contains("the same command goes on")) }
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs/compare.json"))
      let rest = try FacetProcess(Comparing.arguments(folder)).wait()
      #expect(rest.code == 0, "\(rest.all)")
      #expect(!rest.errors.contains("plain-0: training"))
      for name in Comparing.names {
        let path = "\(name)/model.safetensors"
        #expect(try networkBytes("\(folder.path)/runs/\(path)") == networkBytes("\(whole.runs)/\(path)"))
      }
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: whole.runs + "/compare.json"))
          == Data(contentsOf: URL(fileURLWithPath: folder.path + "/runs/compare.json")))
    }

    @Test func processesSideBySideGiveTheSame() throws {
      let whole = try Comparing.whole.get()
      let folder = try TemporaryFolder()
      let result = try FacetProcess(Comparing.arguments(folder, extra: ["--jobs", "2"])).wait(seconds: 300)
      #expect(result.code == 0, "\(result.all)")
      for name in Comparing.names {
        #expect(result.errors.contains("\(name): done"), "\(result.all)")
        let log = try String(contentsOfFile: "\(folder.path)/runs/\(name).log", encoding: .utf8)
        #expect(log.contains("steps in") && log.contains("accuracy"))
      }
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: whole.runs + "/compare.json"))
          == Data(contentsOf: URL(fileURLWithPath: folder.path + "/runs/compare.json")))
    }

    @Test(arguments: [SIGKILL, SIGINT])
    func processesEndWithTheOneThatStartedThem(signal: Int32) throws {
      let folder = try TemporaryFolder()
      let long = ["--jobs", "2", "--set", "training.epochs=2000", "--set", "training.checkpointSeconds=100"]
      let process = try FacetProcess(Comparing.arguments(folder, extra: long))
      let logs = Comparing.names.prefix(2).map { "\(folder.path)/runs/\($0)/log.jsonl" }
      func sizes() -> [Int] {
        logs.map { (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int) ?? 0 }
      }
      while process.isRunning, sizes().contains(0) { usleep(20000) }
      let second = try FacetProcess(Comparing.arguments(folder, extra: long)).wait()
      expectFailure(second, "another facet is at work", folder.path)
      process.send(signal)
      let result = try process.wait()
      #expect(result.code == (signal == SIGKILL ? -SIGKILL : 130), "\(result.all)")
      // Time to notice, and to write a checkpoint.
      sleep(3)
      let before = sizes()
      sleep(1)
      #expect(sizes() == before, "nothing trains on")
      for name in Comparing.names.prefix(2) {
        let log = try String(contentsOfFile: "\(folder.path)/runs/\(name).log", encoding: .utf8)
        #expect(log.contains("interrupted at step"), "\(log)")
      }
    }

    /// Names that begin with a hyphen are no flags for the processes either, and what one has wrong is said.
    @Test func processesTakeAnyName() throws {
      let folder = try TemporaryFolder()
      let pairs = try TinyRun.shared.get().folder.path + "/faces"
      try FileManager.default.copyItem(atPath: pairs, toPath: folder.path + "/-faces")
      let arguments = [
        "compare", try Comparing.recipe(folder), "--seeds", "1", "--jobs", "2", "--threads", "1",
        "--test-pairs=-faces/pairs.csv", "--set", "training.epochs=1", "--output=-runs",
      ]
      let result = try FacetProcess(arguments, in: folder.path).wait()
      #expect(result.code == 0, "\(result.all)")
      #expect(FileManager.default.fileExists(atPath: folder.path + "/-runs/compare.html"))
    }

    @Test func anotherRecipesRunIsRefusedAndKept() throws {
      let whole = try Comparing.whole.get()
      let folder = try TemporaryFolder()
      try FileManager.default.copyItem(atPath: whole.runs, toPath: folder.path + "/runs")
      let arguments = try Comparing.arguments(folder, extra: ["--set", "training.learningRate=0.05"])
      let result = try FacetProcess(arguments).wait()
      expectFailure(result, "plain-0", "training.learningRate", "--output")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: whole.runs + "/plain-0/model.safetensors"))
          == Data(contentsOf: URL(fileURLWithPath: folder.path + "/runs/plain-0/model.safetensors")))
      let other = try FacetProcess(Comparing.arguments(folder, extra: ["--flip"])).wait()
      expectFailure(other, "evaluation.json", "other photos")
    }

    /// Data that is not there shows before the first training, whosever it is.
    @Test func allDataIsLookedAtFirst() throws {
      let folder = try TemporaryFolder()
      let result = try FacetProcess(Comparing.arguments(folder, extra: ["--vary", "data.path=\(folder.path)/nowhere"]))
        .wait()
      expectFailure(result, code: 1, "nowhere")
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs/plain-0"))
    }

    @Test(arguments: [
      (["--seeds", "0"], "--seeds"), (["--seeds", "2"], "--seed-list"), (["--jobs", "0"], "--jobs"),
      (["--seed-list", "1,1"], "seeds"),
      (["--baseline", "nobody"], "plain"), (["--vary", "training.clip"], "KEY=VALUE"),
      (["--vary", "training.epochs=2"], "changes nothing"), (["--set", "seed=3"], "--seeds"),
      (["--set", "training.epoch=3"], "epochs"), (["--test-data", "x"], "--test-pairs"),
      (["--vary", "network.embedding=backbone,network.targetStage=0,network.targetLayer=layer9"], "is no layer"),
    ])
    func whatMakesNoSenseIsUsage(extra: [String], word: String) throws {
      let folder = try TemporaryFolder()
      expectFailure(try FacetProcess(Comparing.arguments(folder, extra: extra)).wait(), code: 2, word)
      #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs"))
    }

    @Test func nobodyIsTrainedAndTestedOn() throws {
      let folder = try TemporaryFolder()
      let recipe = try Comparing.recipe(folder)
      let cfp = try folder.folder("cfp/Protocol") + "/.."
      let lfw = try folder.folder("lfw/lfw-deepfunneled") + "/.."
      let common = ["compare", recipe, "--output", folder.path + "/runs"]
      let joined = ["--data", cfp, "--folds", "1-8", "--lfw", lfw]
      let onLFW = joined + ["--test-data", folder.path + "/lfw"]
      // The same photos by other names.
      let sets = try folder.folder("sets/cfp-dataset/Data/Images") + "/../../.."
      try FileManager.default.createSymbolicLink(
        atPath: folder.path + "/link", withDestinationPath: folder.path + "/sets")
      let others: [([String], String)] = [
        (["--data", sets, "--folds", "1-9", "--test-data", folder.path + "/sets/cfp-dataset"], "no folds"),
        (["--data", sets, "--folds", "1-9", "--test-data", folder.path + "/link"], "fold 9"),
        (["--data", sets, "--folds", "1-8", "--test-data", folder.path + "/sets/cfp-dataset/Data/Images"], "no folds"),
        (joined + ["--test-data", folder.path + "/lfw/lfw-deepfunneled"], "trained on people of"),
      ]
      for (extra, word) in [
        (["--data", folder.path], "--test-data"), (["--data", cfp], "--folds"),
        (["--data", cfp, "--folds", "1-9"], "fold 9"), (["--set", "data.path=\(cfp)"], "--test-data"),
        (["--data", cfp, "--set", "data.folds=[9]", "--test-data", cfp + "/."], "fold 9"),
        (onLFW, "trained on people of"),
      ] + others {
        expectFailure(try FacetProcess(common + extra).wait(), code: 2, word)
      }
      // Nothing against these but that no photos are there.
      for extra in [["--test-folds", "9"], ["--test-data", cfp]] {
        expectFailure(try FacetProcess(common + joined + extra).wait(), code: 1, "Data/Images")
      }
      // Training reads the records alone, and LFW where it lies.
      let records = try folder.folder("records/mine")
      try folder.write("records/train.rec", "")
      let mine = ["--data", folder.path + "/records", "--test-data", records]
      expectFailure(try FacetProcess(common + mine).wait(), code: 1)
      try folder.folder("both/cfp-dataset/Data/Images")
      let people = try folder.folder("both/lfw-deepfunneled")
      let both = ["--data", folder.path + "/both", "--folds", "1-8", "--lfw", folder.path + "/both"]
      expectFailure(try FacetProcess(common + both + ["--test-data", people]).wait(), code: 2, "as data.lfw says")
      expectFailure(try FacetProcess(common + both).wait(), code: 1)
      let asLFW = ["--set", "data.kind=lfw", "--data", folder.path + "/both", "--test-data", people]
      expectFailure(try FacetProcess(common + asLFW).wait(), code: 2, "no folds")
    }

    @Test func recipesOfOneNameAreRefused() throws {
      let folder = try TemporaryFolder()
      let recipe = try folder.write("a.json", tinyRecipe(epochs: 1))
      let other = try folder.write("b.json", tinyRecipe(epochs: 2))
      expectFailure(try facet("compare", recipe, other, "--output", folder.path + "/runs"), code: 2, "'tiny'", "name")
    }
  }
}
