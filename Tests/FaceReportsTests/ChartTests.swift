import Foundation
import Testing

@testable import FaceReports

@Suite struct ChartTests {
  private static let odd: [[Double]] = [
    [], [1], [.nan], [.infinity, -.infinity], [0, 0, 0], [1e300, -1e300], [-1, 2, .nan, 4], [.leastNonzeroMagnitude],
    [5e9, 5e9 + 1e-9],
  ]

  @Test(arguments: odd, [Axis.Scale.linear, .log])
  func degenerateCurvesDraw(values: [Double], scale: Axis.Scale) {
    let series = [Series("a", x: values, y: values), Series("b", points: [])]
    for smoothing in [0, 0.9, .nan, 7] {
      let chart = LineChart(
        title: "t", series: series, xAxis: Axis("x", scale: scale), yAxis: Axis("y", scale: scale),
        references: values.map { ReferenceLine($0, label: "r") }, smoothing: smoothing)
      expectSound([chart])
    }
    expectSound([ROCChart(title: "t", curves: series, lowestFAR: values.first, operatingPoints: values)])
  }

  @Test(arguments: odd)
  func degenerateHistogramsDraw(values: [Double]) {
    let histogram = Histogram(
      title: "t", distributions: [.init("a", values: values), .init("b", values: [Float]())], xTitle: "x", bins: -1,
      references: values.map { ReferenceLine($0, label: "r") })
    expectSound([histogram])
  }

  @Test func noSeriesSaysNoData() {
    let chart = LineChart(title: "t", series: [], xAxis: Axis("x"), yAxis: Axis("y"))
    let parsed = ParsedMarkup([chart])
    #expect(parsed.error == nil)
    #expect(parsed.texts("text").filter { $0 == "No data" }.count == 2, "wide and narrow")
  }

  @Test func curveHasItsPointsAtTheirPlaces() throws {
    let chart = LineChart(
      title: "t", series: [Series("a", x: [0, 5, 7, 10], y: [0, 1, .nan, 0])], xAxis: Axis("", range: 0...10),
      yAxis: Axis("", range: 0...1))
    let path = try #require(ParsedMarkup([chart]).all("path", style: "curve").last?.attributes["d"])
    let numbers = path.split { "ML ".contains($0) }.compactMap { Double($0) }
    // The narrow drawing: 360 wide and 300 high, 16 right of the frame, 8 above and 24 below it.
    #expect(numbers.count == 6)
    #expect(numbers[1] == 276 && numbers[3] == 8 && numbers[5] == 276)
    #expect(numbers[4] == 344)
    #expect(abs(numbers[2] - (numbers[0] + numbers[4]) / 2) <= 0.1)
  }

  @Test func longCurvesAreThinned() throws {
    let points = (0..<20_000).map { Series.Point(Double($0), Double($0 * 31 % 997)) }
    let chart = LineChart(title: "t", series: [Series("a", points: points)], xAxis: Axis("x"), yAxis: Axis("y"))
    for path in ParsedMarkup([chart]).all("path", style: "curve") {
      let drawn = try #require(path.attributes["d"]).split { "L ".contains($0) }.count / 2
      #expect(drawn <= 600)
    }
  }

  @Test func lonePointIsADot() throws {
    let chart = LineChart(title: "t", series: [Series("t", x: [1], y: [2])], xAxis: Axis("x"), yAxis: Axis("y"))
    #expect(try #require(ParsedMarkup([chart]).all("path", style: "curve").first?.attributes["d"]).hasSuffix("h0"))
  }

  @Test func rocStartsAtItsLeftEdge() {
    let rising = Series("a", x: [0, 0, 1e-3, 1], y: [0.1, 0.4, 0.6, 1])
    let falling = Series("b", points: rising.points.reversed())
    let chart = ROCChart(title: "t", curves: [rising, falling], operatingPoints: [1e-3, 0.02]).chart
    #expect(chart.xAxis.range == 1e-3...1)
    #expect(chart.series[0].points == [.init(1e-3, 0.4), .init(1e-3, 0.6), .init(1, 1)])
    #expect(chart.series[1].points == chart.series[0].points.reversed())
    #expect(chart.references.map(\.label) == ["FAR 10⁻³", "FAR 0.02"])
  }

  @Test func histogramCountsEveryValueOnce() {
    let values = [-5, 0, 0.05, 0.5, 0.99, 1, 7, .nan]
    let set = Histogram.Distribution("a", values: values)
    let domain = AxisDomain(Axis("", range: 0...1), values: [], roundedTo: nil)
    var chart = Histogram(title: "t", distributions: [set], xTitle: "x", range: 0...1, bins: 10, height: .count)
    #expect(chart.binned(set, in: domain) == [3, 0, 0, 0, 0, 1, 0, 0, 0, 3])
    chart.height = .percent
    #expect(abs(chart.binned(set, in: domain).reduce(0, +) - 100) < 1e-9)
  }

  @Test func seriesPastThePaletteAreDashed() {
    #expect(SeriesLook(index: 0).classes == "c1")
    #expect(SeriesLook(index: 6).classes == "c7")
    #expect(SeriesLook(index: 7).classes == "c1 dashed")
    #expect(SeriesLook(index: 14).classes == "c1 dotted")
    #expect(SeriesLook(index: 3, color: 0, style: .dashed).classes == "c1 dashed")
    #expect(SeriesLook(index: -2).classes == "c1")
  }

  @Test func legendIsThereForSeveralSeries() {
    let series = ["a", "b"].map { Series($0, x: [0, 1], y: [0, 1]) }
    let chart = LineChart(title: "t", series: series, xAxis: Axis("x"), yAxis: Axis("y"))
    let items = ParsedMarkup([chart]).texts("li").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    #expect(items == ["a", "b"])
  }

  /// Well formed, and no number that is not one.
  private func expectSound(_ blocks: [any ReportBlock], sourceLocation: SourceLocation = #_sourceLocation) {
    let parsed = ParsedMarkup(blocks)
    #expect(parsed.error == nil, sourceLocation: sourceLocation)
    for element in parsed.elements {
      for name in ["d", "x", "y", "width", "height", "cx", "cy", "viewBox"] {
        let value = (element.attributes[name] ?? "").lowercased()
        #expect(!value.contains("nan") && !value.contains("inf"), sourceLocation: sourceLocation)
      }
    }
  }
}
