import FaceImages
import Foundation
import TestSupport
import Testing
import Torch

/// A small training and everything that can be done with its model.
extension FacetCommands {
  @Suite struct Models {
    private let run: TinyRun
    private let folder: TemporaryFolder
    init() throws {
      run = try TinyRun.shared.get()
      folder = try TemporaryFolder()
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    private func residentMiB(_ peak: Any?) throws -> Int {
      try #require((peak as? [String: Any])?["resident"] as? Int) >> 20
    }

    @Test func trainingLeavesItsFiles() throws {
      #expect(run.training.output.contains(run.model))
      let names = try FileManager.default.contentsOfDirectory(atPath: run.folder.path + "/run")
      for name in ["model", "best", "last"] { #expect(names.contains(name + ".safetensors")) }
      #expect(names.contains("recipe.json") && names.contains("log.jsonl"))
      #expect(names.contains { $0.hasPrefix("events.out.tfevents") })
      let result = try #require(try json(run.folder.path + "/train.json") as? [String: Any])
      #expect(result["steps"] as? Int == 12)
      #expect((result["terms"] as? [String: Double])?.keys.contains("equivariance") == true)
      #expect(try residentMiB(result["peakMemory"]) > 16)
      #expect(run.training.output.contains("peak memory \(try residentMiB(result["peakMemory"])) MiB"))
    }

    @Test func aModelIsEvaluated() throws {
      let result = try facet(
        "evaluate", run.model, "--identities", "2", "--json", path("e.json"), "--report", path("r.html"))
      #expect(result.code == 0, "\(result.all)")
      for word in ["moved", "as cropped", "accuracy", "purity", "dissection", "NMI", "keypoints"] {
        #expect(result.output.contains(word))
      }
      let evaluations = try #require(try json(path("e.json")) as? [[String: Any]])
      #expect(evaluations.count == 1 && result.errors.contains("no interval over people, 2 people are too few"))
      #expect(result.errors.contains("peak memory \(try residentMiB(evaluations[0]["peakMemory"])) MiB"))
      let views = (evaluations[0]["verification"] as? [[String: Any]])?.compactMap { $0["view"] as? String }
      #expect(views == ["as cropped", "moved"])
      #expect((evaluations[0]["channels"] as? [String: Any])?.keys.contains("moved") == true)
      let page = try String(contentsOfFile: path("r.html"), encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>"))
      // Names of XML vocabularies and places within the page are no resources.
      let links = page.replacingOccurrences(of: "http://www.w3.org/", with: "")
        .replacingOccurrences(of: "url(#", with: "")
      for resource in ["http://", "https://", "src=\"//", "<script", "<link", "@import", "url("] {
        #expect(!links.contains(resource), "\(resource)")
      }
      #expect(page.contains("data:image/jpeg;base64,"))
      for measure in [
        "Part interpretability, moved", "Dissection IoU, as cropped", "Peak spread, moved", "Keypoint error",
      ] {
        #expect(page.contains(measure), "\(measure)")
      }
    }

    /// Photos of known people give intervals over them, and a second model its lead over the first.
    @Test func leadsOverAnotherModelAreSaid() throws {
      for person in 0..<12 {
        for photo in 0..<3 {
          var face = Image(width: 48, height: 48, color: RGB(UInt8(20 * person), 90, UInt8(200 - 16 * person)))
          face.paste(Image(width: 9, height: 7, color: RGB(250, 240, UInt8(80 * photo))), x: 2 * person + photo, y: 20)
          try folder.write("people/\(person)/\(photo).png", face.pngData())
        }
      }
      let last = run.folder.path + "/run/last.safetensors"
      let result = try facet(
        "evaluate", run.model, last, "--data", path("people"), "--json", path("e.json"), "--report", path("r.html"))
      #expect(result.code == 0, "\(result.all)")
      let wanted = [
        ["95 % over people", " 12 ", " to "], ["\(last) less \(run.model)", "+0.0000 (+0.0000 to +0.0000)"],
      ]
      for words in wanted { for word in words { #expect(result.output.contains(word), "\(word): \(result.output)") } }
      let evaluations = try #require(try json(path("e.json")) as? [[String: Any]])
      for evaluation in evaluations {
        for result in try #require(evaluation["verification"] as? [[String: Any]]) {
          let intervals = try #require(result["intervals"] as? [String: Any])
          #expect(intervals["people"] as? Int == 12)
          let auc = try #require(intervals["auc"] as? [String: Double])
          let (low, mean, high) = (try #require(auc["low"]), try #require(auc["mean"]), try #require(auc["high"]))
          #expect(low <= mean && mean <= high && low < high)
          #expect(mean == (result["metrics"] as? [String: Any])?["auc"] as? Double)
        }
      }
      #expect(evaluations[0]["leads"] == nil && (evaluations[1]["leads"] as? [Any])?.count == 2)
      let page = try String(contentsOfFile: path("r.html"), encoding: .utf8)
      #expect(page.contains("95 % over people") && page.contains("Less "))
    }

    @Test func theCatalogIsKeptInTheModelFile() throws {
      let model = path("model.safetensors")
      try FileManager.default.copyItem(atPath: run.model, toPath: model)
      let none = try facet("channels", model, "--saved")
      #expect(none.code == 1 && none.errors.contains("--save"))
      let saving = try facet("channels", model, "--identities", "2", "--save")
      #expect(saving.code == 0 && saving.output.contains("20 of 20 photos annotated"), "\(saving.all)")
      let saved = try facet("channels", model, "--saved", "--json", path("catalog.json"))
      #expect(saved.code == 0 && saved.output.contains("20 of 20 photos annotated"), "\(saved.all)")
      let catalog = try #require(try json(path("catalog.json")) as? [String: Any])
      #expect((catalog["channels"] as? [[String: Any]])?.count == 16)
      // Folders know no parts: channels are named by their places, which replace no names of parts unasked.
      let faces = run.folder.path + "/faces"
      let shown = try facet("channels", model, "--data", faces)
      #expect(shown.code == 0 && shown.output.contains("of the face") && shown.output.contains("0 of"), "\(shown.all)")
      let refused = try facet("channels", model, "--data", faces, "--save")
      #expect(refused.code == 1 && refused.errors.contains("--replace"), "\(refused.all)")
      #expect(try facet("channels", model, "--saved").output.contains("20 of 20 photos annotated"))
      let folder = try facet("channels", model, "--data", faces, "--save", "--replace")
      #expect(folder.code == 0 && folder.output.contains("0 of"), "\(folder.all)")
      #expect(try facet("channels", model, "--saved").output.contains("0 of"))
      // The network itself is as it was.
      let (before, after) = (try Safetensors(contentsOf: run.model), try Safetensors(contentsOf: model))
      #expect(before.names == after.names)
      let kept = try after.tensors()
      #expect(try before.tensors().allSatisfy { try (kept[$0.key]! - $0.value).abs().max().item() == 0 })
    }

    @Test func theDefaultModelNeedsNoName() throws {
      let result = try facet("channels", "--saved", "--top", "144")
      #expect(result.code == 0, "\(result.all)")
      for part in ["left eye", "right eye", "left brow", "right brow", "nose", "mouth"] {
        #expect(result.output.contains(part))
      }
    }

    @Test func pairsAndFoldersAreEvaluatedToo() throws {
      let faces = run.folder.path + "/faces"
      let pairs = try facet("evaluate", run.model, "--pairs", faces + "/pairs.csv", "--flip")
      #expect(pairs.code == 0 && pairs.output.contains("flip"), "\(pairs.all)")
      let folder = try facet("evaluate", run.model, "--data", faces + "/photos", "--seed", "-5")
      #expect(folder.code == 0, "\(folder.all)")
    }

    @Test func channelsAreShown() throws {
      let result = try facet(
        "channels", run.model, "--identities", "2", "--top", "5", "--sheet", path("c.png"), "--json", path("c.json"))
      #expect(result.code == 0, "\(result.all)")
      #expect(result.output.contains("concentration"))
      #expect(try Image(contentsOf: path("c.png")).width > 200)
      let report = try #require(try json(path("c.json")) as? [String: Any])
      #expect(((report["asCropped"] as? [String: Any])?["perChannel"] as? [Any])?.count == 16)
    }

    @Test func embeddingsFollowTheList() throws {
      let result = try facet("embed", run.model, "--list", run.list, "--output", path("E.safetensors"))
      #expect(result.code == 0, "\(result.all)")
      let embeddings = try #require(try Safetensors(contentsOf: path("E.safetensors")).tensor("embeddings"))
      #expect(embeddings.shape == [6, 16] && embeddings.dtype == .float32)
      let values = try embeddings.floats()
      #expect(values.allSatisfy { $0.isFinite } && Set(values).count > 90)
      // Another order, from a list with absolute paths: the same rows in that order.
      let photos = run.folder.path + "/faces/photos"
      let list = try folder.write("two.txt", "\(photos)/000002/02.png\n\n\(photos)/000000/01.png\n")
      #expect(try facet("embed", run.model, "--list", list, "--output", path("T.safetensors")).code == 0)
      let two = try #require(try Safetensors(contentsOf: path("T.safetensors")).tensor("embeddings")).floats()
      #expect(two.count == 32)
      let expected = values[80...] + values[..<16]
      let size = values.map(abs).max()!
      #expect(zip(two, expected).allSatisfy { abs($0 - $1) < 1e-5 * size })
    }

    @Test func peaksFollowTheList() throws {
      let result = try facet("channels", run.model, "--list", run.list, "--peaks", path("P.safetensors"))
      #expect(result.code == 0, "\(result.all)")
      let file = try Safetensors(contentsOf: path("P.safetensors"))
      let (peaks, strength) = (try #require(try file.tensor("peaks")), try #require(try file.tensor("strength")))
      #expect(peaks.shape == [6, 16, 2] && strength.shape == [6, 16])
      #expect(try peaks.floats().allSatisfy { (0...40).contains($0) })
      #expect(try strength.floats().allSatisfy { $0 >= 0 && $0.isFinite })
    }

    @Test func channelsAreCalledAsExplainDoes() throws {
      let shown = try facet("channels", "--saved", "--top", "144", "--json", path("saved.json"))
      #expect(shown.code == 0, "\(shown.all)")
      let catalog = try #require(try json(path("saved.json")) as? [String: Any])
      let channels = try #require(catalog["channels"] as? [[String: Any]])
      for channel in channels {
        let name = try #require(channel["name"] as? String)
        #expect(shown.output.contains(name) && !name.contains("middle"))
        guard let x = (channel["place"] as? [String: Double])?["x"] else { continue }
        #expect(!name.contains("left") || x > 0, "\(name) at \(x)")
        #expect(!name.contains("right") || x < 0, "\(name) at \(x)")
      }
      let photos = run.folder.path + "/faces/photos/00000"
      let explained = try facet("explain", photos + "0/01.png", photos + "0/02.png", "--output", path("why"))
      #expect(explained.code == 0, "\(explained.all)")
      let explanation = try #require(try json(path("why/explanation.json")) as? [String: Any])
      let parts = try #require(explanation["parts"] as? [[String: Any]]).filter { $0["kind"] as? String == "part" }
      let lines = Set(parts.compactMap { $0["part"] as? String })
      let names = Set(channels.compactMap { $0["name"] as? String })
      #expect(lines.subtracting(["silent channels"]) == names.subtracting(["silent"]))
    }

    @Test func damagedPhotosOfAListAreNamedAndTheRestIsWritten() throws {
      let photo = run.folder.path + "/faces/photos/000000/01.png"
      try folder.write("broken.jpg", "no photo")
      let list = try folder.write("list.txt", "\(photo)\nbroken.jpg\n\(photo)\n")
      let embedded = try facet("embed", run.model, "--list", list, "--output", path("E.safetensors"))
      expectFailure(embedded, "a photo could not be read")
      #expect(embedded.errors.contains("broken.jpg"))
      let rows = try #require(try Safetensors(contentsOf: path("E.safetensors")).tensor("embeddings")).floats()
      #expect(rows[16..<32].allSatisfy { $0.isNaN } && rows[..<16].allSatisfy { $0.isFinite })
      #expect(rows[..<16].elementsEqual(rows[32...]))
      let peaked = try facet("channels", run.model, "--list", list, "--peaks", path("P.safetensors"))
      expectFailure(peaked, "could not be read")
      let peaks = try #require(try Safetensors(contentsOf: path("P.safetensors")).tensor("peaks")).floats()
      #expect(peaks[32..<64].allSatisfy { $0.isNaN } && peaks[64...].allSatisfy { $0.isFinite })
    }

    @Test func damagedPhotosOfPairsAreNamedOnTheTerminalAndInTheReport() throws {
      let photos = run.folder.path + "/faces/photos"
      try folder.write("broken.jpg", "no photo")
      let rows = [
        ("000000/01", "000000/02", 1), ("000001/01", "000001/02", 1), ("000000/01", "000001/01", 0),
        ("000001/03", "000002/02", 0),
      ].map { "\(photos)/\($0.0).png,\(photos)/\($0.1).png,\($0.2),0" }
      let list = try folder.write(
        "pairs.csv", (rows + ["broken.jpg,\(photos)/000000/01.png,1,0"]).joined(separator: "\n"))
      let result = try facet("evaluate", run.model, "--pairs", list, "--report", path("r.html"))
      #expect(result.code == 0, "\(result.all)")
      #expect(result.errors.contains("1 pairs left out") && result.errors.contains("broken.jpg"), "\(result.all)")
      let page = try String(contentsOfFile: path("r.html"), encoding: .utf8)
      #expect(page.contains("broken.jpg") && page.contains("left out"))
      expectFailure(try facet("channels", run.model, "--pairs", list, "--json", path("c.json")), "could not be read")
      let written = try #require(try json(path("c.json")) as? [String: Any])
      let damaged = try #require(written["damaged"] as? [[String: Any]])
      #expect(damaged.count == 1 && (damaged[0]["source"] as? String)?.hasSuffix("broken.jpg") == true)
      #expect(written["asCropped"] != nil)
    }

    @Test(arguments: ["evaluate", "channels"]) func aMissingModelIsSaid(command: String) throws {
      expectFailure(try facet(command, path("nowhere.safetensors")), "nowhere.safetensors", "No such file")
    }

    @Test func whatIsNoModelIsRefused() throws {
      let model = try Data(contentsOf: URL(fileURLWithPath: run.model))
      var random = SystemRandomNumberGenerator()
      let noise = Data((0..<5000).map { _ in UInt8.random(in: 0...255, using: &random) })
      let contents: [String: Data] = [
        "random": noise, "half": model.prefix(model.count / 2), "empty": Data(), "short": model.prefix(5),
        "headless": model.dropFirst(8), "json": Data("{\"a\": 1}".utf8),
      ]
      for (name, data) in contents {
        let file = try folder.write("\(name).safetensors", data)
        expectFailure(try facet("embed", file, "--list", run.list, "--output", path("E.safetensors")), file)
      }
      expectFailure(try facet("evaluate", folder.path), folder.path)
      let foreign = path("foreign.safetensors")
      try Safetensors.write([("w", Tensor.zeros([2]))], to: foreign)
      expectFailure(try facet("evaluate", foreign), foreign, "not one of Facet's")
      #expect(!FileManager.default.fileExists(atPath: path("E.safetensors")))
    }

    @Test(arguments: [["--mirror", "none"], ["--unit-lengths"], ["--no-detector-score"]])
    func poolingIsForTemplates(options: [String]) throws {
      let arguments = ["evaluate", run.model, "--identities", "2"] + options
      expectFailure(try FacetProcess(arguments).wait(), code: 2, options[0], "IJB")
    }

    @Test func aMaskThatIsNotThereIsSaid() throws {
      let result = try facet("evaluate", run.model, "--identities", "2", "--unmasked")
      #expect(result.code == 0 && result.errors.contains("--unmasked changed nothing"), "\(result.all)")
    }

    @Test func missingPhotosAndFoldersAreNamed() throws {
      let list = try folder.write("l.txt", "gone.png\n")
      expectFailure(
        try facet("embed", run.model, "--list", list, "--output", path("E.safetensors")), "l.txt", "gone.png")
      expectFailure(
        try facet("embed", run.model, "--list", run.list, "--output", path("no/E.safetensors")), "no/E.safetensors")
      expectFailure(try facet("evaluate", run.model, "--data", path("nowhere")), "nowhere")
      expectFailure(try facet("train", "--data", path("nowhere"), "--output", path("run")), "nowhere")
      expectFailure(try facet("train", "--recipe", path("r.json"), "--output", path("run")), "r.json")
      #expect(!FileManager.default.fileExists(atPath: path("run")), "nothing is begun")
    }

    @Test func anOccupiedFolderIsRefused() throws {
      let result = try facet(
        "train", "--recipe", run.folder.path + "/recipe.json", "--output", run.folder.path + "/run")
      expectFailure(result, "--resume")
    }

    @Test func whereThereIsNoCheckpointNothingIsResumed() throws {
      let recipe = run.folder.path + "/recipe.json"
      let result = try facet("train", "--recipe", recipe, "--output", path("mistyped"), "--resume")
      expectFailure(result, path("mistyped") + " holds no checkpoint", "leave out --resume to start there")
      #expect(!FileManager.default.fileExists(atPath: path("mistyped")))
    }

    @Test func trainingSaysFirstWhatItLearnsFrom() throws {
      let first = try #require(run.training.errors.split(separator: "\n").first)
      #expect(first.hasPrefix("learning from ") && first.hasSuffix(": 36 photos of 6 people"), "\(first)")
    }
  }
}
