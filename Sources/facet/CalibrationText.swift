import FaceEvaluation
import TerminalOutput

extension EvaluationText {
  /// Threshold, curve and how far they can be trusted, for the terminal.
  static func calibration(_ report: CalibrationReport) -> String {
    var table = TextTable(["protocol", "pairs", "accuracy", "false accepts", "true accepts"])
    for row in report.protocols {
      table.addRow([
        row.name, String(row.pairs), number(row.accuracy, 4), number(row.falseAcceptRate, 4),
        number(row.trueAcceptRate, 4),
      ])
    }
    var bins = TextTable(["probability", "pairs", "mean", "same person"])
    for bin in report.bins where bin.pairs > 0 {
      bins.addRow([
        "\(number(bin.from, 1))-\(number(bin.to, 1))", String(bin.pairs), number(bin.meanProbability, 3),
        number(bin.shareSame, 3),
      ])
    }
    return """
      threshold \(number(report.threshold, 4)), from \(report.source)
      probability 1 / (1 + exp(-(\(number(report.slope, 4)) score \(report.intercept < 0 ? "-" : "+") \
      \(number(abs(report.intercept), 4)))))
      on folds that had no say: accuracy \(number(report.accuracy, 4)) (deviation \
      \(number(report.accuracyDeviation, 4))), calibration error \(number(report.calibrationError, 4)), log loss \
      \(number(report.logLoss, 4))

      at that threshold:
      \(table.text())
      probabilities, each from the other folds:
      \(bins.text())
      """
  }
}
