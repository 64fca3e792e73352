import ArgumentParsing
import Testing

@Suite struct ParsingTests {
  @Test func defaultsHoldWhenNothingIsTyped() throws {
    let train = try Train.parse(["photos"])
    #expect(train.data == "photos")
    #expect(train.epochs == 20)
    #expect(train.learningRate == 0.1)
    #expect(train.loss == .arcface)
    #expect(train.folds == nil)
    #expect(train.extra == [])
    #expect(train.shuffle && train.mirror && !train.verbose && !train.quiet)
    #expect(train.cache == nil)
    #expect(train.device.device == "cpu" && train.device.threads == nil)
  }

  @Test(arguments: [["--epochs", "3"], ["--epochs=3"], ["-e", "3"], ["-e3"], ["-e=3"], ["-ve3"]])
  func spellingsOfAnOption(_ words: [String]) throws {
    #expect(try Train.parse(words + ["photos"]).epochs == 3)
  }

  @Test func everyKindOfValue() throws {
    let train = try Train.parse([
      "--lr", "5e-4", "--loss=cosface", "--folds", "1-8", "--extra", "a", "photos", "--extra=b=c", "--shuffle", "off",
      "--size", "large", "--range", "2-5", "--no-mirror", "-vq", "--no-cache", "--device", "cuda:1", "--threads", "2",
    ])
    #expect(train.learningRate == 5e-4)
    #expect(train.loss == .cosface)
    #expect(train.folds == "1-8")
    #expect(train.extra == ["a", "b=c"])
    #expect(train.size == .large)
    #expect(train.range?.bounds == 2...5)
    #expect(!train.shuffle && !train.mirror && train.verbose && train.quiet)
    #expect(train.cache == false)
    #expect(train.device.device == "cuda:1" && train.device.threads == 2)
  }

  @Test func negativeNumbersAreValues() throws {
    #expect(try Compare.parse(["--threshold", "-0.25", "--model", "m", "-1"]).threshold == -0.25)
    #expect(try Compare.parse(["--threshold=-.5", "--model", "m", "-1"]).photos == ["-1"])
  }

  @Test func whatFollowsTwoDashesIsNoOption() throws {
    let compare = try Compare.parse(["--model", "m", "--threshold", "1", "a", "--", "--model", "-x", "--", "--help"])
    #expect(compare.photos == ["a", "--model", "-x", "--", "--help"])
    #expect(compare.model == "m")
  }

  @Test func aSingleDashIsAnArgument() throws {
    #expect(try Train.parse(["-"]).data == "-")
  }

  @Test func theLastOfRepeatedValuesCounts() throws {
    let train = try Train.parse(["photos", "--epochs", "1", "--no-mirror", "--epochs", "2", "--mirror"])
    #expect(train.epochs == 2)
    #expect(train.mirror)
  }

  @Test func typedValuesReplaceAnArraysDefault() throws {
    struct Command: ParsableCommand { @Option var tag = ["x", "y"] }
    #expect(try Command.parse([]).tag == ["x", "y"])
    #expect(try Command.parse(["--tag", "z", "--tag", "w"]).tag == ["z", "w"])
  }

  @Test func digitsCanBeNames() throws {
    struct Command: ParsableCommand { @Flag(name: .custom("1")) var once: Bool }
    #expect(try Command.parse(["-1"]).once)
  }

  @Test func aCommandMayClaimTheHelpLetter() throws {
    struct Command: ParsableCommand { @Option(name: .shortAndLong) var height = 1 }
    #expect(try Command.parse(["-h", "2"]).height == 2)
    #expect(Outcome(["-h", "2"], of: Command.self).output.contains("usage:"))
    #expect(Outcome(["-h", "x"], of: Command.self).code == 2)
    #expect(Command.helpText().contains("  --help"))
  }

  @Test func settingACopyLeavesTheOriginal() throws {
    let train = try Train.parse(["photos"])
    var copy = train
    copy.epochs = 99
    #expect(train.epochs == 20 && copy.epochs == 99)
  }
}
