import Testing

@testable import FaceReports

@Suite struct BlockTests {
  @Test func bestOfColumnCountsTiesAsShown() {
    let table = DataTable(
      title: "t",
      columns: [.text("m"), .number("acc", better: .higher), .number("eer", better: .lower), .number("n", digits: 0)],
      rows: [["a", 99.631, 0.5, 1], ["b", 99.629, 0.2, 9], ["c", 99.5, .missing, 3], ["d", .number(.nan)]])
    #expect(table.bestCells() == [[0, 1], [1, 1], [1, 2]])
  }

  @Test func bestOfRowFollowsTheRowsDirection() {
    let table = DataTable(
      title: "t", columns: [.text("metric"), .number("a"), .number("b")],
      rows: [.init(["acc", 1, 2], better: .higher), .init(["eer", 1, 2], better: .lower), .init(["n", 1, 2])])
    #expect(table.bestCells() == [[0, 2], [1, 1]])
  }

  @Test func aLoneNumberIsNotTheBest() {
    let table = DataTable(title: "t", columns: [.text("m"), .number("a", better: .higher)], rows: [["x", 1]])
    #expect(table.bestCells().isEmpty)
    #expect(ParsedMarkup([table]).texts("p", style: "footnote").isEmpty)
  }

  @Test func tableHasScopesAndRightRows() {
    let table = DataTable(
      title: "t", columns: [.text("m"), .number("a", digits: 1, better: .higher), .number("b", digits: 0)],
      rows: [["x", 1.25, 10, 7], ["y", 3], .init(["z", 0.5, 0.125], digits: 3)])
    let parsed = ParsedMarkup([table])
    #expect(parsed.all("th").map { $0.attributes["scope"] } == ["col", "col", "col", "row", "row", "row"])
    #expect(parsed.texts("td") == ["1.2", "10", "3.0", "–", "0.500", "0.125"])
    #expect(parsed.texts("strong") == ["3.0"])
    #expect(parsed.texts("p", style: "footnote") == ["Bold: best of its column."])
    #expect(parsed.all("div", style: "scroll").first?.attributes["tabindex"] == "0")
  }

  @Test(arguments: [
    (Metric("m", value: 97.5, baseline: 97.0), "+0.50 better", "baseline 97.00"),
    (Metric("m", value: 2.5, baseline: 2, baselineName: "ArcFace", better: .lower), "+0.50 worse", "ArcFace 2.00"),
    (Metric("m", value: 1.001, baseline: 1.0), "equal", "baseline 1.00"),
    (Metric("m", value: 0.5051, baseline: 0.5049), "+0.01 better", "baseline 0.50"),
    (Metric("m", value: 3, digits: 0, baseline: 5, better: nil), "−2", "baseline 5"),
  ])
  func comparisons(metric: Metric, change: String, against: String) throws {
    let comparison = try #require(metric.comparison)
    #expect(comparison.change == change && comparison.against == against)
  }

  @Test func nothingToCompareSaysNothing() {
    #expect(Metric("m", value: 1).comparison == nil)
    #expect(Metric("m", value: .nan, baseline: 1).comparison == nil)
    #expect(Metric("m", value: 1, baseline: .nan).comparison == nil)
  }

  @Test func picturesAreDataWithAltTexts() throws {
    let image = ReportImage([0xFF, 0xD8, 0xFF], format: .jpeg, alt: "")
    let parsed = ParsedMarkup([ImageGrid([.init(images: [image])])])
    let element = try #require(parsed.all("img").first)
    #expect(element.attributes["src"] == "data:image/jpeg;base64,/9j/")
    #expect(element.attributes["alt"] == "")
  }

  @Test func gridKeepsRowsAndFacts() {
    let image = ReportImage([1], format: .png, alt: "a")
    let rows = [
      ImageGrid.Row("Channel 3", facts: [.init("Part", "Nose")], images: [image, image]), .init(images: [image]),
    ]
    let parsed = ParsedMarkup([ImageGrid(rows, caption: "c")])
    #expect(parsed.all("img").count == 3)
    #expect(parsed.texts("p", style: "sheet-name") == ["Channel 3"])
    #expect(parsed.texts("dt") == ["Part"] && parsed.texts("dd") == ["Nose"])
  }

  @Test func emptyBlocksWriteNothingOdd() {
    let parsed = ParsedMarkup([
      MetricCards([]), Definitions([:]), BulletList([]), ImageGrid([]), CodeBlock(""), Details("d", blocks: []),
      DataTable(title: "t", columns: [], rows: [["a"]]),
    ])
    #expect(parsed.error == nil)
    #expect(parsed.all("dl").isEmpty && parsed.all("ul").isEmpty && parsed.all("td").isEmpty)
  }

  @Test func builderTakesConditionsAndLoops() {
    let section = ReportSection("s") {
      for name in ["a", "b"] { Paragraph(name) }
      if label.isEmpty { Paragraph("c") } else { BulletList(["x"]) }
    }
    #expect(section.blocks.count == 3 && section.blocks[2] is Paragraph)
  }

  private let label = ""
}
