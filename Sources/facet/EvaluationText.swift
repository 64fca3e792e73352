import ArgumentParsing
import ExplainableChannels
import FaceEvaluation
import Foundation
import TerminalOutput

/// An evaluation as tables on the terminal.
enum EvaluationText {
  static func print(_ evaluation: Evaluation) {
    let output = CommandOutput.current
    output.printLine("\(evaluation.model) (\(evaluation.info.channelLoss)): \(evaluation.data)")
    if let templates = evaluation.templates { print(templates) }
    if !evaluation.verification.isEmpty { output.printLine(verification(evaluation).text()) }
    if let intervals = intervals(evaluation) { output.printLine(intervals.text()) }
    if evaluation.verification.contains(where: { $0.insightFace != nil }) {
      output.printLine(insightFace(evaluation).text())
    }
    if let channels = evaluation.channels {
      output.printLine(self.channels(channels).text())
      output.printLine(regions(channels).text())
    }
    for result in evaluation.verification {
      guard let reason = result.boundReason else { continue }
      output.printError("\(result.name), \(result.viewName): no accuracy, \(reason)")
    }
    for result in evaluation.verification {
      guard let reason = result.intervalsReason else { continue }
      output.printError("\(result.name), \(result.viewName): no interval over people, \(reason)")
    }
    for result in evaluation.verification where result.pairsLeftOut > 0 {
      output.printError("\(result.name), \(result.view): \(result.pairsLeftOut) pairs left out with their photos")
    }
    for photo in evaluation.damaged { output.printError("left out \(photo)".onOneLine) }
  }

  static func verification(_ evaluation: Evaluation) -> TextTable {
    var table = TextTable(
      ["protocol", "view", "pairs", "accuracy", "deviation", "best", "AUC", "EER", "TAR@0.1", "TAR@0.01", "TAR@0.001"])
    for result in evaluation.verification {
      let metrics = result.metrics
      let rates = [1e-1, 1e-2, 1e-3].map { rate in
        number(metrics.tarAtFAR.first { $0.falseAcceptRate == rate }?.trueAcceptRate, 4)
      }
      table.addRow(
        [
          result.name, result.viewName, String(metrics.pairs),
          number(metrics.crossValidation?.meanAccuracy, 4), number(metrics.crossValidation?.standardDeviation, 4),
          number(metrics.inSampleBestAccuracy, 4), number(metrics.auc, 4), number(metrics.eer, 4),
        ] + rates)
    }
    return table
  }

  /// How much the numbers hang on the people they were measured on; nil where nobody knows whom the pairs show.
  static func intervals(_ evaluation: Evaluation) -> TextTable? {
    let rows = evaluation.verification.compactMap { result in
      result.intervals.map { intervals in
        [result.name, result.viewName, String(intervals.people)]
          + [intervals.accuracy, intervals.inSampleBestAccuracy, intervals.auc, intervals.eer].map {
            $0?.range { number($0, 4) } ?? "-"
          }
      }
    }
    guard !rows.isEmpty else { return nil }
    var table = TextTable(["95 % over people", "view", "people", "accuracy", "best", "AUC", "EER"])
    for row in rows { table.addRow(row) }
    return table
  }

  /// Each number's lead with its interval over people; nil without pairs that both were measured on.
  static func leads(_ evaluation: Evaluation, over first: Evaluation) -> TextTable? {
    guard let leads = evaluation.leads else { return nil }
    var table = TextTable(["\(evaluation.model) less \(first.model)", "view", "accuracy", "best", "AUC", "EER"])
    for lead in leads {
      let numbers = [lead.accuracy, lead.inSampleBestAccuracy, lead.auc, lead.eer].map { estimate in
        estimate.map { "\(change($0.mean)) (\($0.range(change) ?? "-"))" } ?? "-"
      }
      table.addRow([lead.name, lead.viewName] + numbers)
    }
    return table
  }

  private static func change(_ value: Double) -> String { String(format: "%+.4f", value) }

  /// InsightFace's own measure of its `.bin` files.
  static func insightFace(_ evaluation: Evaluation) -> TextTable {
    var table = TextTable([
      "by InsightFace", "accuracy", "deviation", "threshold", "TAR@0.001", "deviation", "FAR", "norm",
    ])
    for result in evaluation.verification {
      guard let metrics = result.insightFace else { continue }
      table.addRow([
        result.name, number(metrics.accuracy, 5), number(metrics.accuracyDeviation, 5), number(metrics.threshold, 3),
        number(metrics.trueAcceptRate, 5), number(metrics.trueAcceptRateDeviation, 5),
        number(metrics.falseAcceptRate, 5), number(metrics.embeddingNorm, 3),
      ])
    }
    return table
  }

  static func channels(_ report: ExplainabilityReport) -> TextTable {
    var table = TextTable(
      ["channels", "live", "instability", "Zhang's", "purity", "five-part", "mask purity", "coverage", "concentration"])
    for (view, scores) in report.views {
      table.addRow([
        view, String(scores.channels - scores.deadChannels.count), number(scores.instability?.mean, 3),
        number(scores.diagonalInstability?.mean, 3), number(scores.purity.mean?.mean, 3),
        number(scores.fivePartPurity.mean?.mean, 3),
        number(scores.maskPurity?.mean?.mean, 3), String(scores.purity.covered), number(scores.concentration?.mean, 3),
      ])
    }
    return table
  }

  /// Strong regions against masks, the places of peaks, channel groups against landmarks.
  static func regions(_ report: ExplainabilityReport) -> TextTable {
    let measures = ExplainabilityMeasure.ofRegionsPeaksAndGroups
    var table = TextTable(["channels"] + measures.map(\.shortName))
    for (view, scores) in report.views {
      table.addRow([view] + measures.map { number($0.value(scores), $0.digits) })
    }
    return table
  }

  static func number(_ value: Double?, _ digits: Int) -> String {
    value.map { String(format: "%.\(digits)f", $0) } ?? "-"
  }
}
