import ExplainableChannels
import FaceEvaluation
import FaceNetworks
import FaceReports
import TerminalOutput

/// Verdicts and accounts for the terminal.
enum ExplanationText {
  /// The decision, its score, where the threshold came from, and what speaks against trusting it. `isOneFile`: both photos
  /// are the same bytes.
  static func verdict(_ explanation: Explanation, _ info: ModelInfo, isOneFile: Bool) -> String {
    (decision(explanation, info) + doubts(explanation, isOneFile: isOneFile)).joined(separator: "\n")
  }

  private static func doubts(_ explanation: Explanation, isOneFile: Bool) -> [String] {
    let empty = [("A", explanation.showsFaceA), ("B", explanation.showsFaceB)].filter { $0.1 == false }.map(\.0)
    var lines: [String] = []
    if !empty.isEmpty {
      let photos = empty.count == 1 ? "photo \(empty[0]) shows" : "both photos show"
      lines.append("warning: \(photos) no part of a face that the model knows: the score says little")
    }
    if isOneFile { lines.append("note: both photos are one file, byte for byte") }
    for (photo, faces) in [("A", explanation.facesA ?? 1), ("B", explanation.facesB ?? 1)] where faces > 1 {
      lines.append("note: photo \(photo) shows \(faces) faces; the largest was compared")
    }
    if explanation.parts.contains(where: \.ignored) {
      lines.append("note: hidden parts were left out; the threshold was measured on whole faces")
    }
    return lines
  }

  private static func decision(_ explanation: Explanation, _ info: ModelInfo) -> [String] {
    let number = EvaluationText.number
    let (score, flip) = (explanation.score, explanation.flip)
    guard let threshold = info.threshold else {
      return [
        "score \(number(score, 4)); no decision: the model has no threshold (facet calibrate MODEL --data ... --save)"
      ]
    }
    var lines = ["\(score >= threshold ? "same person" : "different people"): score \(number(score, 4))"]
    if let probability = explanation.probability {
      lines[0] += "; \(number(probability * 100, 1)) % that it is one person, where that is so of half of all pairs"
    }
    let source = info.thresholdSource.map { " (\($0))" } ?? ""
    lines.append("threshold \(number(threshold, 4))\(source)")
    if let measured = explanation.decisions {
      lines.append("at that threshold " + ExplanationReport.sentence(measured))
    }
    if let calibration = info.calibration, calibration.flip != flip,
      info.thresholdSource != ComparisonOptions.thresholdSource
    {
      lines.append("note: the threshold was measured \(calibration.flip ? "with" : "without") --flip")
    }
    return lines
  }

  /// The lines of an account, the largest first.
  static func account(_ explanation: Explanation) -> String {
    let number = EvaluationText.number
    var table = TextTable(["part", "contribution", "same part", "share", "visible A", "visible B"])
    let parts = explanation.parts.filter { $0.kind == .part }.sorted { $0.contribution > $1.contribution }
    for line in parts + explanation.parts.filter({ $0.kind != .part }) {
      func seen(_ value: Double?, _ isHidden: Bool) -> String { number(value, 2) + (isHidden ? " hidden" : "") }
      table.addRow([
        line.part + (line.ignored ? " (left out)" : ""), signed(line.contribution),
        line.samePart.map(signed) ?? "-", signed(line.share),
        seen(line.visibleA, line.hiddenA), seen(line.visibleB, line.hiddenB),
      ])
    }
    table.addRow(["score", number(explanation.score, 4), "", "", "", ""])
    var text = table.text()
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
    guard ranking.candidates.count > 1 else { return table.text() }
    let more = ranking.candidates.count > limit ? "\nthe best \(limit) of \(ranking.candidates.count)" : ""
    return table.text() + more + "\n" + CandidateRanking.caution
  }

  private static func signed(_ value: Double) -> String { (value >= 0 ? "+" : "") + EvaluationText.number(value, 4) }
}
