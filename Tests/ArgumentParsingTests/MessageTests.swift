import Foundation
import Testing

@testable import ArgumentParsing

@Suite struct MessageTests {
  @Test func controlCharactersAreSpelledOut() {
    let recorder = Recorder()
    recorder.sink.printLine("a\u{1B}[31mb\tc\nd\u{9B}\u{7F}é\u{202E}")
    recorder.sink.printError("\rgone")
    #expect(recorder.output == "a\\u{1b}[31mb\tc\nd\\u{9b}\\u{7f}é\\u{202e}\n" && recorder.error == "\\u{d}gone\n")
  }

  /// A result that nobody can read is a failure, whatever the command thought.
  @Test func resultsThatAreLostFailTheCommand() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("lost-\(UUID().uuidString)").path
    try Data().write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    // A file that is open for reading takes no words.
    let lost = CommandOutput(writing: try #require(FileHandle(forReadingAtPath: path)))
    #expect(Sample.main(arguments: ["--version"], output: lost) == 1)
    #expect(lost.failure?.hasSuffix(String(cString: strerror(EBADF))) == true, "\(lost.failure ?? "")")
    let kept = CommandOutput(writing: try #require(FileHandle(forWritingAtPath: path)))
    #expect(Sample.main(arguments: ["--version"], output: kept) == 0 && kept.failure == nil)
    #expect(try String(contentsOfFile: path, encoding: .utf8).contains("1.2.3"))
  }

  @Test(arguments: [
    (["p", "--epoch", "3"], "unknown option '--epoch'; did you mean '--epochs'?"),
    (["p", "--epcohs=3"], "unknown option '--epcohs'; did you mean '--epochs'?"),
    (["p", "-epochs", "3"], "unknown option '-epochs'; did you mean '--epochs'?"),
    (["p", "--no-miror"], "unknown option '--no-miror'; did you mean '--no-mirror'?"),
    (["p", "--bogus"], "unknown option '--bogus'"),
    (["p", "-x"], "unknown option '-x'"),
    (["p", "-vx"], "unknown option '-vx'"),
    (["p", "--epochs", "three"], "'--epochs' needs a whole number, not 'three'"),
    (["p", "--epochs", ""], "'--epochs' needs a whole number, not ''"),
    (["p", "--epochs="], "'--epochs' needs a whole number, not ''"),
    (["p", "-e1.5"], "'-e' needs a whole number, not '1.5'"),
    (["p", "--lr", "nan"], "'--lr' needs a number, not 'nan'"),
    (["p", "--shuffle", "maybe"], "'--shuffle' needs true or false, not 'maybe'"),
    (["p", "--range", "8-1"], "'--range' needs a range such as 1-8, not '8-1'"),
    (
      ["p", "--loss", "arcfase"],
      "'--loss' cannot be 'arcfase'; did you mean 'arcface'? choices: softmax, cosface, arcface"
    ),
    (["p", "--loss", "zzz"], "'--loss' cannot be 'zzz'; choices: softmax, cosface, arcface"),
    (["p", "--size", "smal"], "'--size' cannot be 'smal'; did you mean 'small'? choices: small, large"),
    (["p", "--epochs"], "'--epochs' needs a value: --epochs <n>"),
    (["p", "-e"], "'-e' needs a value: -e <n>"),
    (["p", "--epochs", "--verbose"], "'--epochs' needs a value: --epochs <n>"),
    (["p", "--epochs", "--"], "'--epochs' needs a value: --epochs <n>"),
    (
      ["p", "--folds", "-all"],
      "'--folds' needs a value: --folds <folds>; if '-all' is the value, write --folds=-all"
    ),
    (["p", "--verbose=yes"], "'--verbose' takes no value"),
    (["p", "-v=yes"], "'-v' takes no value"),
    (["p", "--no-mirror=yes"], "'--no-mirror' takes no value"),
    (["p", "q"], "unexpected argument 'q'"),
    ([], "missing '<data>'"),
    (["p", "--threads", "0"], "'--threads' must be at least 1"),
  ])
  func usageErrors(_ words: [String], _ message: String) {
    let outcome = Outcome(["train"] + words)
    #expect(outcome.code == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.error == "error: \(message)\nrun 'sample train --help' for help\n")
  }

  @Test func everythingThatIsMissingIsNamed() {
    let outcome = Outcome(["compare"])
    #expect(outcome.code == 2)
    #expect(outcome.error.hasPrefix("error: missing '--model <file>', '--threshold <threshold>', '<photo> ...'\n"))
  }

  @Test(arguments: [
    (["trian"], "unknown command 'trian'; did you mean 'train'?"),
    (["TRAIN"], "unknown command 'TRAIN'; did you mean 'train'?"),
    (["comp"], "unknown command 'comp'; did you mean 'compare'?"),
    (["xyzzy"], "unknown command 'xyzzy'; commands: train, compare, tools"),
    (["xyzzy", "--help"], "unknown command 'xyzzy'; commands: train, compare, tools"),
    (["help", "xyzzy"], "unknown command 'xyzzy'; commands: train, compare, tools"),
    (["--hlep"], "unknown option '--hlep'; did you mean '--help'?"),
  ])
  func commandMistakes(_ words: [String], _ message: String) {
    let outcome = Outcome(words)
    #expect(outcome.code == 2)
    #expect(outcome.error == "error: \(message)\nrun 'sample --help' for help\n")
  }

  @Test func mistakesBelowAGroupPointThere() {
    let outcome = Outcome(["tools", "list-file"])
    #expect(outcome.error.contains("did you mean 'list-files'?\nrun 'sample tools --help'"))
  }
}

@Suite struct ExitCodeTests {
  private func compare(_ photo: String) -> Outcome {
    Outcome(["compare", "--model", "m", "--threshold", "0", photo])
  }

  @Test func successIsZero() {
    let outcome = Outcome(["train", "photos", "-e", "2"])
    #expect(outcome.code == 0)
    #expect(outcome.output == "training on photos for 2 epochs\n")
    #expect(outcome.error.isEmpty)
  }

  @Test func failureIsOneWithItsOwnWords() {
    let outcome = compare("broken")
    #expect(outcome.code == 1)
    #expect(outcome.error == "error: 'a.jpg' is damaged; replace it\n")
  }

  @Test func usageErrorsOfARunAreTwo() {
    let outcome = compare("odd")
    #expect(outcome.code == 2)
    #expect(outcome.error.hasPrefix("error: the number of photos must be even\n"))
  }

  @Test func exitCodesPassSilently() {
    let outcome = compare("different")
    #expect(outcome.code == 3)
    #expect(outcome.output.isEmpty && outcome.error.isEmpty)
  }

  @Test(arguments: [["--version"], ["train", "--version"], ["tools", "--version"]])
  func version(_ words: [String]) {
    let outcome = Outcome(words)
    #expect(outcome.code == 0)
    #expect(outcome.output == "sample 1.2.3\n")
  }

  @Test func foundationErrorsNameTheFile() {
    struct Command: ParsableCommand {
      mutating func run() throws { try readMissingFile() }
    }
    let outcome = Outcome([], of: Command.self)
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("no-such-folder"))
    #expect(!outcome.error.contains("NSCocoaErrorDomain"))
  }
}
