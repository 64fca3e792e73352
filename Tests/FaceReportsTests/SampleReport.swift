import FaceImages
import FaceReports

/// A report that uses every block, with one string wherever a user's text can go.
func sampleReport(text: String = "plain") -> Report {
  Report(
    title: text, subtitle: text,
    sections: [
      ReportSection(text) {
        proseBlocks(text)
        dataBlocks(text)
      },
      ReportSection(text) {
        chartBlocks(text)
        pictureBlocks(text)
      },
    ], footer: text)
}

private func proseBlocks(_ text: String) -> [any ReportBlock] {
  [
    Paragraph(text), Paragraph([.plain(text), .strong(text), .code(text), .link(text, anchor: text)]),
    BulletList([text]), CodeBlock(text, title: text), Callout(.warning, title: text, text: text),
    Details(text, isOpen: true) { Paragraph(text) }, Definitions(title: text, [.init(text, text)]),
  ]
}

private func dataBlocks(_ text: String) -> [any ReportBlock] {
  [
    MetricCards([Metric(text, value: 1, unit: text, baseline: 2, baselineName: text, note: text)]),
    DataTable(
      title: text, columns: [.text(text), .number(text, better: .higher)],
      rows: [[.text(text), 1], [.text(text), 2]], footnote: text),
  ]
}

private func chartBlocks(_ text: String) -> [any ReportBlock] {
  let curve = Series(text, x: [0.001, 0.1, 1], y: [0.2, 0.7, 1])
  return [
    LineChart(
      title: text, series: [curve], xAxis: Axis(text), yAxis: Axis(text),
      references: [ReferenceLine(0.5, label: text), ReferenceLine(0.5, label: text, direction: .horizontal)],
      caption: text, smoothing: 0.5),
    ROCChart(title: text, curves: [curve], operatingPoints: [1e-2], caption: text),
    SeedChart(
      title: text,
      groups: [.init(text, methods: [.init(text, values: [1, nil, .nan], mean: 1, deviation: 0.5)])], caption: text),
    Histogram(
      title: text, distributions: [.init(text, values: [0.1, 0.2, 0.9])], xTitle: text,
      references: [ReferenceLine(0.5, label: text)], caption: text),
  ]
}

private func pictureBlocks(_ text: String) -> [any ReportBlock] {
  let image = ReportImage([1, 2, 3], format: .png, alt: text, label: text)
  return [
    ImageGrid([.init(text, facts: [.init(text, text)], images: [image, image])], caption: text),
    ImageMatrix(
      title: text, columns: [text, text], rows: [.init(text, images: [image, nil])],
      keys: [.init(text, color: RGB(1, 2, 3))], caption: text),
  ]
}
