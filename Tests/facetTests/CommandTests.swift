import FaceImages
import Foundation
import TestSupport
import Testing
import Torch

/// One after the other: two processes that train would only take each other's cores.
@Suite(.serialized) struct FacetCommands {}

extension FacetCommands {
  @Suite struct Help {
    @Test(arguments: [
      "train", "evaluate", "compare", "channels", "embed", "faces", "pack", "unpack", "import", "demo", "doctor",
    ])
    func everyCommandExplainsItselfWithAnExample(command: String) throws {
      let result = try facet(command, "--help")
      #expect(result.code == 0)
      #expect(result.errors.isEmpty)
      #expect(result.output.contains("  facet \(command)"), "\(result.output)")
      #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 120 })
    }

    @Test func theProgramListsItsCommands() throws {
      let result = try facet("--help")
      #expect(result.code == 0)
      for command in [
        "train", "evaluate", "compare", "channels", "embed", "faces", "pack", "unpack", "import", "demo", "doctor",
      ] {
        #expect(result.output.contains(command))
      }
      #expect(try facet().output == result.output, "nothing typed is a question too")
      #expect(try facet("--version").output.hasPrefix("facet "))
    }

    @Test(arguments: [
      (["train", "--epoch", "3", "--output", "x"], "--epochs"), (["evaluate", "m", "--jsn", "x"], "--json"),
      (["chanels"], "channels"), (["embed", "m", "--lst", "x", "--output", "y"], "--list"),
      (["train", "--output", "x", "--set", "training.epoch=3"], "epochs"),
      (["train", "--output", "x", "--set", "trainng.epochs=3"], "training"),
    ])
    func aMistypedWordIsUsageAndNamesTheNearest(arguments: [String], suggestion: String) throws {
      let result = try FacetProcess(arguments).wait()
      expectFailure(result, code: 2, "did you mean", suggestion)
    }

    /// Settings that only show to be wrong when the data or the network is made.
    @Test(arguments: [
      (["--folds", "1-8"], "folds of CFP"), (["--lfw", "lfw"], "beside CFP"),
      (["--set", "data.kind=folder"], "--data PATH"),
      (["--set", "network.targetLayer=layer9"], "is no layer"), (["--set", "data.identities=0"], "give a number"),
      (
        [
          "--channel-loss", "ecloss", "--set", #"channelLoss.ecloss.landmarks=["nose", "ear"]"#, "--set",
          "channelLoss.ecloss.layout=1",
        ],
        "'ear' is none"
      ),
      (["--device", "gpu"], "cuda:N"), (["--validation-fold", "0"], "--validation-fold"),
      (["--validation-fold", "11"], "--validation-fold"),
    ])
    func settingsThatFitNothingAreUsage(extra: [String], word: String) throws {
      let folder = try TemporaryFolder()
      let result = try FacetProcess(["train", "--output", folder.path + "/run"] + extra).wait()
      expectFailure(result, code: 2, word)
    }

    @Test(arguments: [
      (["pack", "x", "--output", "x.rec", "--side", "-5"], "--side"),
      (["pack", "x", "--output", "x.rec", "--quality", "0"], "--quality"),
      (["pack", "x", "--output", "x.rec", "--center-crop", "2"], "--center-crop"),
      (["pack", "x", "--output", "x.rec", "--folds", "1"], "folds of CFP"),
      (["shrink", "x", "--output", "y", "--side", "4"], "--side"),
      (["shrink", "x", "--output", "y", "--center-crop", "2"], "--center-crop"),
      (["evaluate", "--identities", "0"], "give a number"), (["evaluate", "--identities", "1"], "give at least 2"),
      (["channels", "--list", "x", "--peaks", "y", "--detect"], "--data or --pairs"),
    ])
    func rangesAreUsage(arguments: [String], word: String) throws {
      let folder = try TemporaryFolder()
      expectFailure(try FacetProcess(arguments, in: folder.path).wait(), code: 2, word)
    }

    /// Swift reads such bytes as others, which name another file.
    @Test func namesThatAreNotUTF8AreRefused() throws {
      let result = try Program.run(
        URL(fileURLWithPath: "/bin/sh"),
        ["-c", #""$0" verify a.png "$(printf 'b\377.png')""#, Program.built("facet").path])
      expectFailure(result, code: 2, "is not UTF-8")
    }

    /// A folder's listing has other letters there; the photo is not missing.
    @Test func photosWhoseNameIsNotUTF8AreNamedAsSuch() throws {
      let folder = try TemporaryFolder()
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      // Where the file system takes such a name at all.
      let script = #"mkdir "$1/p" && cp "$2" "$1/p/1.png" && cp "$2" "$1/p/$(printf 'b\377').png""#
      let made = try Program.run(URL(fileURLWithPath: "/bin/sh"), ["-c", script, "sh", folder.path, photo])
      guard made.code == 0 else { return }
      let result = try facet("pack", folder.path, "--output", folder.path + "/x.rec", "--threads", "1")
      #expect(result.code == 1 && result.errors.contains("its name is not UTF-8"), "\(result.all)")
    }

    @Test func photosBesideTheFoldersOfPeopleAreNoted() throws {
      let folder = try TemporaryFolder()
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      try FileManager.default.createDirectory(atPath: folder.path + "/p", withIntermediateDirectories: true)
      for name in ["p/1.png", "a.png", "b.png"] {
        try FileManager.default.copyItem(atPath: photo, toPath: folder.path + "/" + name)
      }
      let result = try facet("pack", folder.path, "--output", folder.path + "/x.rec", "--threads", "1")
      #expect(result.code == 0 && result.errors.contains("2 photos lie beside the folders of people"), "\(result.all)")
    }

    @Test func aDateThatIsNoneIsRefused() throws {
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      let run = try FacetProcess(
        ["verify", photo, photo, "--model", TinyRun.shared.get().model], setting: ["SOURCE_DATE_EPOCH": "yesterday"])
      expectFailure(try run.wait(), "SOURCE_DATE_EPOCH is \"yesterday\"")
      // Beyond the year 9999.
      let late = try FacetProcess(
        ["verify", photo, photo, "--model", TinyRun.shared.get().model],
        setting: ["SOURCE_DATE_EPOCH": "999999999999999999"])
      expectFailure(try late.wait(), "SOURCE_DATE_EPOCH is \"999999999999999999\"")
    }

    @Test func pairsAreNotUnpacked() throws {
      let folder = try TemporaryFolder()
      let result = try facet("unpack", try folder.write("x.bin"), "--output", folder.path + "/out")
      expectFailure(result, code: 2, "holds pairs")
    }

    /// The rest of a training is not to be lost for a threshold.
    @Test(arguments: [["calibrate"], ["channels"]]) func checkpointsAreNotSavedInto(command: [String]) throws {
      let folder = try TemporaryFolder()
      let last = folder.path + "/last.safetensors"
      try FileManager.default.copyItem(
        atPath: try TinyRun.shared.get().folder.path + "/run/last.safetensors", toPath: last)
      let before = try Data(contentsOf: URL(fileURLWithPath: last))
      let result = try FacetProcess(command + [last, "--identities", "4", "--save", "--threads", "1"]).wait()
      expectFailure(result, "checkpoint of a training", "best.safetensors")
      #expect(try Data(contentsOf: URL(fileURLWithPath: last)) == before)
    }

    @Test func tensorsAreOfPhotosAsTheyAre() throws {
      let run = try TinyRun.shared.get()
      let result = try facet(
        "embed", run.model, "--list", run.list, "--output", run.folder.path + "/no.safetensors", "--flip", "--tensors",
        run.folder.path + "/no-tensors.safetensors")
      expectFailure(result, code: 2, "--tensors", "--flip")
    }

    @Test func picturesOfAGalleryThatGoUnreadAreNoted() throws {
      let folder = try TemporaryFolder()
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      try folder.folder("gallery")
      for name in ["b.png", "c.jfif", "d.heic", "notes.txt"] {
        try FileManager.default.copyItem(atPath: photo, toPath: folder.path + "/gallery/" + name)
      }
      let result = try facet(
        "explain", photo, folder.path + "/gallery", "--output", folder.path + "/why", "--model",
        TinyRun.shared.get().model)
      #expect(
        result.code == 0 && result.errors.contains("2 pictures in \(folder.path)/gallery went unread (c.jfif, ...)"),
        "\(result.all)")
    }

    @Test func aNameWithALineEndIsOneLine() throws {
      let result = try facet("verify", "no\nerror: all is well.png", "b.png")
      expectFailure(result, #"no\nerror: all is well.png"#, "no such file")
    }

    @Test(arguments: [
      ["train"], ["compare", "--output", "x"], ["embed", "m"], ["faces"],
      ["train", "--output", "x", "--epochs", "many"],
      ["train", "--output", "x", "--set", "epochs"], ["train", "--output", "x", "--folds", "8-1"],
      ["channels", "m", "--list", "x"], ["channels", "--save"], ["channels", "m", "--save", "--saved"],
      ["channels", "--saved", "--data", "x"], ["channels", "m", "--replace"],
      ["channels", "--hidden", "--sheet", "x.png"],
      ["channels", "m", "--list", "x", "--peaks", "y", "--json", "z"],
      ["channels", "m", "--top", "-1"], ["evaluate", "m", "--center-crop", "2"],
      ["evaluate", "m", "--pairs", "x", "--data", "y"], ["train", "--output", "x", "--seed", "-1"],
      ["evaluate", "m", "--folds", "9"],
      ["train", "--output", "x", "--set", "training.clip=nan"], ["doctor", "extra"],
      ["train", "--output", "x", "--set", "training.batch=0"],
    ])
    func whatMakesNoSenseIsUsage(arguments: [String]) throws {
      expectFailure(try FacetProcess(arguments).wait(), code: 2)
    }

    @Test func theDoctorFindsThisMachineFit() throws {
      let folder = try TemporaryFolder()
      let result = try facet("doctor", "--json", folder.path + "/d.json")
      #expect(result.code == 0, "\(result.all)")
      for word in ["LibTorch", "CUDA", "cores", "JPEG", "PNG", "WebP"] { #expect(result.output.contains(word)) }
      #expect((try json(folder.path + "/d.json") as? [[String: String]])?.contains { $0["name"] == "LibTorch" } == true)
    }
  }

  @Suite struct FacesCommand {
    @Test func theFolderGetsWhatTheHelpSays() throws {
      let folder = try TinyRun.shared.get().folder
      let faces = folder.path + "/faces"
      for person in 0..<3 {
        for photo in 1...4 {
          let name = "00000\(person)/0\(photo).png"
          let image = try Image(contentsOf: "\(faces)/photos/\(name)")
          #expect(image.width == 40 && image.height == 40)
          let parts = try Image(contentsOf: "\(faces)/parts/\(name)")
          let values = Set(parts.pixels)
          #expect(values.isSubset(of: Set((0...9).map { 28 * UInt8($0) })))
          #expect(values.count > 5, "most of the parts show")
        }
      }
      let landmarks = try #require(try json(faces + "/landmarks.json") as? [[String: Any]])
      #expect(landmarks.map { $0["photo"] as? String }.contains("000002/04.png"))
      #expect(landmarks.count == 12)
      #expect(landmarks.allSatisfy { ($0["eyeMouthDistance"] as? Double ?? 0) > 3 })
      let pairs = try String(contentsOfFile: faces + "/pairs.csv", encoding: .utf8).split(separator: "\n")
      #expect(pairs[0] == "a,b,same,fold" && pairs.count == 21)
      let sheet = try Image(contentsOf: folder.path + "/sheet.png")
      #expect(sheet.width >= 160 && sheet.height >= 120)
    }

    @Test func aFolderThatHoldsSomethingIsRefused() throws {
      let folder = try TemporaryFolder()
      try folder.write("mine.txt", "precious")
      expectFailure(try facet("faces", "--output", folder.path, "--identities", "2", "--photos", "1"), folder.path)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["mine.txt"])
    }

    @Test(arguments: [["--photos", "0"], ["--identities", "-3"], ["--size", "3"], ["--family-size", "0"]])
    func impossibleFacesAreRefused(arguments: [String]) throws {
      let folder = try TemporaryFolder()
      expectFailure(try FacetProcess(["faces", "--output", folder.path] + arguments).wait(), code: 2, "give")
    }
  }
}
