import FaceImages
import Foundation
import TestSupport
import Testing
import Torch

extension FacetCommands {
  /// InsightFace's formats on the command line: packed, unpacked, trained on and measured.
  @Suite struct Formats {
    private func fixture(_ name: String) -> String {
      let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      return tests.appendingPathComponent("TorchTests/Fixtures/insightface/\(name)").path
    }

    @Test func packsTrainsMeasuresAndUnpacks() throws {
      let run = try TinyRun.shared.get()
      let folder = try TemporaryFolder()
      let photos = run.folder.path + "/faces/photos"
      let packed = try facet("pack", photos, "--output", folder.path + "/train.rec", "--side", "40")
      #expect(packed.code == 0 && packed.output.contains("12 photos of 3 people"), "\(packed.all)")
      let bin = folder.path + "/lfw.bin"
      let pairs = try facet(
        "pack", "--pairs", run.folder.path + "/faces/pairs.csv", "--output", bin, "--side", "32")
      #expect(pairs.code == 0 && pairs.output.contains("pairs of pairs.csv"), "\(pairs.all)")
      #expect(!pairs.output.contains("left out"), "\(pairs.all)")
      try folder.write("broken.jpg", "no photo")
      let (first, second) = ("\(photos)/000000/01.png", "\(photos)/000000/02.png")
      let list = try folder.write("broken.csv", "\(first),\(second),1,0\nbroken.jpg,\(first),0,0\n")
      try folder.folder("rest")
      let rest = try facet("pack", "--pairs", list, "--output", folder.path + "/rest/rest.bin", "--side", "32")
      #expect(rest.output.contains("1 pairs of broken.csv, 1 left out"), "\(rest.all)")

      // The folder holds a training set and a protocol: both are found.
      let recipe = try folder.write("recipe.json", tinyRecipe(epochs: 1))
      let trained = try facet(
        "train", "--recipe", recipe, "--data", folder.path, "--output", folder.path + "/run", "--threads", "1")
      #expect(trained.code == 0, "\(trained.all)")
      let json = folder.path + "/e.json"
      let measured = try facet("evaluate", run.model, "--data", folder.path, "--json", json, "--threads", "1")
      #expect(measured.code == 0 && measured.output.contains("by InsightFace"), "\(measured.all)")
      #expect(measured.output.contains("LFW") && !measured.output.contains("moved"), "\(measured.output)")
      let alone = try facet("evaluate", run.model, "--data", bin, "--threads", "1")
      #expect(alone.output == measured.output, "\(alone.all)")

      let back = folder.path + "/back"
      let unpacked = try facet("unpack", folder.path + "/train.rec", "--output", back)
      #expect(unpacked.code == 0, "\(unpacked.all)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: back).sorted() == ["000000", "000001", "000002"])
    }

    /// Records that hold no photo are not somebody's photos.
    @Test func nothingIsLeftOfRecordsWithoutPhotos() throws {
      let folder = try TemporaryFolder()
      let photos = try folder.folder("photos")
      for person in ["a", "b"] {
        try FileManager.default.createDirectory(atPath: "\(photos)/\(person)", withIntermediateDirectories: true)
        try Image(width: 16, height: 16).write(to: "\(photos)/\(person)/1.jpg")
      }
      let packed = try facet("pack", photos, "--output", folder.path + "/train.rec", "--side", "16")
      #expect(packed.code == 0, "\(packed.all)")
      var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/train.rec"))
      while let marker = bytes.firstRange(of: Data([0xFF, 0xD8, 0xFF])) { bytes[marker.lowerBound + 1] = 0 }
      try bytes.write(to: URL(fileURLWithPath: folder.path + "/train.rec"))
      let back = folder.path + "/back"
      expectFailure(try facet("unpack", folder.path + "/train.rec", "--output", back), code: 1, "none of 2 photos")
      #expect(!FileManager.default.fileExists(atPath: back))
    }

    @Test func importsAndGoesOnFromThere() throws {
      let run = try TinyRun.shared.get()
      let folder = try TemporaryFolder()
      // A plain network of Facet's as somebody's state dict.
      let recipe = try folder.write("plain.json", tinyRecipe(epochs: 1, kind: "plain"))
      let plain = try facet(
        "train", "--recipe", recipe, "--output", folder.path + "/plain", "--threads", "1", "--set",
        "network.targetStage=0", "--set", "network.embedding=backbone", "--set", "network.outputStride=16")
      #expect(plain.code == 0, "\(plain.all)")
      let trained = try Safetensors(contentsOf: folder.path + "/plain/model.safetensors")
      let weights = folder.path + "/weights.safetensors"
      try Safetensors.write(
        trained.names.map { (String($0.dropFirst("network.backbone.".count)), try #require(try trained.tensor($0))) },
        to: weights)
      let model = folder.path + "/imported.safetensors"
      let imported = try facet("import", weights, "--backbone", "iresnet10", "--size", "32", "--output", model)
      #expect(imported.code == 0 && imported.output.contains("arcface_torch's weights"), "\(imported.all)")

      // Steps of no size leave the embedding as it was, through an inserted target layer.
      let tuned = folder.path + "/tuned"
      let result = try facet(
        "train", "--from", model, "--channel-loss", "ecloss", "--epochs", "1", "--batch", "6", "--output", tuned,
        "--set", "data.identities=6", "--set", "data.photos=6", "--set", "data.side=36", "--set",
        "training.learningRate=1e-12", "--set", "channelLoss.ecloss.parts=4", "--threads", "1")
      #expect(result.code == 0, "\(result.all)")
      func embeddings(_ model: String) throws -> [Float] {
        let path = folder.path + "/e.safetensors"
        #expect(try facet("embed", model, "--list", run.list, "--output", path, "--threads", "1").code == 0)
        return try #require(try Safetensors(contentsOf: path).tensor("embeddings")).floats()
      }
      let names = try Safetensors(contentsOf: tuned + "/last.safetensors").names
      #expect(names.contains("network.target.merge.weight"))
      // Batch normalization moves its running statistics in training; the start is tested in the library.
      #expect(try embeddings(tuned + "/model.safetensors").count == embeddings(model).count)
      let info = try facet("evaluate", tuned + "/model.safetensors", "--identities", "6", "--threads", "1")
      #expect(info.code == 0, "\(info.all)")
    }

    @Test func measuresTemplates() throws {
      let run = try TinyRun.shared.get()
      let files = try MiniatureIJB()
      func addPhotos(_ files: MiniatureIJB) throws {
        for place in MiniatureIJB.photos.indices {
          let face = run.folder.path + "/faces/photos/00000\(place / 4)/0\(place % 4 + 1).png"
          try files.folder.write(files.path(place), Data(contentsOf: URL(fileURLWithPath: face)))
        }
      }
      try addPhotos(files)
      let (jsonPath, page) = (files.root + "/e.json", files.root + "/r.html")
      let result = try facet(
        "evaluate", run.model, "--data", files.root, "--json", jsonPath, "--report", page, "--threads", "1")
      #expect(result.code == 0, "\(result.all)")
      for word in ["TAR@1e-6", "TAR@0.1", "by InsightFace", "G1 + G2", "rank 10", "TPIR@0.01", "5 templates of 9"] {
        #expect(result.output.contains(word), "\(result.all)")
      }
      let first = try #require(try json(jsonPath) as? [[String: Any]]).first
      let templates = try #require(first?["templates"] as? [String: Any])
      #expect((templates["verification"] as? [String: Any])?["negatives"] as? Int == 2)
      #expect((templates["identification"] as? [[String: Any]])?.count == 3)
      let html = try String(contentsOfFile: page, encoding: .utf8)
      #expect(html.contains("Who is it (1:N)") && html.contains("TAR at FAR 1e-06"))
      let plain = try facet(
        "evaluate", run.model, "--data", files.root, "--mirror", "none", "--unit-lengths", "--no-detector-score")
      #expect(plain.output.contains("photos alone, unit lengths, unweighted"), "\(plain.all)")
      for flag in ["--flip", "--unmasked"] {
        expectFailure(try facet("evaluate", run.model, "--data", files.root, flag), code: 2, "for pairs", "--mirror")
      }

      let nist = try MiniatureIJB(.nistB)
      try addPhotos(nist)
      let boxes = try facet("evaluate", run.model, "--data", nist.root, "--no-detector-score")
      #expect(boxes.code == 0 && boxes.output.contains("S1 + S2"), "\(boxes.all)")
      expectFailure(try facet("evaluate", run.model, "--data", nist.root), "--no-detector-score")

      expectFailure(try facet("calibrate", run.model, "--data", files.root), code: 2, "facet evaluate")
      expectFailure(
        try facet("train", "--data", files.root, "--output", files.root + "/run"), code: 2, "IJB",
        "other photos to train on")
      expectFailure(
        try facet("compare", "recipe.json", "--test-data", files.root, "--output", files.root + "/run"), code: 2,
        "templates")
      try files.folder.write("meta/ijbc_template_pair_label.txt", "3 10 1\n3 10 yes\n")
      expectFailure(
        try facet("evaluate", run.model, "--data", files.root), "ijbc_template_pair_label.txt, line 2", "3 10 yes")
    }

    @Test(arguments: ["--pairs", "--data"]) func cutsPhotosToTheirMiddle(option: String) throws {
      let run = try TinyRun.shared.get()
      let faces = run.folder.path + "/faces"
      let framed = try TemporaryFolder()
      let photos = try #require(FileManager.default.enumerator(atPath: faces + "/photos"))
      for case let name as String in photos where name.hasSuffix(".png") {
        let face = try Image(contentsOf: faces + "/photos/" + name)
        var photo = Image(width: 2 * face.width, height: 2 * face.height, color: RGB(200, 40, 90))
        for y in 0..<face.height {
          for x in 0..<face.width { photo[face.width / 2 + x, face.height / 2 + y] = face[x, y] }
        }
        try framed.write("photos/" + name, photo.pngData())
      }
      try framed.write("pairs.csv", String(contentsOfFile: faces + "/pairs.csv", encoding: .utf8))
      let name = option == "--pairs" ? "/pairs.csv" : "/photos"
      func measured(_ folder: String, _ more: String...) throws -> String {
        let path = framed.path + "/e.json"
        let arguments = ["evaluate", run.model, option, folder + name, "--json", path, "--threads", "1"] + more
        let result = try FacetProcess(arguments).wait()
        #expect(result.code == 0, "\(result.all)")
        let model = try #require(try json(path) as? [[String: Any]]).first
        let verification = try #require(model?["verification"])
        return String(
          decoding: try JSONSerialization.data(withJSONObject: verification, options: .sortedKeys), as: UTF8.self)
      }
      let expected = try measured(faces)
      #expect(try measured(framed.path, "--center-crop", "0.5") == expected)
      #expect(try measured(framed.path) != expected)
      expectFailure(try facet("evaluate", run.model, "--center-crop", "0.5"), code: 2, "procedural")
    }

    @Test func saysWhatIsWrong() throws {
      let folder = try TemporaryFolder()
      let output = folder.path + "/model.safetensors"
      expectFailure(
        try facet("import", fixture("state.pth"), "--backbone", "iresnet50", "--output", output), "state.pth",
        "no conv1.weight and no fc.weight")
      expectFailure(
        try facet("import", fixture("module.pth"), "--backbone", "iresnet50", "--output", output), "module.pth",
        "state_dict()")
      expectFailure(try facet("import", fixture("state.pth"), "--output", output), code: 2, "--backbone")
      expectFailure(try facet("pack", folder.path, "--output", folder.path + "/x.zip"), code: 2, ".rec", ".bin")
      expectFailure(try facet("pack", "--output", folder.path + "/x.rec"), code: 2, "dataset")
      let attack = try folder.write("lfw.bin", "cos\nsystem\n(S'touch x'\ntR.")
      expectFailure(try facet("evaluate", "--data", attack), "lfw.bin", "os.system")
      expectFailure(
        try facet("train", "--from", fixture("state.safetensors"), "--output", folder.path + "/run"),
        "state.safetensors", "not one of Facet's models")
    }
  }
}
