import FaceEvaluation
import TerminalOutput

/// One model against a baseline, measure by measure.
struct Comparison {
  struct Row {
    let name: String
    let baseline: Double
    let other: Double
    let higherIsBetter: Bool

    /// How much better the other is, as far as the table shows it: in thousandths.
    var lead: Double {
      let difference = (other * 1000).rounded() - (baseline * 1000).rounded()
      return higherIsBetter ? difference : -difference
    }
    var isBehind: Bool { lead < 0 }
  }

  let titles: (String, String)
  let rows: [Row]

  init(baseline: Evaluation, other: Evaluation) {
    titles = (baseline.info.name, other.info.name)
    let quoted = Comparison.rows(.quotedAccuracy, baseline, other)
    let channels = Measure.all.filter(\.isOfChannels).flatMap { Comparison.rows($0, baseline, other) }
    rows =
      quoted.map(\.row) + ["as cropped", "moved"].flatMap { view in channels.filter { $0.view == view }.map(\.row) }
  }

  private static func rows(_ measure: Measure, _ a: Evaluation, _ b: Evaluation) -> [(view: String, row: Row)] {
    let others = measure.readings(of: b)
    return measure.readings(of: a).compactMap { reading in
      guard let other = others.first(where: { $0.title == reading.title }) else { return nil }
      let row = Row(
        name: reading.title, baseline: reading.value, other: other.value, higherIsBetter: measure.higherIsBetter)
      return (reading.view, row)
    }
  }

  /// Measures on which the other is behind.
  var lost: [String] { rows.filter(\.isBehind).map(\.name) }

  /// How many measures the other is ahead on.
  var won: Int { rows.filter { $0.lead > 0 }.count }

  func table() -> TextTable {
    var table = TextTable(["measure", titles.0, titles.1, ""])
    for row in rows {
      let mark = row.lead == 0 ? "equal" : row.isBehind ? "behind" : "ahead"
      table.addRow([row.name, EvaluationText.number(row.baseline, 3), EvaluationText.number(row.other, 3), mark])
    }
    return table
  }
}
