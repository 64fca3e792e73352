import Foundation
import TestSupport
import Testing

@testable import facet

extension FacetCommands {
  /// What cannot be written is said before any work: here before it shows that there is nothing to work on either.
  @Suite struct Outputs {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }
    private func path(_ name: String) -> String { folder.path + "/" + name }

    @Test(arguments: [
      ["embed", "GONE", "--list", "GONE", "--output", "OUT"],
      ["embed", "GONE", "--list", "GONE", "--output", "fine", "--tensors", "OUT"],
      ["embed", "GONE", "--list", "GONE", "--output", "fine", "--json", "OUT"],
      ["evaluate", "GONE", "--report", "OUT"], ["evaluate", "GONE", "--json", "OUT"],
      ["explain", "GONE", "GONE", "--output", "fine", "--json", "OUT"],
      ["channels", "GONE", "--sheet", "OUT"], ["channels", "GONE", "--list", "GONE", "--peaks", "OUT"],
      ["calibrate", "GONE", "--json", "OUT"], ["faithfulness", "GONE", "--markdown", "OUT"],
      ["train", "--data", "GONE", "--output", "fine", "--json", "OUT"], ["verify", "GONE", "GONE", "--json", "OUT"],
      ["export", "GONE", "--output", "OUT"], ["export", "--check", "GONE", "--json", "OUT"],
      ["audit", "GONE", "--json", "OUT"],
      ["import", "GONE", "--backbone", "iresnet18", "--output", "OUT"],
      ["demo", "--data", "GONE", "--output", "fine", "--json", "OUT"],
    ])
    func filesAreTriedFirst(arguments: [String]) throws {
      let file = try folder.write("file.txt", "mine")
      for (place, reason) in [
        (path("nowhere/r.html"), "there is no folder"), (file + "/r.html", "'\(file)' is not a folder"),
        (folder.path, "it is a folder"),
      ] {
        let named = ["OUT": place, "GONE": path("gone"), "fine": path("fine")]
        expectFailure(
          try FacetProcess(arguments.map { named[$0] ?? $0 }).wait(), "cannot write '\(place)'", reason)
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file.txt"], "nothing is begun")
    }

    /// Folders that nobody makes, below one that the command makes.
    @Test(arguments: [
      ["train", "--json"], ["compare", "t.json", "--markdown"], ["explain", "a.png", "a.png", "--json"],
      ["faces", "--sheet"],
    ])
    func foldersThatNobodyMakesAreMissing(arguments: [String]) throws {
      try folder.write("t.json", #"{ "name": "t" }"#)
      let result = try FacetProcess(arguments + ["o/x/y.png", "--output", "o"], in: folder.path).wait()
      expectFailure(result, "cannot write 'o/x/y.png'", "there is no folder")
      #expect(!FileManager.default.fileExists(atPath: path("o")))
    }

    @Test func aRecipeIsNotReplacedByAnother() throws {
      let recipe = try folder.write("o/recipe.json", tinyRecipe(epochs: 1))
      expectFailure(
        try facet("train", "--recipe", recipe, "--set", "training.clip=5", "--output", path("o"), "--threads", "1"),
        "o/recipe.json", "with your changes")
      #expect(try String(contentsOfFile: recipe, encoding: .utf8) == tinyRecipe(epochs: 1))
      #expect(try facet("train", "--recipe", recipe, "--output", path("o"), "--threads", "1").code == 0)
    }

    @Test func aDemoReplacesNothingButADemos() throws {
      try folder.write("o/faces.png", "mine")
      expectFailure(try facet("demo", "--output", path("o")), "o/faces.png", "no earlier demo")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path("o")) == ["faces.png"])
    }

    /// What a command reads is not replaced by what it writes, by whatever name.
    @Test func inputsAreKept() throws {
      let run = try TinyRun.shared.get()
      let photo = path("a.png")
      try FileManager.default.copyItem(atPath: run.folder.path + "/faces/photos/000000/01.png", toPath: photo)
      try FileManager.default.copyItem(atPath: run.model, toPath: path("m.safetensors"))
      try folder.write("list.txt", "a.png\n")
      try folder.write("pairs.csv", "a,b,same,fold\na.png,a.png,1,1\n")
      for name in ["x.bin", "x.rec", "x.lst"] { try folder.write(name, "mine") }
      try folder.write("from.json", #"{ "name": "t", "from": "m.safetensors", "network": { "targetStage": 3 } }"#)
      try FileManager.default.createSymbolicLink(atPath: path("link.json"), withDestinationPath: photo)
      let inputs = ["a.png", "m.safetensors", "list.txt", "x.bin", "x.rec", "x.lst", "from.json"]
      let before = try inputs.map {
        try Data(contentsOf: URL(fileURLWithPath: path($0)))
      }
      for arguments in [
        ["verify", "a.png", "a.png", "--json", "a.png"], ["verify", "a.png", "a.png", "--json", "link.json"],
        ["verify", "a.png", "a.png", "--model", "m.safetensors", "--json", "./m.safetensors"],
        ["explain", "a.png", "a.png", "--output", "o", "--json", "a.png"],
        ["embed", "m.safetensors", "--list", "list.txt", "--output", "m.safetensors"],
        ["embed", "m.safetensors", "--list", "list.txt", "--output", "list.txt"],
        ["embed", "m.safetensors", "--list", "list.txt", "--output", "a.png"],
        ["export", "m.safetensors", "--output", "m.safetensors"],
        ["channels", "m.safetensors", "--save", "--json", "m.safetensors"],
        ["embed", "m.safetensors", "--list", "list.txt", "--output", "e", "--json", "e"],
        ["evaluate", "m.safetensors", "--pairs", "pairs.csv", "--report", "a.png"],
        ["evaluate", "m.safetensors", "--pairs", "pairs.csv", "--json", "a.png"],
        ["evaluate", "m.safetensors", "--data", ".", "--json", "list.txt"],
        ["calibrate", "m.safetensors", "--pairs", "pairs.csv", "--json", "a.png"],
        ["channels", "m.safetensors", "--pairs", "pairs.csv", "--sheet", "a.png"],
        ["train", "--data", ".", "--output", "o", "--json", "list.txt"],
        ["explain", "a.png", ".", "--output", "never", "--json", "list.txt"],
        // A single file of data, and those that belong to it.
        ["calibrate", "--data", "x.bin", "--json", "x.bin"], ["channels", "--data", "x.rec", "--json", "x.rec"],
        ["evaluate", "--data", "x.bin", "--report", "x.bin"],
        ["faithfulness", "--data", "x.bin", "--markdown", "x.bin"],
        ["faithfulness", "--data", ".", "--json", "list.txt"],
        ["train", "--data", "x.rec", "--output", "o", "--json", "x.lst"],
        ["export", "--check", "list.txt", "--json", "list.txt"],
        // What a recipe names.
        ["train", "--recipe", "from.json", "--output", "o", "--json", "m.safetensors"],
        ["train", "--set", "data.path=x.rec", "--output", "o", "--json", "x.rec"],
        ["demo", "--recipe", "from.json", "--output", "o", "--json", "from.json"],
        // What the command itself makes.
        ["train", "--output", "o", "--json", "o/model.safetensors"],
        ["demo", "--output", "o", "--json", "o/report.html"],
        ["compare", "from.json", "--output", "o", "--json", "o/t-0/model.safetensors"],
        ["compare", "from.json", "--output", "o", "--markdown", "o/compare.html"],
        ["faces", "--output", "o", "--sheet", "o/photos/000000/01.png"],
        ["faces", "--output", "o.png", "--sheet", "o.png"],
        // Standard output is for JSON.
        ["embed", "m.safetensors", "--list", "list.txt", "--output", "-"],
      ] {
        let result = try FacetProcess(arguments, in: folder.path).wait()
        expectFailure(result, "cannot write '\(arguments.last!)'")
      }
      // What an earlier run left among photos may be replaced.
      try folder.write("e.json", "{}")
      try OutputCheck.files(path("e.json"), in: [folder.path])
      // Without a name the model is the one that the environment says.
      let model = ["FACET_MODEL": path("m.safetensors")]
      let result = try FacetProcess(["evaluate", "--json", "m.safetensors"], in: folder.path, setting: model).wait()
      expectFailure(result, "cannot write 'm.safetensors'")
      let after = try inputs.map { try Data(contentsOf: URL(fileURLWithPath: path($0))) }
      #expect(before == after)
      for name in ["e", "o", "-"] { #expect(!FileManager.default.fileExists(atPath: path(name)), "\(name)") }
    }

    /// The file behind a redirected stream is the shell's, with what others wrote to it.
    @Test(arguments: [("/dev/stdout", ">>"), ("/dev/stderr", "2>>")])
    func filesBehindStreamsAreAddedTo(stream: String, redirection: String) throws {
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      let log = try folder.write("log.txt", "mine\n")
      let script = "\"$1\" verify \"$2\" \"$2\" --json \(stream) \(redirection)\"$3\""
      let result = try Program.run(
        URL(fileURLWithPath: "/bin/sh"), ["-c", script, "sh", Program.built("facet").path, photo, log])
      let text = try String(contentsOfFile: log, encoding: .utf8)
      #expect(result.code == 0 && text.hasPrefix("mine\n") && text.contains("\"score\""), "\(result.all)\(text)")
    }

    /// Whoever was to read the words may be gone, as `head` is once it has its lines.
    @Test(arguments: [
      "channels \"$2\" --identities 2 --threads 1 --json \"$3\"",
      "evaluate \"$2\" --identities 2 --threads 1 --json \"$3\"",
      "verify \"$4\" \"$4\" --model \"$2\" --json \"$3\"",
      "calibrate \"$2\" --identities 2 --threads 1 --json \"$3\"", "doctor --json \"$3\"",
    ])
    func filesAreWrittenBeforeTheWords(command: String) throws {
      let run = try TinyRun.shared.get()
      let json = folder.path + "/found.json"
      _ = try Program.run(
        URL(fileURLWithPath: "/bin/sh"),
        [
          "-c", "\"$1\" \(command) | true", "sh", Program.built("facet").path, run.model, json,
          run.folder.path + "/faces/photos/000000/01.png",
        ])
      #expect(FileManager.default.fileExists(atPath: json))
    }

    /// What goes wrong with telling is no reason to fail with the work.
    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func messagesThatCannotBeWrittenAreLeftOut() throws {
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      let facet = try Program.built("facet").path
      for (words, code) in [("verify", 2), ("doctor", 0), ("embed --list list.txt --output e.safetensors", 0)] {
        try folder.write("list.txt", photo + "\n")
        for target in ["/dev/full", "&-"] {
          let script = "cd '\(folder.path)' && '\(facet)' \(words) 2>\(target)"
          let result = try Program.run(URL(fileURLWithPath: "/bin/sh"), ["-c", script])
          #expect(result.code == code, "\(words) 2>\(target): \(result.code)")
        }
      }
    }

    @Test func standardOutputCarriesTheJSONAlone() throws {
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      for (arguments, word) in [
        (["doctor", "--json", "-"], "LibTorch"), (["verify", photo, photo, "--json", "-"], "same person"),
        (["verify", photo, photo, "--json", "/dev/stdout"], "same person"),
        (["explain", photo, photo, "--output", "why", "--json", "-"], "explanation.html"),
      ] {
        let result = try FacetProcess(arguments, in: folder.path).wait()
        #expect(result.code == 0 && result.errors.contains(word), "\(result.all)")
        #expect((try? JSONSerialization.jsonObject(with: Data(result.output.utf8))) != nil, "\(result.output)")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["why"])
    }

    @Test func anExplanationsOwnFilesAreNeitherPhotosNorCandidates() throws {
      let run = try TinyRun.shared.get()
      let photo = run.folder.path + "/faces/photos/000000/01.png"
      for name in ["gallery/a.png", "why/faces.png", "why/parts/nose.png", "other/mine.png"] {
        try folder.write(name, Data(contentsOf: URL(fileURLWithPath: photo)))
      }
      for arguments in [
        [photo, path("gallery"), "--output", path("gallery")],
        [photo, path("gallery"), "--output", path("gallery/why")],
        [photo, path("why/parts"), "--output", path("why")], [path("why/faces.png"), photo, "--output", path("why")],
        [photo, photo, "--output", path("why"), "--tensors", path("why/explanation.json")],
        [photo, photo, "--output", path("why"), "--json", path("why/faces.png")],
      ] {
        expectFailure(try FacetProcess(["explain"] + arguments).wait(), "cannot write")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: path("gallery")) == ["a.png"])
      // Those that an earlier explanation left are no candidates.
      #expect(try facet("explain", photo, path("gallery/a.png"), "--output", path("gallery/old")).code == 0)
      let ranked = try facet("explain", photo, path("gallery"), "--output", path("ranked"), "--json", "-")
      #expect(ranked.code == 0 && !ranked.output.contains("faces.png"), "\(ranked.all)")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path("ranked")).contains("1"))
      #expect(try !FileManager.default.contentsOfDirectory(atPath: path("ranked")).contains("2"))
      // Other photos may lie there.
      #expect(try facet("explain", path("other/mine.png"), photo, "--output", path("other")).code == 0)
    }

    @Test func picturesAreNamedByTheirFormat() throws {
      expectFailure(try facet("faces", "--output", path("f"), "--sheet", path("s.gif")), ".jpg, .jpeg, .png or .webp")
      expectFailure(try facet("channels", "--sheet", path("s.bmp")), ".jpg, .jpeg, .png or .webp")
      #expect(!FileManager.default.fileExists(atPath: path("f")))
    }

    @Test(arguments: [SIGINT, SIGTERM]) func commandsThatAreStoppedLeaveNoUnfinishedFiles(signal: Int32) throws {
      let photos = try TinyRun.shared.get().folder.path + "/faces"
      try folder.write("set/old.rec", "mine")
      let running = try FacetProcess([
        "pack", photos, "--output", path("set/old.rec"), "--side", "2048", "--quality", "100", "--threads", "1",
      ])
      func unfinished() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path("set")).filter { $0 != "old.rec" }
      }
      while running.isRunning, try unfinished().isEmpty { usleep(10_000) }
      #expect(try !unfinished().isEmpty, "it was stopped while it wrote")
      running.send(signal)
      #expect(try running.wait().code == -signal, "the signal ended it, which shells call 128 more than its number")
      #expect(try unfinished().isEmpty && String(contentsOfFile: path("set/old.rec"), encoding: .utf8) == "mine")
    }

    /// A folder that appears when all is in it does not appear by halves, nor stays under another name.
    @Test(arguments: [SIGINT, SIGTERM]) func foldersThatAreStoppedLeaveNothing(signal: Int32) throws {
      try folder.folder("made")
      let running = try FacetProcess([
        "faces", "--output", path("made/faces"), "--identities", "1000", "--photos", "10", "--size", "224",
      ])
      func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path("made")) }
      while running.isRunning, try names().isEmpty { usleep(10_000) }
      #expect(try names().count == 1, "it was stopped while it drew")
      // By now it listens: the folder is made after that.
      running.send(signal)
      let result = try running.wait()
      #expect(result.code == 130 && result.errors.contains("interrupted; nothing was written"), "\(result.all)")
      #expect(try names().isEmpty)
    }

    /// Their names must end in what they are.
    @Test(arguments: ["rec", "bin"]) func packedFilesAreTriedFirst(kind: String) throws {
      let place = path("nowhere/faces.\(kind)")
      expectFailure(try facet("pack", path("gone"), "--output", place), "cannot write '\(place)'", "there is no folder")
    }

    @Test(arguments: [
      ["explain", "GONE", "GONE", "--output", "OUT"], ["train", "--data", "GONE", "--output", "OUT"],
      ["demo", "--data", "GONE", "--output", "OUT"],
    ])
    func foldersAreTriedFirst(arguments: [String]) throws {
      let file = try folder.write("file.txt", "mine")
      for place in [file, file + "/deep/er"] {
        let named = ["OUT": place, "GONE": path("gone")]
        expectFailure(
          try FacetProcess(arguments.map { named[$0] ?? $0 }).wait(), "cannot write '\(place)'",
          "'\(file)' is not a folder")
      }
    }

    @Test func aNameOfOneLetterIsAFileInTheWorkingFolder() throws {
      let run = try TinyRun.shared.get()
      let result = try FacetProcess(["embed", run.model, "--list", run.list, "--output", "e"], in: folder.path).wait()
      #expect(result.code == 0 && FileManager.default.fileExists(atPath: path("e")), "\(result.all)")
    }

    @Test func filesMayLieInTheFolderThatACommandMakes() throws {
      let photo = try TinyRun.shared.get().folder.path + "/faces/photos/000000/01.png"
      let result = try facet(
        "explain", photo, photo, "--output", path("new/why"), "--json", path("new/why/e.json"), "--tensors",
        path("new/t.safetensors"))
      #expect(result.code == 0, "\(result.all)")
      for name in ["why/e.json", "t.safetensors"] {
        #expect(FileManager.default.fileExists(atPath: path("new/" + name)))
      }
      // Nobody makes this one.
      expectFailure(
        try facet("explain", photo, photo, "--output", path("new/why"), "--json", path("new/why/deep/e.json")), "deep")
    }
  }
}
