import ExplainableChannels
import FaceEvaluation
import FaceNetworks
import FaceReports
import TerminalOutput

/// Verdicts and accounts for the terminal.
enum ExplanationText {
  /// The decision, its score, and where the threshold came from.
  static func verdict(score: Double, _ info: ModelInfo, flip: Bool) -> String {
    let number = EvaluationText.number
    guard let threshold = info.threshold else {
      return
        "score \(number(score, 4)); no decision: the model has no threshold (facet calibrate MODEL --data ... --save)"
    }
    var lines = ["\(score >= threshold ? "same person" : "different people"): score \(number(score, 4))"]
    if let probability = info.calibration?.probability(score) {
      lines[0] += ", probability \(number(probability * 100, 1)) %"
    }
    let source = info.thresholdSource.map { " (\($0))" } ?? ""
    lines.append("threshold \(number(threshold, 4))\(source)")
    if let calibration = info.calibration, calibration.flip != flip, info.thresholdSource != "--threshold" {
      lines.append("note: it was measured \(calibration.flip ? "with" : "without") --flip")
    }
    return lines.joined(separator: "\n")
  }

  /// The lines of an account, the largest first.
  static func account(_ explanation: Explanation) -> String {
    let number = EvaluationText.number
    var table = TextTable(["part", "contribution", "share", "visible A", "visible B"])
    let parts = explanation.parts.filter { $0.kind == .part }.sorted { $0.contribution > $1.contribution }
    for line in parts + explanation.parts.filter({ $0.kind != .part }) {
      func seen(_ value: Double?, _ isHidden: Bool) -> String { number(value, 2) + (isHidden ? " hidden" : "") }
      table.addRow([
        line.part + (line.ignored ? " (left out)" : ""), signed(line.contribution), signed(line.share),
        seen(line.visibleA, line.hiddenA), seen(line.visibleB, line.hiddenB),
      ])
    }
    table.addRow(["score", number(explanation.score, 4), "", "", ""])
    var text = table.text()
    if explanation.parts.contains(where: \.ignored) {
      text += "\nhidden parts were left out; the threshold was measured on whole faces"
    }
    if !explanation.named {
      text +=
        "\nnobody has measured what this model's channels detect; to name them: facet channels MODEL --data ... --save"
    }
    if let counterfactual = explanation.counterfactual {
      text += "\n" + ExplanationReport.sentence(counterfactual, explanation)
    }
    return text
  }

  /// Candidates, best first.
  static func ranking(_ ranking: CandidateRanking, limit: Int = 20) -> String {
    let number = EvaluationText.number
    var table = TextTable(["rank", "photo", "score", "decision", "probability", "most for it"])
    for (index, candidate) in ranking.candidates.prefix(limit).enumerated() {
      let explanation = candidate.explanation
      let best = explanation.parts.filter { $0.kind == .part }.max { $0.contribution < $1.contribution }
      table.addRow([
        String(index + 1), candidate.name, number(explanation.score, 4),
        explanation.same.map { $0 ? "same" : "different" } ?? "-", number(explanation.probability, 3),
        best.map { "\($0.part) \(signed($0.contribution))" } ?? "-",
      ])
    }
    return table.text()
  }

  private static func signed(_ value: Double) -> String { (value >= 0 ? "+" : "") + EvaluationText.number(value, 4) }
}
