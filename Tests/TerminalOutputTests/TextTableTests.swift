import Testing

@testable import TerminalOutput

@Suite struct TextTableTests {
  private func sample() -> TextTable {
    var table = TextTable(["protocol", "accuracy", "pairs"])
    table.addRow(["LFW", "99.1 %", "6000"])
    table.addRow(["a|b", "-5 ± 0.25", "-"])
    table.addRow(["名前"])
    return table
  }

  @Test func textAlignsNumbersRight() {
    #expect(
      sample().text() == """
        protocol   accuracy  pairs
        --------  ---------  -----
        LFW          99.1 %   6000
        a|b       -5 ± 0.25      -
        名前
        """)
  }

  @Test func markdownEscapesPipes() {
    var table = TextTable(["n", "name"])
    table.addRow(["1", "a|b"])
    table.addRow(["20", "two\nlines"])
    #expect(
      table.markdown() == """
        |   n | name      |
        | --: | --------- |
        |   1 | a\\|b      |
        |  20 | two lines |
        """)
  }

  @Test func alignmentsCanBeForced() {
    var table = TextTable(["id", "x"], alignments: [.left, .right])
    table.addRow(["7", "word"])
    table.addRow(["123", "a"])
    #expect(table.text() == "id      x\n---  ----\n7    word\n123     a")
  }

  @Test func wordsWithDigitsAreNoNumbers() {
    var table = TextTable(["network", "time"])
    table.addRow(["18-layer", "1:02"])
    table.addRow(["r100", "12:30"])
    #expect(table.text() == "network   time\n--------  -----\n18-layer  1:02\nr100      12:30")
  }

  @Test func aTableWithoutRowsIsItsTitles() {
    #expect(TextTable(["a", "bc"]).text() == "a  bc\n-  --")
  }

  @Test(arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("名前", 4), ("🙂", 2), ("±", 1), ("\u{200B}", 0), ("", 0)])
  func widths(_ text: String, _ width: Int) {
    #expect(displayWidth(text) == width)
  }
}
