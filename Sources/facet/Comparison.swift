import ExplainableChannels
import FaceEvaluation
import TerminalOutput

/// One model against a baseline, measure by measure.
struct Comparison {
  struct Row {
    let name: String
    let baseline: Double
    let other: Double
    let higherIsBetter: Bool

    var isBehind: Bool { higherIsBetter ? other < baseline : other > baseline }
  }

  let titles: (String, String)
  let rows: [Row]

  init(baseline: Evaluation, other: Evaluation) {
    titles = (baseline.info.name, other.info.name)
    var rows = baseline.verification.compactMap { result -> Row? in
      guard let rival = other.result(result.name, result.view) else { return nil }
      return Row(
        name: "\(result.name) accuracy, \(result.view)", baseline: result.accuracy,
        other: rival.accuracy, higherIsBetter: true)
    }
    rows += Comparison.rows("as cropped", baseline.channels?.asCropped, other.channels?.asCropped)
    rows += Comparison.rows("moved", baseline.channels?.moved, other.channels?.moved)
    self.rows = rows
  }

  private static func rows(_ view: String, _ a: ExplainabilityScores?, _ b: ExplainabilityScores?) -> [Row] {
    guard let a, let b else { return [] }
    let measures: [(String, Bool, (ExplainabilityScores) -> Double?)] = [
      ("location instability", false, { $0.instability?.mean }), ("part purity", true, { $0.purity.mean?.mean }),
      ("part purity, five parts", true, { $0.fivePartPurity.mean?.mean }),
      ("parts covered", true, { Double($0.purity.covered) }), ("concentration", true, { $0.concentration?.mean }),
      ("purity against true masks", true, { $0.maskPurity?.mean?.mean }),
      ("energy in the part's true mask", true, { $0.maskConcentration }),
    ]
    let others = ExplainabilityMeasure.ofRegionsPeaksAndGroups.compactMap { measure in
      measure.higherIsBetter.map { (measure.name, $0, measure.value) }
    }
    return (measures + others).compactMap { name, higher, value in
      guard let first = value(a), let second = value(b) else { return nil }
      return Row(name: "\(name), \(view)", baseline: first, other: second, higherIsBetter: higher)
    }
  }

  /// Measures on which the other is behind.
  var lost: [String] { rows.filter(\.isBehind).map(\.name) }

  /// How many measures the other is ahead on.
  var won: Int { rows.filter { !$0.isBehind && $0.other != $0.baseline }.count }

  func table() -> TextTable {
    var table = TextTable(["measure", titles.0, titles.1, ""])
    for row in rows {
      let mark = row.other == row.baseline ? "equal" : row.isBehind ? "behind" : "ahead"
      table.addRow([row.name, EvaluationText.number(row.baseline, 3), EvaluationText.number(row.other, 3), mark])
    }
    return table
  }
}
