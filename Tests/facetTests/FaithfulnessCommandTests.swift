import Foundation
import TestSupport
import Testing

extension FacetCommands {
  @Suite struct FaithfulnessCommand {
    private let run: TinyRun
    private let folder: TemporaryFolder
    init() throws {
      run = try TinyRun.shared.get()
      folder = try TemporaryFolder()
    }

    @Test func explainersStandSideBySide() throws {
      let (table, text) = (folder.path + "/f.json", folder.path + "/f.md")
      let result = try facet(
        "faithfulness", run.model, "--identities", "3", "--pairs", "4", "--triplets", "8", "--sanity-pairs", "1",
        "--sanity-triplets", "1",
        "--explainers", "account,gradcam,random", "--json", table, "--markdown", text)
      #expect(result.code == 0, "\(result.all)")
      for word in ["Facet's account", "Grad-CAM", "deletion", "insertion", "game", "forehead", "redrawn", "ms a pair"] {
        #expect(result.output.contains(word), "\(word)")
      }
      // Of one exchange a part, which the network notices or not.
      let noticed = result.output.split(separator: "\n").filter { $0.hasPrefix("the network") }
      #expect(noticed.count == 1 && noticed[0].matches(of: /[01]\/1/).count == 8, "\(noticed)")
      let report = try #require(try json(table) as? [String: Any])
      #expect((report["explainers"] as? [[String: Any]])?.count == 3)
      #expect((report["triplets"] as? [String: Any])?["count"] as? Int == 8)
      #expect(try String(contentsOfFile: text, encoding: .utf8).contains("| explainer"))
    }

    @Test func foldersHaveNoGame() throws {
      let result = try facet(
        "faithfulness", run.model, "--data", run.folder.path + "/faces/photos", "--pairs", "2", "--sanity-pairs", "0",
        "--explainers", "gradient")
      #expect(result.code == 0 && !result.output.contains("game"), "\(result.all)")
    }

    @Test func badRequestsAreUsageErrors() throws {
      expectFailure(try facet("faithfulness", run.model, "--explainers", "lime"), code: 2, "lime", "gradcam")
      expectFailure(try facet("faithfulness", run.model, "--fill", "pink"), code: 2, "pink", "gray")
      expectFailure(try facet("faithfulness", run.model, "--pairs", "1"), code: 2, "pairs", "between 2")
      expectFailure(try facet("faithfulness", run.model, "--folds", "9"), code: 2, "--folds")
      expectFailure(try facet("faithfulness", folder.path + "/none.safetensors"), "none.safetensors")
    }
  }
}
