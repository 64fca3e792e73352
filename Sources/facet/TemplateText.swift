import ArgumentParsing
import FaceEvaluation
import FaceReports
import Foundation
import TerminalOutput

extension EvaluationText {
  /// IJB's results as tables on the terminal.
  static func print(_ result: TemplateResult) {
    let output = CommandOutput.current
    output.printLine("\(result.templates) templates of \(result.photos) photos: \(result.pooling.title)")
    output.printLine(verification(result).text())
    if let identification = result.identification {
      output.printLine(self.identification(identification).text())
    } else {
      output.printLine("no 1:N protocol: its galleries and probes are not in meta")
    }
    if let lost = result.lostInWords { output.printError(lost) }
  }

  private static func verification(_ result: TemplateResult) -> TextTable {
    let verification = result.verification
    let rates = verification.tarAtFAR
    var table = TextTable(["1:1", "pairs", "AUC"] + rates.map { "TAR@\(rate($0.falseAcceptRate))" })
    table.addRow(
      [result.name, String(verification.pairs), number(verification.auc, 4)]
        + rates.map { number($0.trueAcceptRate, 4) })
    table.addRow(
      ["by InsightFace", String(verification.pairs), ""] + verification.nearest.map { number($0.trueAcceptRate, 4) })
    return table
  }

  private static func identification(_ rows: [Identification]) -> TextTable {
    let rates = Identification.falsePositiveRates
    var table = TextTable(
      ["1:N gallery", "templates", "mated", "others", "rank 1", "rank 5", "rank 10"]
        + rates.map { "TPIR@\(rate($0))" })
    for row in rows {
      table.addRow(
        [row.gallery, String(row.galleryTemplates), String(row.mated), String(row.nonMated)]
          + [1, 5, 10].map { number(row.rate(atRank: $0), 4) } + row.tpirAtFPIR.map { number($0.trueAcceptRate, 4) })
    }
    return table
  }

  /// 0.01 and 1e-06, as the field writes them.
  private static func rate(_ value: Double) -> String {
    value >= 1e-3 ? "\(value)" : "1e-\(Int((-log10(value)).rounded()))"
  }
}
