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
    var rates = TextTable(["threshold", "false accepts", "", "true accepts", ""])
    // The threshold may be one of the common ones.
    let others = report.decisions.dropFirst().filter { $0 != report.decisions[0] }
    for row in report.decisions.prefix(1) + others {
      rates.addRow([
        number(row.threshold, 4), number(row.falseAcceptRate, 4), "\(row.falseAccepts)/\(row.differentPairs)",
        number(row.trueAcceptRate, 4), "\(row.trueAccepts)/\(row.samePairs)",
      ])
    }
    return """
      threshold \(number(report.threshold, 4)), from \(report.source)
      probability 1 / (1 + exp(-(\(number(report.slope, 4)) score \(report.intercept < 0 ? "-" : "+") \
      \(number(abs(report.intercept), 4)))))
      at a probability of one half, on folds that had no say: accuracy \(number(report.accuracy, 4)) (deviation \
      \(number(report.accuracyDeviation, 4))), calibration error \(number(report.calibrationError, 4)), log loss \
      \(number(report.logLoss, 4))

      at that threshold:
      \(table.text())
      all pairs together, at it and at thresholds that keep common rates:
      \(rates.text())
      probabilities, each from the other folds; means and shares as if half of all pairs were of one person, accuracy at one half too:
      \(bins.text())
      """
  }

  /// How well hidden parts are told from visible ones.
  static func hiddenParts(_ report: HiddenPartsReport) -> String {
    var table = TextTable([
      "hidden by", "part", "shown", "hidden", "visible, shown", "visible, hidden", "AUC", "called hidden, shown",
      "called hidden, hidden",
    ])
    for row in report.rows {
      table.addRow([
        row.cover, row.part, String(row.shown), String(row.hidden), number(row.medianShown, 2),
        number(row.medianHidden, 2), number(row.auc, 3), number(row.calledHiddenShown, 3),
        number(row.calledHiddenHidden, 3),
      ])
    }
    var scores = TextTable([
      "photo B hidden by", "pairs", "AUC", "visible only", "accuracy", "visible only", "false accepts", "visible only",
    ])
    for row in report.scoring {
      scores.addRow([
        row.cover, String(row.pairs), number(row.aucWhole, 3), number(row.aucVisible, 3), number(row.accuracyWhole, 3),
        number(row.accuracyVisible, 3), number(row.falseAcceptsWhole, 3), number(row.falseAcceptsVisible, 3),
      ])
    }
    let drawn = report.scoredPhotos < report.photos ? "; the pairs are drawn from \(report.scoredPhotos) of them" : ""
    let parts =
      report.rows.isEmpty
      ? "no channel of this model is named after an eye, the nose or the mouth: none can tell that one is hidden"
      : table.text()
    return parts + "\n" + scores.text() + "\n\(report.photos) annotated photos of \(report.data)\(drawn)"
  }
}
