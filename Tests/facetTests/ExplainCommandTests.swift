import FaceDatasets
import FaceImages
import Foundation
import TestSupport
import Testing
import Torch

/// `facet verify`, `facet explain` and `facet calibrate` from outside.
extension FacetCommands {
  @Suite struct Explanations {
    private let run: TinyRun
    private let folder: TemporaryFolder
    private let a: String
    private let b: String

    init() throws {
      run = try TinyRun.shared.get()
      folder = try TemporaryFolder()
      a = run.folder.path + "/faces/photos/000000/01.png"
      b = run.folder.path + "/faces/photos/000001/02.png"
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }

    @Test func theDefaultModelDecides() throws {
      let result = try facet("verify", a, b, "--json", path("v.json"))
      #expect(result.code == 0, "\(result.all)")
      #expect(result.output.contains("threshold") && result.output.contains("cfp fold 9"))
      let verdict = try #require(try json(path("v.json")) as? [String: Any])
      let score = try #require(verdict["score"] as? Double)
      let threshold = try #require(verdict["threshold"] as? Double)
      #expect(verdict["same"] as? Bool == (score >= threshold))
      #expect(((verdict["probability"] as? Double ?? -1) >= 0.5) == (score >= threshold))
      #expect(result.output.contains(score >= threshold ? "same person" : "different people"))
      // The same photo twice is the same person, whatever it shows; a threshold of one's own counts.
      #expect(try facet("verify", a, a).output.contains("same person: score 1.0000"))
      #expect(try facet("verify", a, b, "--threshold", "-1").output.contains("same person"))
      expectFailure(try facet("verify", a, b, "--threshold", "2"), code: 2, "--threshold")
    }

    /// A score of 1 tells nothing of the person then, and its reader should know.
    @Test func onePhotoUnderTwoNamesIsSaid() throws {
      let copy = path("copy.png")
      try FileManager.default.copyItem(atPath: a, toPath: copy)
      for command in [["verify"], ["explain", "--output", path("one")]] {
        func words(_ other: String) throws -> FacetResult {
          try FacetProcess(Array(command.prefix(1) + [a, other] + command.dropFirst())).wait()
        }
        #expect(try words(copy).output.contains("one file, byte for byte"))
        #expect(try !words(b).output.contains("one file"))
      }
    }

    /// Without a threshold there is no other decision to ask for.
    @Test func aCounterfactualNeedsADecision() throws {
      let pair = ["explain", a, b, "--model", run.model, "--output", path("why"), "--counterfactual"]
      expectFailure(try FacetProcess(pair).wait(), code: 1, "--counterfactual", "give --threshold")
      #expect(!FileManager.default.fileExists(atPath: path("why")))
      let decided = try FacetProcess(pair + ["--threshold", "0.5"]).wait()
      #expect(decided.code == 0, "\(decided.all)")
    }

    /// Alike, and no faces.
    @Test func picturesOfNoFaceAreWarnedOf() throws {
      try Image(width: 80, height: 80, color: RGB(128, 128, 128)).write(to: path("gray.png"))
      try Image(width: 80, height: 80, color: RGB(255, 255, 255)).write(to: path("white.png"))
      for command in [["verify"], ["explain", "--output", path("none")]] {
        let result = try FacetProcess(
          Array(command.prefix(1) + [path("gray.png"), path("white.png")] + command.dropFirst()) + [
            "--json", path("n.json"),
          ]
        ).wait()
        #expect(
          result.code == 0 && result.output.contains("warning: both photos show no part of a face"), "\(result.all)")
        let verdict = try #require(try json(path("n.json")) as? [String: Any])
        #expect(verdict["showsFaceA"] as? Bool == false && verdict["showsFaceB"] as? Bool == false)
        #expect(!(verdict["probability"] is Double) && !(verdict["same"] is Bool))
        #expect(result.output.hasPrefix("no decision, no face to be seen: score "), "\(result.all)")
      }
      let page = try String(contentsOfFile: path("none/explanation.html"), encoding: .utf8)
      #expect(page.contains("No face to be seen"))
      expectFailure(
        try facet("explain", path("gray.png"), path("white.png"), "--ignore-hidden", "--output", path("ignored")),
        "nothing is left to compare")
    }

    /// The threshold was measured without mirror images: where they are averaged, how likely it is was not measured.
    @Test func flipsThatWereNotMeasuredHaveNoProbability() throws {
      let result = try facet("verify", a, b, "--flip", "--json", path("v.json"))
      #expect(result.output.contains("the threshold was measured without --flip"), "\(result.all)")
      let verdict = try #require(try json(path("v.json")) as? [String: Any])
      #expect(verdict["probability"] == nil && verdict["decisions"] == nil && verdict["same"] is Bool)
    }

    @Test func withoutAThresholdThereIsNoDecision() throws {
      let result = try facet("verify", a, b, "--model", run.model, "--flip")
      #expect(result.code == 0 && result.output.contains("no decision"), "\(result.all)")
    }

    @Test func badPhotosAreSaidInALine() throws {
      try folder.write("broken.jpg", "no photo")
      for command in [["verify"], ["explain", "--output", path("why")]] {
        for (photo, name) in [(path("gone.jpg"), "gone.jpg"), (path("broken.jpg"), "broken.jpg")] {
          for pair in [[photo, b], [a, photo]] {
            let result = try FacetProcess(Array(command.prefix(1) + pair + command.dropFirst())).wait()
            expectFailure(result, name)
            #expect(result.errors.split(separator: "\n").count == 1, "\(result.all)")
          }
        }
      }
      #expect(!FileManager.default.fileExists(atPath: path("why")), "nothing is begun")
    }

    @Test(arguments: [[], ["--flip"], ["--counterfactual"]]) func anExplanationAddsUp(flags: [String]) throws {
      let arguments = ["explain", a, b, "--output", path("why"), "--json", path("e.json")] + flags
      let result = try FacetProcess(arguments).wait()
      #expect(result.code == 0, "\(result.all)")
      let explanation = try #require(try json(path("why/explanation.json")) as? [String: Any])
      let copy = try Data(contentsOf: URL(fileURLWithPath: path("e.json")))
      #expect(try copy.count > 1000 && copy == Data(contentsOf: URL(fileURLWithPath: path("why/explanation.json"))))
      let seconds = try #require(explanation["seconds"] as? Double)
      #expect(seconds > 0 && result.output.hasSuffix(String(format: "\n%.2f s\n", seconds)), "\(result.output)")
      let parts = try #require(explanation["parts"] as? [[String: Any]])
      let score = try #require(explanation["score"] as? Double)
      let sum = parts.reduce(0) { $0 + ($1["contribution"] as? Double ?? .nan) }
      #expect(abs(sum - score) < 1e-5)
      let names = parts.compactMap { $0["part"] as? String }
      for name in ["mouth", "left eye", "right eye", "nose", "constant"] {
        #expect(names.contains(name) && result.output.contains(name))
      }
      for part in parts {
        #expect(Set(part.keys).isSuperset(of: ["part", "contribution", "share", "visibleA", "visibleB"]))
        // The default model has channels that are always silent; what they add is a line that nobody can see.
        let isPart = part["kind"] as? String == "part" && part["part"] as? String != "silent channels"
        #expect((part["visibleA"] is NSNull) == !isPart)
        if isPart { #expect((0...1).contains(try #require(part["visibleB"] as? Double))) }
      }
      #expect(explanation["same"] as? Bool == (score >= explanation["threshold"] as? Double ?? .nan))
      #expect((explanation["counterfactual"] != nil) == flags.contains("--counterfactual"))
      let page = try String(contentsOfFile: path("why/explanation.html"), encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("mouth") && page.contains("data:image/jpeg;base64,"))
      for resource in ["http://", "https://", "<script", "<link", "@import"] {
        #expect(!page.replacingOccurrences(of: "http://www.w3.org/", with: "").contains(resource), "\(resource)")
      }
      #expect(page.contains("What would change the decision") == flags.contains("--counterfactual"))
      #expect(try Image(contentsOf: path("why/faces.png")).width > 800)
      let maps = try FileManager.default.contentsOfDirectory(atPath: path("why/parts"))
      #expect(maps.contains("mouth.png") && maps.contains("all-parts.png"))
    }

    @Test func channelsWithoutNamesAreAccountedFor() throws {
      let result = try facet(
        "explain", a, b, "--output", path("why"), "--model", run.model, "--tensors", path("t.safetensors"))
      #expect(result.code == 0, "\(result.all)")
      #expect(result.output.contains("channel 0") && result.output.contains("facet channels MODEL --data ... --save"))
      let file = try Safetensors(contentsOf: path("t.safetensors"))
      let explanation = try #require(try json(path("why/explanation.json")) as? [String: Any])
      let parts = try #require(explanation["parts"] as? [[String: Any]])
      let shares = try #require(try file.tensor("channels")).doubles()
      let sum = parts.filter { $0["kind"] as? String == "part" }.reduce(0) { $0 + ($1["contribution"] as! Double) }
      #expect(abs(shares.reduce(0, +) - sum) < 1e-9)
      #expect(try #require(try file.tensor("input")).shape == [2, 3, 32, 32])
      expectFailure(
        try facet("explain", a, b, "--output", path("why"), "--model", run.model, "--ignore-hidden"), "--save")
    }

    @Test func whatOnlyAPairOrAGalleryHasIsNotIgnored() throws {
      let gallery = try folder.folder("gallery")
      try FileManager.default.copyItem(atPath: b, toPath: gallery + "/b.png")
      expectFailure(
        try facet("explain", a, gallery, "--output", path("why"), "--tensors", path("t.safetensors")), code: 2,
        "--tensors is of a pair", gallery)
      expectFailure(
        try facet("explain", a, b, "--output", path("why"), "--best", "3"), code: 2, "--best chooses among a folder's",
        b)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["gallery"], "nothing is begun")
    }

    /// What the page says of the best few is in the file and on the terminal too.
    @Test func counterfactualsOfTheBestAreWrittenDown() throws {
      let gallery = try folder.folder("gallery")
      for name in ["000001/02", "000002/03"] {
        let copy = gallery + "/" + name.replacingOccurrences(of: "/", with: "-") + ".png"
        try FileManager.default.copyItem(atPath: run.folder.path + "/faces/photos/\(name).png", toPath: copy)
      }
      let result = try facet("explain", a, gallery, "--output", path("why"), "--best", "1", "--counterfactual")
      #expect(result.code == 0, "\(result.all)")
      let file = try #require(try json(path("why/explanation.json")) as? [String: Any])
      let candidates = try #require(file["candidates"] as? [[String: Any]])
      #expect(candidates.map { $0["counterfactual"] != nil } == [true, false] && file["seconds"] is Double)
      let best = try #require((candidates[0]["photoB"] as? String)?.split(separator: "/").last)
      let lines = result.output.split(separator: "\n")
      #expect(lines.count { $0.hasPrefix("1. ") && $0.contains("\(best): ") } == 1, "\(result.output)")
      #expect(!lines.contains { $0.hasPrefix("2. ") })
      let page = try String(contentsOfFile: path("why/explanation.html"), encoding: .utf8)
      #expect(page.contains("What would change the decision"))
    }

    /// They were read: that is not what is wrong with them.
    @Test func photosThatLeaveNothingToCompareAreNotCalledDamaged() throws {
      let gallery = try folder.folder("gallery")
      try FileManager.default.copyItem(atPath: a, toPath: gallery + "/itself.png")
      for name in ["gray", "white"] {
        let level: UInt8 = name == "gray" ? 128 : 255
        try Image(width: 80, height: 80, color: RGB(level, level, level)).write(to: "\(gallery)/\(name).png")
      }
      let result = try facet("explain", a, gallery, "--output", path("why"), "--best", "1", "--ignore-hidden")
      expectFailure(result, "2 photos were left out: no part of the face is visible in both photos")
      #expect(!result.all.contains("could not be read") && result.errors.contains("left out \(gallery)/gray.png"))
      let page = try String(contentsOfFile: path("why/explanation.html"), encoding: .utf8)
      #expect(page.contains("2 photos were left out") && !page.contains("damaged photo"))
    }

    /// In a gallery of a folder a person, all of whose photos go by the same name.
    @Test func candidatesAreNamedByTheirPlaceInTheGallery() throws {
      let gallery = try folder.folder("gallery")
      for name in ["000000/02", "000001/01"] {
        let photo = URL(fileURLWithPath: run.folder.path + "/faces/photos/\(name).png")
        try folder.write("gallery/\(name.prefix(6))/frontal/01.png", Data(contentsOf: photo))
      }
      let result = try facet("explain", a, gallery, "--output", path("why"), "--best", "1")
      #expect(result.code == 0, "\(result.all)")
      let page = try String(contentsOfFile: path("why/explanation.html"), encoding: .utf8)
      for name in ["000000/frontal/01.png", "000001/frontal/01.png"] {
        #expect(result.output.contains("  \(name)  ") && page.contains(". \(name)<"), "\(result.all)")
      }
    }

    @Test func candidatesAreRanked() throws {
      let gallery = try folder.folder("gallery")
      for name in ["000000/02", "000001/01", "000002/03"] {
        let copy = gallery + "/" + name.replacingOccurrences(of: "/", with: "-") + ".png"
        try FileManager.default.copyItem(atPath: run.folder.path + "/faces/photos/\(name).png", toPath: copy)
      }
      try FileManager.default.copyItem(atPath: a, toPath: gallery + "/itself.png")
      let result = try facet("explain", a, gallery, "--output", path("why"), "--best", "2")
      #expect(result.code == 0, "\(result.all)")
      let file = try #require(try json(path("why/explanation.json")) as? [String: Any])
      let candidates = try #require(file["candidates"] as? [[String: Any]])
      #expect(candidates.count == 4 && (candidates[0]["photoB"] as? String)?.hasSuffix("itself.png") == true)
      let scores = candidates.compactMap { $0["score"] as? Double }
      #expect(scores == scores.sorted(by: >) && abs(scores[0] - 1) < 1e-5)
      for place in ["1", "2"] { #expect(FileManager.default.fileExists(atPath: path("why/\(place)/faces.png"))) }
      #expect(!FileManager.default.fileExists(atPath: path("why/3")))
      // A damaged candidate is named and the others are ranked.
      try Data("no photo".utf8).write(to: URL(fileURLWithPath: gallery + "/broken.jpg"))
      let again = try facet("explain", a, gallery, "--output", path("again"), "--best", "1")
      #expect(again.code == 1 && again.errors.contains("broken.jpg") && again.output.contains("itself.png"))
      #expect(again.errors.contains("error: a photo could not be read\n"))
      // So is one that leaves nothing to compare.
      try Image(width: 80, height: 80, color: RGB(128, 128, 128)).write(to: gallery + "/gray.png")
      let visible = try facet("explain", a, gallery, "--output", path("visible"), "--best", "1", "--ignore-hidden")
      #expect(visible.code == 1 && visible.errors.contains("gray.png"), "\(visible.all)")
      #expect(visible.output.contains("itself.png"))
      #expect(visible.errors.contains("a photo could not be read; a photo was left out: no part of the face"))
      expectFailure(
        try facet("explain", gallery + "/gray.png", gallery, "--output", path("blank"), "--ignore-hidden"),
        "no part of the face is visible")
      let written = try #require(try json(path("again/explanation.json")) as? [String: Any])
      let damaged = try #require(written["damaged"] as? [[String: Any]])
      #expect(damaged.count == 1 && (damaged[0]["source"] as? String)?.hasSuffix("broken.jpg") == true)
      let page = try String(contentsOfFile: path("again/explanation.html"), encoding: .utf8)
      #expect(page.contains("One damaged photo was left out") && page.contains("broken.jpg"))
      let leftOut = again.errors.split(separator: "\n").filter { $0.contains("broken.jpg") }
      #expect(leftOut.count == 1 && leftOut[0].hasPrefix("left out \(gallery)/broken.jpg: not a JPEG"), "\(again.all)")
      expectFailure(try facet("explain", a, try folder.folder("empty"), "--output", path("none")), "empty")
    }

    @Test func anEarlierRunsFilesAreRemovedAndNoOthers() throws {
      let files = FileManager.default
      func explain(_ second: String, _ more: String...) throws {
        let result = try FacetProcess(["explain", a, second, "--output", path("why")] + more).wait()
        #expect(result.code == 0, "\(result.all)")
      }
      func names(_ place: String = "") throws -> [String] {
        try files.contentsOfDirectory(atPath: path("why" + place)).sorted()
      }
      let gallery = try folder.folder("gallery")
      for name in ["1.png", "2.png"] { try files.copyItem(atPath: b, toPath: gallery + "/" + name) }
      try explain(gallery)
      #expect(try names() == ["1", "2", "explanation.html", "explanation.json"])
      try folder.write("why/2/notes.txt", "mine")
      try folder.write("why/7/faces.png", "mine")
      try explain(b, "--model", run.model)
      #expect(try names() == ["2", "7", "explanation.html", "explanation.json", "faces.png", "parts"])
      #expect(try names("/2") == ["notes.txt"] && names("/7") == ["faces.png"])
      let channels = try Set(names("/parts"))
      #expect(channels.contains("channel-0.png"))
      try folder.write("why/parts/mine.png", "mine")
      try explain(b)
      let parts = try Set(names("/parts"))
      #expect(parts.isSuperset(of: ["mine.png", "mouth.png", "all-parts.png"]))
      #expect(parts.intersection(channels) == ["all-parts.png"])
      try explain(gallery, "--best", "1")
      #expect(try names() == ["1", "2", "7", "explanation.html", "explanation.json", "parts"])
      #expect(try names("/parts") == ["mine.png"])
    }

    @Test func whatCannotBeWrittenLeavesTheEarlierResult() throws {
      #expect(try facet("explain", a, b, "--output", path("why")).code == 0)
      let before = try Data(contentsOf: URL(fileURLWithPath: path("why/explanation.json")))
      try FileManager.default.removeItem(atPath: path("why/parts"))
      try folder.write("why/parts", "mine")
      expectFailure(try facet("explain", a, a, "--output", path("why")), "parts")
      #expect(try Data(contentsOf: URL(fileURLWithPath: path("why/explanation.json"))) == before)
      for name in ["explanation.html", "faces.png"] {
        #expect(FileManager.default.fileExists(atPath: path("why/" + name)))
      }
    }

    @Test func whatNoEarlierRunLeftIsNeitherRemovedNorReplaced() throws {
      let names = ["1/faces.png", "1/parts/mouth.png", "parts/elsewhere.png"]
      func expectMine(_ names: [String]) throws {
        for name in names { #expect(try String(contentsOfFile: path("why/" + name), encoding: .utf8) == "mine") }
      }
      for name in names { try folder.write("why/" + name, "mine") }
      for (name, content) in [
        ("explanation.json", "mine"), ("explanation.json", "{}"), ("explanation.html", "mine"), ("faces.png", "mine"),
        ("parts/mouth.png", "mine"),
      ] {
        try folder.write("why/" + name, content)
        expectFailure(try facet("explain", a, b, "--output", path("why")), "why/\(name)", "no earlier explanation")
        #expect(try String(contentsOfFile: path("why/" + name), encoding: .utf8) == content)
        try FileManager.default.removeItem(atPath: path("why/" + name))
      }
      #expect(try facet("explain", a, b, "--output", path("why")).code == 0)
      try expectMine(names)
      // A gallery's best have folders of their own, one of which holds a picture.
      let gallery = try folder.folder("gallery")
      for name in ["1.png", "2.png"] { try FileManager.default.copyItem(atPath: b, toPath: gallery + "/" + name) }
      expectFailure(try facet("explain", a, gallery, "--output", path("why")), "why/1/faces.png")
      try expectMine(names)
    }

    @Test func wholePhotosAreCut() throws {
      guard (try? FaceDetector()) != nil else {
        // Without a detector the one line says how to get it.
        expectFailure(try facet("verify", a, b, "--detect"), "make detect", "libdlib-dev")
        return
      }
      let faces = try ProceduralFaces(identities: 13, photosPerIdentity: 2, imageSize: 200, seed: 0)
      for (name, index) in [("one.png", 24), ("two.png", 25)] {
        var photo = Image(width: 640, height: 480, color: RGB(120, 118, 110))
        photo.paste(faces.face(at: index).image, x: 260, y: 150)
        try photo.write(to: path(name))
      }
      let verified = try facet("verify", path("one.png"), path("two.png"), "--detect", "--json", path("v.json"))
      #expect(verified.code == 0, "\(verified.all)")
      let verdict = try #require(try json(path("v.json")) as? [String: Any])
      let box = try #require(verdict["boxA"] as? [String: Int])
      #expect(abs(box["x"]! + box["width"]! / 2 - 360) < 60 && verdict["boxB"] is [String: Int])
      let explained = try facet("explain", path("one.png"), path("two.png"), "--detect", "--output", path("why"))
      #expect(explained.code == 0, "\(explained.all)")
      let account = try #require(try json(path("why/explanation.json")) as? [String: Any])
      #expect(account["boxA"] as? [String: Int] == box)
      #expect(abs((account["score"] as! Double) - (verdict["score"] as! Double)) < 1e-5)

      // Of several faces the largest counts, and that is said.
      #expect(account["facesA"] as? Int == 1)
      var crowd = Image(width: 640, height: 480, color: RGB(120, 118, 110))
      crowd.paste(faces.face(at: 24).image, x: 260, y: 150)
      crowd.paste(faces.face(at: 0).image.resized(width: 120, height: 120), x: 60, y: 180)
      try crowd.write(to: path("crowd.png"))
      let chosen = try facet(
        "explain", path("crowd.png"), path("two.png"), "--detect", "--output", path("crowd"), "--json", path("c.json"))
      #expect(chosen.output.contains("warning: photo A shows 2 faces; the largest was compared"), "\(chosen.all)")
      let crowded = try #require(try json(path("c.json")) as? [String: Any])
      #expect(crowded["facesA"] as? Int == 2 && crowded["facesB"] as? Int == 1)
      #expect(
        try String(contentsOfFile: path("crowd/explanation.html"), encoding: .utf8).contains("More than one face"))

      let blank = path("blank.png")
      try Image(width: 200, height: 200, color: RGB(9, 9, 9)).write(to: blank)
      expectFailure(try facet("verify", path("one.png"), blank, "--detect"), "blank.png", "no face was found")
      try folder.write("list.txt", "one.png\nblank.png\n")
      let embedded = try facet("embed", "--list", path("list.txt"), "--detect", "--output", path("e.safetensors"))
      #expect(embedded.code == 1 && embedded.errors.contains("blank.png"), "\(embedded.all)")
      let boxes = try #require(try Safetensors(contentsOf: path("e.safetensors")).tensor("boxes")).floats()
      #expect(boxes.count == 8 && boxes[0] == Float(box["x"]!) && boxes[4].isNaN)
      expectFailure(
        try facet("evaluate", "--data", folder.path, "--detect", "--center-crop", "0.6"), code: 2, "--center-crop")
    }

    @Test func calibrationIsKeptInTheModelFile() throws {
      // Facet's own model: a network trained for seconds may rank pairs the wrong way round.
      let clone = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../..")
      let own = clone.appendingPathComponent("Models/facet-small.safetensors").standardized.path
      let model = path("model.safetensors")
      try FileManager.default.copyItem(atPath: own, toPath: model)
      let drawn = try facet("faces", "--output", path("people"), "--identities", "24", "--photos", "6", "--size", "64")
      #expect(drawn.code == 0, "\(drawn.all)")
      let result = try facet(
        "calibrate", model, "--pairs", path("people/pairs.csv"), "--save", "--note", "drawn people", "--json",
        path("c.json"))
      #expect(result.code == 0, "\(result.all)")
      let report = try #require(try json(path("c.json")) as? [String: Any])
      #expect(report["data"] as? String == "pairs.csv (drawn people)")
      let threshold = try #require(report["threshold"] as? Double)
      let verified = try facet("verify", a, b, "--model", model, "--json", path("v.json"))
      #expect(verified.output.contains("drawn people"), "\(verified.all)")
      let verdict = try #require(try json(path("v.json")) as? [String: Any])
      #expect(verdict["threshold"] as? Double == threshold && verdict["probability"] is Double)
      let measured = try #require(verdict["decisions"] as? [String: Any])
      #expect(measured["threshold"] as? Double == threshold && verified.output.contains("pass for one"))
      let rates = try #require(report["decisions"] as? [[String: Any]])
      #expect(rates.count > 1 && rates[0]["threshold"] as? Double == threshold)
      let strict = try facet("verify", a, b, "--model", model, "--far", "0.1", "--json", path("strict.json"))
      #expect(strict.output.contains("false accept rate of at most 0.1"), "\(strict.all)")
      let tenth = try #require(try json(path("strict.json")) as? [String: Any])
      #expect(tenth["threshold"] as? Double == rates[1]["threshold"] as? Double)
      expectFailure(try facet("verify", a, b, "--model", model, "--far", "1e-6"), code: 1, "false accept rate measured")
      expectFailure(try facet("verify", a, b, "--far", "2"), code: 2, "--far")
      expectFailure(try facet("verify", a, b, "--far", "0.1", "--threshold", "0.5"), code: 2, "--threshold and --far")
      #expect(try networkBytes(model) == networkBytes(own), "the network is as it was")
      expectFailure(try facet("calibrate", "--save"), code: 2, "--save")
    }
  }
}
