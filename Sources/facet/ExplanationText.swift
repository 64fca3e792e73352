import ExplainableChannels
import FaceEvaluation
import FaceNetworks
import FaceReports
import TerminalOutput

/// Verdicts and accounts for the terminal.
enum ExplanationText {
  /// The decision, its score, where the threshold came from, and what speaks against trusting it. `isOneFile`: both photos
  /// are the same bytes; `besideTable`: what the table of parts shows is left to it.
  static func verdict(_ explanation: Explanation, _ info: ModelInfo, isOneFile: Bool, besideTable: Bool) -> String {
    let doubts = explanation.doubts(isOneFile: isOneFile).filter { !(besideTable && $0.isOfTable) }.map(\.line)
    return (decision(explanation, info) + doubts).joined(separator: "\n")
  }

  private static func decision(_ explanation: Explanation, _ info: ModelInfo) -> [String] {
    let number = EvaluationText.number
    let score = explanation.score
    let digits = explanation.digits(atLeast: 4)
    guard let threshold = info.threshold else {
      return [
        "score \(number(score, digits)); no decision: the model has no threshold (facet calibrate MODEL --data ... --save)"
      ]
    }
    let verdict = explanation.same.map { $0 ? "same person" : "different people" } ?? "no decision, no face to be seen"
    var lines = ["\(verdict): score \(number(score, digits))"]
    if let probability = explanation.probability {
      lines[0] +=
        "; \(NumberText.chance(probability, digits: 1)) that it is one person, where that is so of half of all pairs"
    }
    let source = info.thresholdSource.map { " (\($0))" } ?? ""
    lines.append("threshold \(number(threshold, digits))\(source)")
    if let measured = explanation.decisions {
      lines.append("at that threshold " + ExplanationReport.sentence(measured))
    }
    return lines
  }

  /// The lines of an account, the largest first.
  static func account(_ explanation: Explanation) -> String {
    let number = EvaluationText.number
    var table = TextTable(["part", "contribution", "same part", "share", "visible A", "visible B"])
    let parts = explanation.parts.filter { $0.kind == .part }.sorted { $0.contribution > $1.contribution }
    for line in parts + explanation.parts.filter({ $0.kind != .part }) {
      func seen(_ shown: Double?, _ isHidden: Bool) -> String { number(shown, 2) + (isHidden ? " hidden" : "") }
      table.addRow([
        line.part + (line.ignored ? " (left out)" : ""), signed(line.contribution),
        line.samePart.map(signed) ?? "-", signed(line.share),
        seen(line.shownA, line.hiddenA), seen(line.shownB, line.hiddenB),
      ])
    }
    table.addRow(["score", number(explanation.score, 4), "", "", "", ""])
    var text = table.text()
    if !explanation.exact {
      text +=
        "\nthe way from the target layer to the embedding is not linear: lines are integrated from a reference (the average "
        + "activations where the network remembers them, else zeros), and the remainder is what that leaves over"
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
    var table = TextTable(["rank", "photo", "score", "decision", "probability", "most for it", ""])
    for (index, candidate) in ranking.candidates.prefix(limit).enumerated() {
      let explanation = candidate.explanation
      let best = explanation.strongestSupport
      table.addRow([
        String(index + 1), candidate.name, number(explanation.score, 4),
        explanation.same.map { $0 ? "same" : "different" } ?? "-",
        explanation.probability.map { NumberText.chance($0, digits: 1) } ?? "-",
        best.map { "\($0.part) \(signed($0.contribution))" } ?? "-", explanation.doubtAsCandidate ?? "",
      ])
    }
    var lines = [table.text()]
    if ranking.candidates.count > limit { lines.append("the best \(limit) of \(ranking.candidates.count)") }
    lines += ranking.doubts.map(\.line)
    if let caution = ranking.caution { lines.append(caution) }
    return lines.joined(separator: "\n")
  }

  private static func signed(_ value: Double) -> String { (value >= 0 ? "+" : "") + EvaluationText.number(value, 4) }
}
