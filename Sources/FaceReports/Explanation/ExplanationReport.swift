import ExplainableChannels
import FaceEvaluation
import FaceNetworks
import Foundation

/// The page that explains why two faces match, or do not.
public enum ExplanationReport {
  /// One pair. `tiles` are the parts' heat maps, in the order of the match's parts.
  public static func make(_ pair: ExplainedPair, tiles: [PartTiles]) throws -> Report {
    let names = pair.names
    return Report(
      title: pair.title, subtitle: "\(names.a) and \(names.b): \(pair.summary).",
      sections: [try decision(pair), account(pair), maps(pair, tiles), reading(pair.explanation)]
        + [origin(pair.explanation)].compactMap(\.self),
      footer: "Model \(pair.explanation.model). Facet is for research.")
  }

  /// One probe against candidates, best first; `pairs` are the best few in the same order, with the probe as photo A.
  public static func make(
    ranking: CandidateRanking, pairs: [(pair: ExplainedPair, tiles: [PartTiles])]
  ) throws -> Report {
    let sections = try zip(pairs, ranking.candidates).enumerated().map { index, item -> ReportSection in
      let (pair, name) = (item.0.pair, item.1.name)
      let blocks = try decision(pair, candidate: name).blocks + account(pair).blocks
      return ReportSection("\(index + 1). \(name): \(verdict(ofCandidate: pair))", blocks: blocks)
    }
    var closing: [ReportSection] = []
    if let first = pairs.first { closing.append(reading(first.pair.explanation)) }
    if let origin = origin(pairs.map(\.pair.explanation)) { closing.append(origin) }
    let best =
      ranking.candidates.first.map { ", best score \(NumberText.fixed($0.explanation.score, digits: 3))" } ?? ""
    let probe = URL(fileURLWithPath: ranking.probe).lastPathComponent
    return Report(
      title: "One face against \(ranking.candidates.count)", subtitle: "Probe \(probe)\(best).",
      sections: [ranked(ranking)] + sections + closing,
      footer: "Model \(ranking.model). Facet is for research.")
  }

  private static func decision(_ pair: ExplainedPair, candidate: String? = nil) throws -> ReportSection {
    let explanation = pair.explanation
    var blocks: [any ReportBlock] = [MetricCards(cards(explanation)), try GlanceFigure(pair, candidate: candidate)]
    blocks += explanation.doubts(isOneFile: explanation.provenance?.isOneFile == true).map(\.callout)
    if let counterfactual = explanation.counterfactual {
      blocks.append(
        Callout(title: "What would change the decision", text: sentence(counterfactual, explanation)))
    }
    if !explanation.named {
      blocks.append(
        Callout(
          .warning, title: "Nobody has measured what this model's channels detect",
          text:
            "The account adds up, but its lines are groups of channels. Run facet channels MODEL --data ... --save to "
            + "name them."))
    }
    return ReportSection("In short", blocks: blocks)
  }

  private static func cards(_ explanation: Explanation) -> [Metric] {
    let digits = explanation.digits(atLeast: 3)
    var cards = [
      Metric("Score", value: explanation.score, digits: digits, better: nil, note: "cosine of the two embeddings")
    ]
    if let threshold = explanation.threshold {
      cards.append(
        Metric("Threshold", value: threshold, digits: digits, better: nil, note: explanation.thresholdSource ?? ""))
    }
    if let probability = explanation.probability {
      cards.append(
        Metric(
          "Same person", value: min(99, max(1, probability * 100)), unit: "%", digits: 0, better: nil,
          note: (probability > 0.995 ? "or more; " : probability < 0.005 ? "or less; " : "")
            + "calibrated, for pairs of which half are"))
    }
    return cards
  }

  /// A counterfactual in words.
  public static func sentence(_ counterfactual: Counterfactual, _ explanation: Explanation) -> String {
    let score = NumberText.fixed(
      counterfactual.score, digits: explanation.digits(of: counterfactual.score, atLeast: 3))
    let photo = counterfactual.photo == .first ? "A" : "B"
    let average = counterfactual.change == .becomesAverage
    // Where the network is not linear behind its explained layer the reference may be zeros.
    let isAverage = explanation.exact
    guard counterfactual.flips else {
      let none =
        average
        ? "No choice of parts of one photo made \(isAverage ? "average" : "like the reference's") would bring the "
          + "score below the threshold."
        : "No choice of parts of one photo made like the other's would bring the score to the threshold."
      return none + (counterfactual.isFewest ? "" : " Not every choice was tried.")
    }
    let parts = counterfactual.parts.joined(separator: ", ")
    let change = average ? (isAverage ? "an average face's" : "the reference's") : "the other photo's"
    let few = counterfactual.isFewest ? "No fewer parts would do." : "Fewer might do: not every choice was tried."
    let decision = average ? "different people" : "the same person"
    return
      "If \(parts) of photo \(photo) were \(change), the score would be \(score) and the decision \(decision). \(few)"
  }

  /// What deciding at the threshold did, in words that go on after "at that threshold".
  public static func sentence(_ measured: MeasuredDecisions) -> String {
    func percent(_ rate: Double) -> String { NumberText.fixed(rate * 100, digits: 1) }
    return
      "\(measured.falseAccepts) of \(measured.differentPairs) pairs of different people pass for one "
      + "(\(percent(measured.falseAcceptRate)) %), and \(measured.samePairs - measured.trueAccepts) of "
      + "\(measured.samePairs) pairs of one person for two (\(percent(1 - measured.trueAcceptRate)) %)"
  }

  private static func account(_ pair: ExplainedPair) -> ReportSection {
    let explanation = pair.explanation
    func seen(_ shown: Double?) -> TableCell { shown.map { .number($0 * 100) } ?? .missing }
    let rows = explanation.parts.sorted {
      ($0.kind == .part ? $0.contribution : -9) > ($1.kind == .part ? $1.contribution : -9)
    }
    .map { line -> DataTable.Row in
      let notes = [GlanceRow.hidden(line.hiddenA, line.hiddenB), line.ignored ? "left out" : ""].filter { !$0.isEmpty }
      let name = title(line) + (notes.isEmpty ? "" : " (\(notes.joined(separator: ", ")))")
      return DataTable.Row([
        .text(name), .number(line.contribution), line.samePart.map { .number($0) } ?? .missing,
        .number(line.share * 100), seen(line.shownA), seen(line.shownB),
      ])
    }
    let table = DataTable(
      title: "Line by line",
      columns: [
        .text("Part"), .number("Adds", digits: 4), .number("Same part", digits: 4), .number("Share, %", digits: 1),
        .number("Seen in A, %", digits: 0), .number("Seen in B, %", digits: 0),
      ], rows: rows,
      footnote:
        "Contributions, each rounded here, add up to \(NumberText.fixed(explanation.score, digits: 4)). Same part: how much of it is with the "
        + "same part of the other photo. Share: of all lines' magnitudes.")
    return ReportSection("The account", blocks: [ContributionChart(explanation), table])
  }

  private static func maps(_ pair: ExplainedPair, _ tiles: [PartTiles]) -> ReportSection {
    let rows = tiles.map { tile in
      ImageGrid.Row(
        tile.name, facts: [.init("adds", NumberText.change(tile.contribution, digits: 3))], images: tile.images)
    }
    return ReportSection("Where it comes from") {
      ImageGrid(
        rows,
        caption:
          "What each place adds through a part: orange for, blue against. Photo A, then photo B. The parts are on one "
          + "scale, all parts together on a scale of their own. Colors go by the root of the number: half the color is a "
          + "quarter of it.",
        tileSize: .large)
    }
  }

  private static func reading(_ explanation: Explanation) -> ReportSection {
    var items = [
      "The score is the cosine of two embeddings. Each embedding is a sum over channels, so the score is a sum over them too; "
        + "channels that detect one part are added up to that part.",
      "A part counts by how it differs from an average face, and by where that points: toward the other photo's embedding is "
        + "positive, away from it negative, evidence against one person. Half is photo A's part against all of face B, half photo "
        + "B's part against all of face A, so a part can count though it is average, or hidden, in one photo.",
      "Same part is what is left when only like is compared with like: this part of A with this part of B.",
      "The constant is what each photo has in common with the average face. Nothing in it compares the two: it is no evidence.",
      "Seen: how strongly the part's channels answer, against what they usually do, squared. Below 25 % the part is called hidden.",
    ]
    if !explanation.exact {
      items.append(
        "This network is not linear behind its explained layer. Contributions are integrated along the straight path "
          + "from a reference to each photo's activations; what that leaves over is the remainder. The reference "
          + "stands for the average face: the average activations where the network remembers them, else zeros.")
    }
    if let measured = explanation.decisions {
      items.append(
        "Where the threshold was measured, \(sentence(measured)). Other people, cameras and poses will give other rates."
      )
    }
    if explanation.probability != nil {
      items.append("The probability holds for pairs like those it was measured on, half of them of one person.")
    }
    return ReportSection("How to read this", blocks: [BulletList(items)])
  }

  /// A candidate's verdict in the heading of its section, or why it means little.
  private static func verdict(ofCandidate pair: ExplainedPair) -> String {
    if pair.explanation.showsFaceB == false { return "no face to be seen" }
    return pair.explanation.showsFaceA == false ? "the probe shows no face" : pair.verdict.lowercased()
  }

  private static func ranked(_ ranking: CandidateRanking) -> ReportSection {
    let rows = ranking.candidates.prefix(50).enumerated().map { index, candidate -> DataTable.Row in
      let explanation = candidate.explanation
      let best = explanation.strongestSupport
      let decision = explanation.same.map { $0 ? "same" : "different" } ?? "–"
      let doubt = explanation.doubtAsCandidate.map { " (\($0))" } ?? ""
      return DataTable.Row([
        .text("\(index + 1). \(candidate.name)"), .number(explanation.score),
        .text(decision + doubt),
        .text(explanation.probability.map { NumberText.chance($0, digits: 1) } ?? "–"),
        .text(best.map { "\($0.part) \(NumberText.change($0.contribution, digits: 3))" } ?? "–"),
      ])
    }
    let more = ranking.candidates.count > 50 ? "The best 50 of \(ranking.candidates.count). " : ""
    let table = DataTable(
      title: "Candidates, best first",
      columns: [
        .text("Photo"), .number("Score", digits: 3), .text("Decision"), .text("Same person"),
        .text("Most for it"),
      ], rows: rows,
      footnote: more + (ranking.caution ?? ""))
    let damaged: [any ReportBlock] = ranking.damaged.isEmpty ? [] : [Callout.leftOut(ranking.damaged)]
    return ReportSection("Ranking", blocks: ranking.doubts.map(\.callout) + [table] + damaged)
  }

  /// What a line is called on the page.
  static func title(_ line: Explanation.Line) -> String {
    switch line.kind {
    case .part: line.part
    case .constant: "constant"
    case .remainder: "remainder"
    }
  }
}
