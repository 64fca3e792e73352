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

    /// Writes the explanation anew with a text in the place of another.
    private func forge(_ old: String, _ new: String) throws {
      let text = try String(contentsOfFile: written, encoding: .utf8)
      #expect(text.contains(old))
      try folder.write("why/explanation.json", text.replacingOccurrences(of: old, with: new))
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

    @Test func changesAreFound() throws {
      try explain()
      let original = try String(contentsOfFile: written, encoding: .utf8)
      let account = try #require(try json(written) as? [String: Any])
      let same = try #require(account["same"] as? Bool)
      try forge("\"same\" : \(same)", "\"same\" : \(!same)")
      expectFailure(try facet("audit", written), "does not hold")
      #expect(try facet("audit", written).output.contains("the decision comes out the other way"))
      try folder.write("why/explanation.json", original)
      try forge("\"threshold\" :", "\"threshold\" : 0.25, \"was\" :")
      #expect(try facet("audit", written).output.contains("the threshold is recorded as 0.25"))
      try folder.write("why/explanation.json", original)
      try forge("\"part\" : \"mouth\"", "\"part\" : \"chin\"")
      #expect(try facet("audit", written).output.contains("other lines"))
      try folder.write("why/explanation.json", original)
      // A photo with one byte more shows the same face, and is another file.
      let photo = try Data(contentsOf: URL(fileURLWithPath: b))
      try folder.write("b.png", photo + Data([0]))
      let changed = try facet("audit", written)
      #expect(changed.code == 1 && changed.output.contains("photo B is changed: \(b)"), "\(changed.all)")
      try FileManager.default.removeItem(atPath: b)
      #expect(try facet("audit", written).output.contains("photo B is missing"))
      try folder.write("b.png", photo)
      #expect(try facet("audit", written).code == 0)
      #expect(try facet("audit", written, "--model", model).output.contains("the model is changed: \(model)"))
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
    }

    @Test func otherFilesAreRefused() throws {
      expectFailure(try facet("audit", path("gone.json")), "gone.json")
      expectFailure(try facet("audit", try folder.write("notes.json", "{}")), "not an explanation.json")
      expectFailure(
        try facet("audit", try folder.write("none.json", "{\"candidates\": []}")), "not an explanation.json")
      try explain()
      var account = try #require(try json(written) as? [String: Any])
      account["provenance"] = nil
      let old = try folder.write("old.json", JSONSerialization.data(withJSONObject: account))
      expectFailure(try facet("audit", old), "older Facet")
    }
  }
}
