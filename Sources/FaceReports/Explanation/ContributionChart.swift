import ExplainableChannels

/// The lines of an account as bars to both sides of zero, and their sum.
struct ContributionChart: ReportBlock {
  let lines: [(name: String, value: Double)]
  let score: Double

  /// Parts from the largest contribution to the smallest, then what is no part.
  init(_ explanation: Explanation) {
    let parts = explanation.parts.filter { $0.kind == .part && !$0.ignored }
      .sorted { $0.contribution > $1.contribution }
    let rest = explanation.parts.filter { $0.kind != .part }
    lines = (parts + rest).map { (ExplanationReport.title($0), $0.contribution) }
    score = explanation.score
  }

  private static let row = 26.0

  func write(to page: inout PageWriter) {
    let words = lines.map { "\($0.name) \(NumberText.change($0.value, digits: 3))" }.joined(separator: ", ")
    let figure = ChartFigure(
      title: "How the score adds up", caption: "",
      description: "\(words); score \(NumberText.fixed(score, digits: 3)).", legend: [])
    figure.write(to: &page) { page, size in
      let height = Double(lines.count + 1) * Self.row + 10
      figure.svg(&page, width: size.rawValue, height: height) { draw(size, to: &$0) }
    }
  }

  private func draw(_ size: ChartWidth, to page: inout PageWriter) {
    let width = size.rawValue
    let names = min((lines.map { TextMeasure.width($0.name, size: 13) }.max() ?? 0) + 14, width * 0.45)
    let label = 56.0
    let low = min(0, lines.map(\.value).min() ?? 0, score)
    let high = max(0, lines.map(\.value).max() ?? 0, score)
    let left = names + (low < 0 ? label : 0)
    let scale = (width - label - left) / max(high - low, 1e-9)
    let zero = left - low * scale
    let bottom = Double(lines.count) * Self.row
    page.void("path", ["class": "axisline", "d": "M\(text(zero)) 0V\(text(bottom + Self.row + 8))"])
    for (index, line) in lines.enumerated() {
      drawBar(
        line.name, line.value, top: Double(index) * Self.row, zero: zero, scale: scale, names: names,
        style: line.value < 0 ? "against" : "for", to: &page)
    }
    page.void("path", ["class": "axisline", "d": "M0 \(text(bottom + 4))H\(text(width))"])
    drawBar(
      "score", score, top: bottom + 8, zero: zero, scale: scale, names: names, style: "total", to: &page)
  }

  private func drawBar(
    _ name: String, _ value: Double, top: Double, zero: Double, scale: Double, names: Double, style: String,
    to page: inout PageWriter
  ) {
    let middle = text(top + Self.row / 2)
    page.element(
      "text", ["class": "name", "x": text(names - 14), "y": middle, "dy": ".35em", "text-anchor": "end"],
      text: TextMeasure.fit(name, width: names - 14, size: 13))
    page.void(
      "rect",
      [
        "class": "share " + style, "x": text(min(zero, zero + value * scale)), "y": text(top + 5),
        "width": text(max(1, abs(value) * scale)), "height": text(Self.row - 10), "rx": "1.5",
      ])
    let end = zero + value * scale + (value < 0 ? -6 : 6)
    page.element(
      "text", ["x": text(end), "y": middle, "dy": ".35em", "text-anchor": value < 0 ? "end" : "start"],
      text: style == "total" ? NumberText.fixed(value, digits: 3) : NumberText.change(value, digits: 3))
  }

  private func text(_ value: Double) -> String { NumberText.coordinate(value) }
}
