import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

extension FacetCommands {
  @Suite struct DemoCommand {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }
    private var output: String { folder.path + "/demo" }

    @Test func nobodyIsTrainedAndTestedOn() throws {
      let cfp = try folder.folder("cfp/Protocol") + "/.."
      let lfw = try folder.folder("lfw/lfw-deepfunneled") + "/.."
      for (extra, word) in [
        (["--data", cfp, "--folds", "1-9"], "fold 9"), (["--data", cfp, "--test-folds", "3,9"], "fold 3"),
        (["--data", lfw], "give CFP"), (["--data", folder.path], "no folds"),
      ] {
        expectFailure(try FacetProcess(["demo", "--output", output] + extra).wait(), code: 2, word)
      }
      #expect(!FileManager.default.fileExists(atPath: output), "nothing is begun")
      // Nothing against this but that no photos are there.
      expectFailure(
        try facet("demo", "--data", cfp, "--folds", "1-8", "--test-folds", "9", "--output", output), "Data/Images")
    }

    @Test func aRecipeForPhotosNeedsThem() throws {
      let recipe = try folder.write("r.json", #"{ "data": { "path": "photos" }, "network": { "targetStage": 3 } }"#)
      expectFailure(try facet("demo", "--recipe", recipe, "--output", output), code: 2, "give --data")
      expectFailure(try facet("demo", "--folds", "1-8", "--output", output), code: 2, "folds of CFP")
    }

    /// What is wrong with the second network shows before the first is trained.
    @Test func aRecipeHasToFitBothNetworks() throws {
      let recipe = try folder.write("r.json", #"{ "training": { "epochs": 1 } }"#)
      expectFailure(try facet("demo", "--recipe", recipe, "--output", output), code: 2, "needs a target layer")
      #expect(!FileManager.default.fileExists(atPath: output), "nothing is begun")
    }

    /// Nothing is left that a demo with better settings would have to replace.
    @Test func aDemoThatCannotBeginLeavesNoPictures() throws {
      let recipe = try folder.write(
        "r.json", #"{ "data": { "identities": 1, "photos": 4, "side": 36 }, "network": { "targetStage": 3 } }"#)
      for _ in 0..<2 {
        let result = try facet("demo", "--recipe", recipe, "--output", output)
        #expect(result.code != 0 && !result.all.contains("no earlier demo"), "\(result.all)")
      }
      #expect(!FileManager.default.fileExists(atPath: output + "/faces.png"))
    }

    /// CFP's folds 1 and 2 with three photos a person and a few pairs in fold 2; all photos are of three people.
    private func writeCFP() throws -> String {
      let photos = try (0..<12).map { number in
        let file = "/faces/photos/00000\(number / 4)/0\(number % 4 + 1).png"
        return try Data(contentsOf: URL(fileURLWithPath: TinyRun.shared.get().folder.path + file))
      }
      var lists = ["F": "", "P": ""]
      for person in 1...100 {
        let name = String("00\(person)".suffix(3))
        for (list, row, photo) in [
          ("F", 2 * person - 1, "frontal/01"), ("F", 2 * person, "frontal/02"), ("P", person, "profile/01"),
        ] {
          let path = "Data/Images/\(name)/\(photo).png"
          try folder.write("cfp/\(path)", photos[row % photos.count])
          lists[list]! += "\(row) ../\(path)\n"
        }
      }
      for (list, text) in lists { try folder.write("cfp/Protocol/Pair_list_\(list).txt", text) }
      for (split, text) in [
        ("FF/02/same", "101,102\n103,104\n"), ("FF/02/diff", "101,103\n102,104\n"),
        ("FP/02/same", "101,51\n103,52\n"), ("FP/02/diff", "101,52\n103,51\n"),
      ] {
        try folder.write("cfp/Protocol/Split/\(split).txt", text)
      }
      return folder.path + "/cfp"
    }

    @Test func aDemoThatIsStoppedWhileItMeasuresSaysSo() throws {
      let process = try FacetProcess([
        "demo", "--data", writeCFP(), "--folds", "1", "--test-folds", "2", "--output", output, "--threads", "1",
        "--recipe", folder.write("recipe.json", tinyRecipe(epochs: 1)),
      ])
      let last = output + "/ecloss/model.safetensors"
      while process.isRunning, !FileManager.default.fileExists(atPath: last) { usleep(2000) }
      process.send(SIGINT)
      let result = try process.wait()
      #expect(result.code == 130, "\(result.all)")
      #expect(result.errors.contains("the same command goes on"), "\(result.all)")
      #expect(!FileManager.default.fileExists(atPath: output + "/report.html"))
    }
  }
}
