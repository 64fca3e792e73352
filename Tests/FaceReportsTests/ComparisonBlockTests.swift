import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages
import Foundation
import Testing

@testable import FaceReports

@Suite struct ComparisonBlockTests {
  @Test func meansCompeteAndShowTheirDeviation() {
    let table = DataTable(
      title: "t", columns: [.text("m"), .number("a"), .number("b")],
      rows: [
        .init(["x", .mean(1.25, deviation: 0.5), .mean(2, deviation: nil)], digits: 1, better: .higher),
        .init(["y", .mean(1, deviation: 3), .missing], digits: 0, better: .lower),
      ])
    #expect(table.bestCells() == [[0, 2]])
    #expect(ParsedMarkup([table]).texts("td") == ["1.2 ± 0.5", "2.0", "1 ± 3", "–"])
  }

  @Test func longNamesMayBreak() {
    let long = String(repeating: "setting=1,", count: 5)
    let parsed = ParsedMarkup([DataTable(title: "t", columns: [.text("m"), .number(long)], rows: [["x", 1]])])
    #expect(parsed.all("th", style: "long").map(\.text) == [long])
  }

  @Test func everySeedIsADotOnBothScreens() {
    let methods = [
      SeedChart.Method("a", values: [1, 2, nil], mean: 1.5, deviation: 0.7),
      SeedChart.Method("b", values: [3, .nan, 4], mean: 3.5, deviation: 0.7),
      SeedChart.Method("c", values: [nil], mean: nil, deviation: nil),
    ]
    let parsed = ParsedMarkup([SeedChart(title: "t", groups: [.init("g", methods: methods)], digits: 1)])
    #expect(parsed.error == nil)
    #expect(parsed.all("circle", style: "seed").count == 8)
    #expect(parsed.all("path", style: "mean").count == 4)
    #expect(parsed.texts("desc").first == "g: a 1.5 ± 0.7, b 3.5 ± 0.7, c n/a.")
  }

  @Test func dotsStandWhereTheirValuesAre() {
    let methods = [SeedChart.Method("a", values: [0, 5, 10], mean: 5, deviation: 5)]
    let parsed = ParsedMarkup([SeedChart(title: "t", groups: [.init("", methods: methods)])])
    let places = parsed.all("circle").prefix(3).compactMap { $0.attributes["cx"].flatMap(Double.init) }
    #expect(places.count == 3)
    #expect(abs((places[1] - places[0]) - (places[2] - places[1])) < 0.21 && places[1] > places[0])
  }

  @Test func aMatrixKeepsItsGaps() {
    let image = ReportImage([1], format: .png, alt: "x", label: "l")
    let matrix = ImageMatrix(
      title: "t", columns: ["a", "b", "c"], rows: [.init("r", images: [nil, image])],
      keys: [.init("nose", color: RGB(1, 2, 3))])
    let parsed = ParsedMarkup([matrix])
    #expect(parsed.error == nil && parsed.all("img").count == 1)
    #expect(parsed.all("td").count == 4, "one in the corner")
    #expect(parsed.all("rect", style: "key").first?.attributes["style"] == "fill: rgb(1 2 3)")
    #expect(parsed.all("th").map { $0.attributes["scope"] } == ["col", "col", "col", "row"])
  }

  private func figure(_ part: FacePart, _ values: [Float]) throws -> PartFigure {
    let text = #"{"index": 0, "meanStrength": 1, "activeShare": 1, "examples": []}"#
    let summary = try JSONDecoder().decode(ChannelSummary.self, from: Data(text.utf8))
    let face = ChannelFigure.Face(
      image: Image(width: 2, height: 2, color: RGB(100, 100, 100)), map: FloatMap(width: 2, height: 2, values: values),
      source: "s", isMoved: false)
    return PartFigure(part: part, purity: 1, figure: ChannelFigure(summary: summary, faces: [face]))
  }

  @Test func partsTakeTheirColorsWhereTheirMapsAre() throws {
    let image = try PartMapDrawing.image(
      [figure(.nose, [1, 0, 0, 0.5]), figure(.mouth, [0, 0, 1, 0.5])], face: 0, side: 2)
    // 15 % of the gray 100 and 85 % of the color; nothing where both maps are 0.
    #expect(image[0, 0] == RGB(15, 149, 113))
    #expect(image[1, 0] == RGB(100, 100, 100))
    #expect(image[0, 1] == RGB(196, 95, 15))
    // Half as strong, half of each color: 57.5 % of the gray.
    let (nose, mouth) = (PartMapDrawing.color(.nose), PartMapDrawing.color(.mouth))
    let green = 57.5 + 0.425 * (Double(nose.green) + Double(mouth.green)) / 2
    #expect(abs(Double(image[1, 1].green) - green) <= 1)
    #expect(Set(FacePart.allCases.map(PartMapDrawing.color)).count == FacePart.allCases.count)
  }

  @Test func theBaselineComesFirstEverywhere() throws {
    let comparison = SeedComparison([("a", []), ("b", [])], seeds: [0], baseline: "b")
    let methods = ["a", "b"].map { name in
      ComparedMethod(name: name, parts: [], curves: ["identity": [(1, 2), (2, 1)]], recipe: "{}")
    }
    let report = try ComparisonReport.make(comparison, methods: methods, title: "t", subtitle: "", note: "")
    let parsed = ParsedMarkup(report.html())
    #expect(parsed.error == nil)
    #expect(parsed.texts("th").prefix(3) == ["Measure", "b", "a"])
    #expect(parsed.texts("summary") == ["b", "a"])
    #expect(parsed.texts("p", style: "chart-title") == ["Loss: identity, mean over seeds"])
    #expect(parsed.texts("span").filter { ["a", "b"].contains($0) } == ["b", "a"])
  }

  @Test func facesAreRowsAndMethodsColumns() throws {
    let methods = [
      ComparedMethod(name: "a", parts: [try figure(.nose, [1, 0, 0, 0])], curves: [:], recipe: "{}"),
      ComparedMethod(
        name: "b", parts: [try figure(.nose, [0, 1, 0, 0]), try figure(.mouth, [0, 0, 1, 0])], curves: [:], recipe: "{}"
      ),
      ComparedMethod(name: "no target layer", parts: [], curves: [:], recipe: "{}"),
    ]
    let parsed = ParsedMarkup(try ComparisonReport.faces(methods, note: "Seed 7."))
    #expect(parsed.texts("th").prefix(4) == ["the photo", "a", "b", "face 1"])
    #expect(parsed.texts("summary") == ["Nose", "Mouth"])
    // The overview: photo and two methods; nose: the same; mouth: photo and one method.
    #expect(parsed.all("img").count == 3 + 3 + 2)
    #expect(parsed.texts("span", style: "tile-label").prefix(2) == ["nose 100%", "nose 100%, mouth 100%"])
    #expect(parsed.texts("figcaption").first?.hasSuffix("Seed 7.") == true)
  }
}
