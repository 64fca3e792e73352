import Testing

@testable import ArgumentParsing

@Suite struct OutputPathTests {
  private struct Paths: ParsableArguments {
    @Option var table: OutputPath?
  }

  private struct Measure: ParsableCommand {
    @Option var json: OutputPath?
    @OptionGroup var paths: Paths

    mutating func run() throws {
      CommandOutput.current.printLine("words")
      for _ in 0..<2 { CommandOutput.current.printNote("one\nline") }
      CommandOutput.current.printError("note for \(json?.path ?? paths.table?.path ?? "nobody")")
    }
  }

  /// Said twice, and heard once.
  private let note = "note: one\\nline\n"

  @Test(arguments: [([], "nobody"), (["--json", "a.json"], "a.json"), (["--json", "./-"], "./-")])
  func filesLeaveStandardOutputToWords(arguments: [String], path: String) {
    let outcome = Outcome(arguments, of: Measure.self)
    #expect(outcome.code == 0 && outcome.output == "words\n" && outcome.error == "\(note)note for \(path)\n")
  }

  @Test(arguments: [["--json", "-"], ["--json=-"], ["--json", "/dev/stdout"], ["--table", "-"]])
  func dataTakeStandardOutput(arguments: [String]) {
    let outcome = Outcome(arguments, of: Measure.self)
    #expect(outcome.code == 0 && outcome.output.isEmpty && outcome.error == "words\n\(note)note for /dev/stdout\n")
  }

  /// What a command says of itself is no word of its run.
  @Test func helpIsPrintedAllTheSame() {
    let outcome = Outcome(["--json", "-", "--help"], of: Measure.self)
    #expect(outcome.code == 0 && outcome.output.contains("--json") && outcome.error.isEmpty)
  }
}
