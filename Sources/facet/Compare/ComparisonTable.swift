import FaceEvaluation
import TerminalOutput

/// A comparison as one table, for the terminal and for Markdown.
enum ComparisonTable {
  /// The baseline's column first, then each method with what sets it apart from the baseline.
  static func make(_ comparison: SeedComparison) -> TextTable {
    let others = comparison.methods.filter { $0 != comparison.baseline }
    var table = TextTable(
      ["measure", comparison.baseline] + others.flatMap { [$0, "difference or ratio", "by seed"] },
      alignments: [.left, .right] + others.flatMap { _ in [TextTable.Alignment.right, .right, .right] })
    for row in comparison.rows { table.addRow(cells(row, [comparison.baseline] + others)) }
    return table
  }

  private static func cells(_ row: SeedComparison.Row, _ methods: [String]) -> [String] {
    let results = methods.compactMap { method in row.results.first { $0.method == method } }
    return [row.name + (row.unit == .percent ? ", %" : "")]
      + results.flatMap { result in
        [row.text(result.summary)] + (result.againstBaseline.map { [row.text(result), row.bySeed($0)] } ?? [])
      }
  }
}
