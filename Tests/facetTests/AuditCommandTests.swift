import Foundation
import TestSupport
import Testing

/// `facet audit` from outside, and the origin that `facet verify` and `facet explain` write down.
extension FacetCommands {
  @Suite struct Audits {
    private let folder: TemporaryFolder
    private let model: String
    private let a: String
    private let b: String

    init() throws {
      let run = try TinyRun.shared.get()
      folder = try TemporaryFolder()
      model = run.model
      (a, b) = (folder.path + "/a.png", folder.path + "/b.png")
      for (name, copy) in [("000000/01", a), ("000001/02", b)] {
        try FileManager.default.copyItem(atPath: run.folder.path + "/faces/photos/\(name).png", toPath: copy)
      }
    }

    private func path(_ name: String) -> String { folder.path + "/" + name }
    private var written: String { path("why/explanation.json") }

    private func explain(_ more: String...) throws {
      let result = try FacetProcess(["explain", a, b, "--output", path("why")] + more).wait()
      #expect(result.code == 0, "\(result.all)")
    }

    @Test(arguments: [[], ["--flip", "--threshold", "0.3"], ["--counterfactual", "--far", "0.2"]])
    func whatWasWrittenHolds(flags: [String]) throws {
      let result = try FacetProcess(["explain", a, b, "--output", path("why")] + flags).wait()
      #expect(result.code == 0, "\(result.all)")
      let audit = try facet("audit", written, "--json", path("audit.json"))
      #expect(audit.code == 0 && audit.output.contains("yes"), "\(audit.all)")
      let found = try #require(try json(path("audit.json")) as? [[String: Any]])
      #expect(found.count == 1 && found[0]["holds"] as? Bool == true)
      #expect(try #require(found[0]["largestDifference"] as? Double) < 1e-6)
      let page = try String(contentsOfFile: path("why/explanation.html"), encoding: .utf8)
      let account = try #require(try json(written) as? [String: Any])
      let origin = try #require(account["provenance"] as? [String: Any])
      for file in ["photoA", "photoB", "model"] {
        let digest = try #require((origin[file] as? [String: Any])?["sha256"] as? String)
        #expect(digest.count == 64 && page.contains(digest))
      }
    }

    @Test func verdictsSayWhatTheyAreAbout() throws {
      let bytes = try ["1", "2"].map { name in
        let run = try FacetProcess(
          ["explain", a, b, "--output", path(name)], setting: ["SOURCE_DATE_EPOCH": "1000000000"])
        #expect(try run.wait().code == 0)
        return try Data(contentsOf: URL(fileURLWithPath: path(name + "/explanation.json")))
      }
      #expect(bytes[0] == bytes[1] && String(decoding: bytes[0], as: UTF8.self).contains("2001-09-09T01:46:40Z"))
      #expect(try facet("verify", a, b, "--json", path("v.json")).code == 0)
      let verdict = try #require((try json(path("v.json")) as? [String: Any])?["provenance"] as? [String: Any])
      #expect((verdict["photoA"] as? [String: Any])?["path"] as? String == a)
      #expect((verdict["program"] as? String)?.hasPrefix("facet ") == true)
    }

    /// What a forger changes in a pair's explanation, and what is said of it.
    @Test(arguments: [
      ("score", "the score"), ("same", "same"), ("threshold", "threshold"), ("source", "thresholdSource"),
      ("no threshold", "threshold"), ("share", "share"), ("hidden", "hiddenA"), ("kind", "kind"), ("part", "part"),
      ("photo", "photoA"), ("probability", "probability"), ("decisions", "falseAccepts"), ("change", "counterfactual"),
      ("extra", "verdict"),
    ]) func forgeriesAreFound(what: String, named: String) throws {
      try explain("--counterfactual")
      var account = try #require(try json(written) as? [String: Any])
      var lines = try #require(account["parts"] as? [[String: Any]])
      switch what {
      case "score": account["score"] = 0.25
      case "same": account["same"] = !(account["same"] as! Bool)
      case "threshold":
        account["threshold"] = 0.7
        account["thresholdSource"] = "cfp fold 9, 10000000 pairs, accuracy 99.9 %"
        account["decisions"] = nil
      case "source": account["thresholdSource"] = "NIST"
      case "no threshold":
        for key in ["threshold", "thresholdSource", "same", "decisions", "counterfactual"] { account[key] = nil }
      case "share": lines[0]["share"] = -5
      case "hidden": lines[0]["hiddenA"] = !(lines[0]["hiddenA"] as! Bool)
      case "kind": lines[0]["kind"] = "constant"
      case "part": lines[0]["part"] = "chin"
      case "photo": account["photoA"] = "mother.png"
      case "probability": account["probability"] = 0.99
      case "decisions":
        var decisions = account["decisions"] as! [String: Any]
        decisions["falseAccepts"] = 0
        account["decisions"] = decisions
      case "change":
        var other = account["counterfactual"] as! [String: Any]
        other["isFewest"] = !(other["isFewest"] as! Bool)
        account["counterfactual"] = other
      default: account["verdict"] = "guilty"
      }
      account["parts"] = lines
      try folder.write("why/explanation.json", JSONSerialization.data(withJSONObject: account))
      let result = try facet("audit", written)
      expectFailure(result, "does not hold")
      #expect(result.output.contains(named == "the score" ? "score is recorded as 0.25" : named), "\(result.all)")
    }

    @Test func aKeyThatIsThereTwiceIsRefused() throws {
      try explain()
      let text = try String(contentsOfFile: written, encoding: .utf8)
      let end = try #require(text.lastIndex(of: "}"))
      try folder.write("why/explanation.json", text[..<end] + ", \"score\": 0.9}")
      expectFailure(try facet("audit", written), "not an explanation.json")
    }

    @Test func changedFilesAreFound() throws {
      try explain()
      // A photo with one byte more shows the same face, and is another file.
      let photo = try Data(contentsOf: URL(fileURLWithPath: b))
      try folder.write("b.png", photo + Data([0]))
      let changed = try facet("audit", written)
      #expect(changed.code == 1 && changed.output.contains("photo B is changed: \(b)"), "\(changed.all)")
      try FileManager.default.removeItem(atPath: b)
      #expect(try facet("audit", written).output.contains("photo B is missing"))
      // It lies elsewhere now.
      try folder.write("archive/b.png", photo)
      try folder.write("archive/a.png", Data(contentsOf: URL(fileURLWithPath: a)))
      #expect(try facet("audit", written, "--photos", path("archive")).code == 0)
      expectFailure(try facet("audit", written, "--photos", path("nowhere")), code: 2, "--photos", "is no folder")
      // What is missing is missing where it was looked for.
      try folder.folder("empty")
      #expect(
        try facet("audit", written, "--photos", path("empty"), "--model", path("nothere")).output.contains(
          "photo A is missing: \(path("empty/a.png"))"))
      #expect(try facet("audit", written, "--model", path("nothere")).output.contains("missing: \(path("nothere"))"))
      #expect(
        try facet("audit", written, "--photos", path("archive"), "--model", model).output.contains(
          "the model is changed: \(model)"))
      try folder.write("b.png", photo)
      #expect(try facet("audit", written).code == 0)
      // What was named is what is looked at, though the old place still holds.
      try folder.write("archive/b.png", Data(contentsOf: URL(fileURLWithPath: a)))
      let other = try facet("audit", written, "--photos", path("archive"))
      #expect(other.code == 1 && other.output.contains("photo B is changed"), "\(other.all)")
      expectFailure(try facet("audit", written, "--json", b), "cannot write '\(b)'")
    }

    /// Versions, device, time and duration are taken as they are written, and nothing else is.
    @Test(arguments: [#""provenance" : {"#, #""score" :"#]) func whatIsAddedIsFound(key: String) throws {
      try explain()
      let text = try String(contentsOfFile: written, encoding: .utf8)
      let addition = key.contains("{") ? key + #" "note" : "approved", "# : #""seconds" : "NaN", "# + key
      try #require(text.contains(key))
      let own = text.replacing(/,\n  "seconds" : [0-9.e-]+/, with: "")
      try folder.write("why/explanation.json", own.replacing(key, with: addition, maxReplacements: 1))
      let audit = try facet("audit", written)
      let objection = key.contains("{") ? "provenance.note is recorded" : "seconds is no duration"
      #expect(audit.code == 1 && audit.output.contains(objection), "\(audit.all)")
    }

    /// Galleries of a folder a person have photos of one name.
    @Test func photosOfOneNameAreToldApart() throws {
      for (photo, name) in [(a, "gallery/1/01.png"), (b, "gallery/2/01.png")] {
        try folder.write(name, Data(contentsOf: URL(fileURLWithPath: photo)))
      }
      let pair = [path("gallery/1/01.png"), path("gallery/2/01.png")]
      #expect(try facet("explain", pair[0], pair[1], "--output", path("why")).code == 0)
      try FileManager.default.moveItem(atPath: path("gallery"), toPath: path("archive"))
      #expect(try facet("audit", written).output.contains("photo A is missing"))
      let whole = try facet("audit", written, "--photos", path("archive"))
      #expect(whole.code == 0, "\(whole.all)")
      let half = try facet("audit", written, "--photos", path("archive/1"))
      #expect(half.code == 1 && half.output.contains("photo B is missing"), "\(half.all)")
      #expect(!half.output.contains("changed"))
    }

    /// What never ends is not read, and what moves a terminal's cursor is spelled out.
    @Test func hostilePathsDoNoHarm() throws {
      try explain()
      var account = try #require(try json(written) as? [String: Any])
      var origin = try #require(account["provenance"] as? [String: Any])
      var photo = try #require(origin["photoA"] as? [String: Any])
      for hostile in ["/dev/zero", "x\n\u{1B}[31mALL HOLDS  yes"] {
        photo["path"] = hostile
        origin["photoA"] = photo
        account["provenance"] = origin
        try folder.write("why/explanation.json", JSONSerialization.data(withJSONObject: account))
        let result = try FacetProcess(["audit", written]).wait(seconds: 30)
        #expect(result.code == 1 && result.output.contains("photo A is missing"), "\(result.all)")
        #expect(!result.all.contains("\u{1B}[31m") && !result.output.contains("\nALL"))
      }
    }

    @Test func itWorksFromAnyFolder() throws {
      let explained = try FacetProcess(["explain", "a.png", "b.png", "--output", "out/why"], in: folder.path).wait()
      #expect(explained.code == 0, "\(explained.all)")
      for (place, file) in [(path("out/why"), "explanation.json"), ("/", path("out/why/explanation.json"))] {
        let audit = try FacetProcess(["audit", file], in: place).wait()
        #expect(audit.code == 0, "\(audit.all)")
      }
    }

    @Test func galleriesAndMovedModels() throws {
      let copy = path("mine.safetensors")
      try FileManager.default.copyItem(atPath: model, toPath: copy)
      let gallery = try folder.folder("gallery")
      for (photo, name) in [(a, "1.png"), (b, "2.png")] {
        try FileManager.default.copyItem(atPath: photo, toPath: gallery + "/" + name)
      }
      let result = try facet("explain", a, gallery, "--output", path("why"), "--model", copy)
      #expect(result.code == 0, "\(result.all)")
      try FileManager.default.removeItem(atPath: copy)
      let moved = try facet("audit", written)
      #expect(moved.code == 1 && moved.output.contains("the model is missing"), "\(moved.all)")
      #expect(moved.errors.contains("2 of 2 accounts do not hold"))
      #expect(try facet("audit", written, "--model", model).code == 0)
      // Every candidate is of the first's model, probe and settings, and none before its rank.
      let original = try #require(try json(written) as? [String: Any])
      let candidates = try #require(original["candidates"] as? [[String: Any]])
      func forged(_ change: (inout [[String: Any]]) -> Void) throws -> FacetResult {
        var forged = candidates
        change(&forged)
        try folder.write(
          "why/explanation.json", JSONSerialization.data(withJSONObject: ["candidates": forged, "damaged": []]))
        return try facet("audit", written, "--model", model)
      }
      #expect(try forged { _ in }.code == 0)
      try folder.write(
        "why/explanation.json",
        JSONSerialization.data(withJSONObject: ["candidates": candidates, "damaged": [], "verdict": "guilty"]))
      let more = try facet("audit", written, "--model", model)
      #expect(more.code == 1 && more.output.contains("verdict is recorded"), "\(more.all)")
      #expect(try forged { $0.reverse() }.output.contains("ranked behind a lower score"))
      #expect(try forged { $0[1]["flip"] = true }.output.contains("other settings than the first"))
      let other = try forged {
        var origin = $0[1]["provenance"] as! [String: Any]
        origin["model"] = origin["photoA"]
        $0[1]["provenance"] = origin
      }
      #expect(other.code == 1 && other.output.contains("another model"), "\(other.all)")
    }

    /// The best alone have them, and no other account is made with one.
    @Test func counterfactualsOfAGallerysBestAreMadeAgain() throws {
      let gallery = try folder.folder("gallery")
      let third = try TinyRun.shared.get().folder.path + "/faces/photos/000002/03.png"
      for (photo, name) in [(b, "1.png"), (third, "2.png")] {
        try FileManager.default.copyItem(atPath: photo, toPath: gallery + "/" + name)
      }
      let result = try facet("explain", a, gallery, "--output", path("why"), "--best", "1", "--counterfactual")
      #expect(result.code == 0, "\(result.all)")
      let audit = try facet("audit", written)
      #expect(audit.code == 0, "\(audit.all)")
      let original = try #require(try json(written) as? [String: Any])
      let candidates = try #require(original["candidates"] as? [[String: Any]])
      let best = try #require(candidates[0]["counterfactual"] as? [String: Any])
      func forged(_ change: (inout [[String: Any]]) -> Void) throws -> FacetResult {
        var forged = candidates
        change(&forged)
        try folder.write(
          "why/explanation.json", JSONSerialization.data(withJSONObject: ["candidates": forged, "damaged": []]))
        return try facet("audit", written)
      }
      let changed = try forged {
        $0[0]["counterfactual"] = best.merging(["score": 0.123]) { $1 }
      }
      #expect(changed.code == 1 && changed.output.contains("counterfactual.score"), "\(changed.all)")
      let moved = try forged {
        $0[0]["counterfactual"] = nil
        $0[1]["counterfactual"] = best
      }
      #expect(moved.code == 1 && moved.output.contains("the one before it has none"), "\(moved.all)")
    }

    @Test func otherFilesAreRefused() throws {
      expectFailure(try facet("audit", path("gone.json")), "gone.json")
      expectFailure(try facet("audit", try folder.write("notes.json", "{}")), "not an explanation.json")
      expectFailure(
        try facet("audit", try folder.write("none.json", "{\"candidates\": []}")), "holds no account to check")
      try explain()
      var account = try #require(try json(written) as? [String: Any])
      account["provenance"] = nil
      let old = try folder.write("old.json", JSONSerialization.data(withJSONObject: account))
      expectFailure(try facet("audit", old), "older Facet")
    }
  }
}
