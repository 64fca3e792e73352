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
      title: pair.verdict, subtitle: "\(names.a) and \(names.b): \(pair.summary).",
      sections: [try decision(pair), account(pair), maps(pair, tiles), reading(pair.explanation)]
        + [origin(pair.explanation)].compactMap(\.self),
      footer: "Model \(pair.explanation.model). Facet is for research.")
  }

  /// One probe against candidates, best first; `pairs` are the best few with the probe as photo A.
  public static func make(
    ranking: CandidateRanking, pairs: [(pair: ExplainedPair, tiles: [PartTiles])]
  ) throws -> Report {
    let sections = try pairs.enumerated().map { index, item in
      let blocks = try decision(item.pair).blocks + account(item.pair).blocks
      return ReportSection("\(index + 1). \(item.pair.names.b): \(item.pair.verdict.lowercased())", blocks: blocks)
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

  private static func decision(_ pair: ExplainedPair) throws -> ReportSection {
    let explanation = pair.explanation
    var blocks: [any ReportBlock] = [MetricCards(cards(explanation)), try GlanceFigure(pair)]
    if let empty = empty(explanation) { blocks.append(empty) }
    if let crowd = crowd(explanation) { blocks.append(crowd) }
    if let hidden = hidden(explanation) { blocks.append(hidden) }
    if let counterfactual = explanation.counterfactual {
      blocks.append(
        Callout(title: "What would change the decision", text: sentence(counterfactual, explanation)))
    }
    if !explanation.named {
      blocks.append(
        Callout(
          .warning, title: "Nobody has measured what this model's channels detect",
          text:
            "The account is exact, but its lines are groups of channels. Run facet channels MODEL --data ... --save to "
            + "name them."))
    }
    return ReportSection("In short", blocks: blocks)
  }

  private static func cards(_ explanation: Explanation) -> [Metric] {
    var cards = [
      Metric("Score", value: explanation.score, digits: 3, better: nil, note: "cosine of the two embeddings")
    ]
    if let threshold = explanation.threshold {
      cards.append(
        Metric("Threshold", value: threshold, digits: 3, better: nil, note: explanation.thresholdSource ?? ""))
    }
    if let probability = explanation.probability {
      cards.append(
        Metric(
          "Same person", value: probability * 100, unit: "%", digits: 0, better: nil,
          note: "calibrated, for pairs of which half are"))
    }
    return cards
  }

  private static func empty(_ explanation: Explanation) -> Callout? {
    let photos = [("A", explanation.showsFaceA), ("B", explanation.showsFaceB)].filter { $0.1 == false }.map(\.0)
    guard !photos.isEmpty else { return nil }
    let shows = photos.count == 1 ? "Photo \(photos[0]) shows" : "Both photos show"
    return Callout(
      .warning, title: "No face to be seen",
      text: "\(shows) no part of a face that the model knows. The score says little.")
  }

  private static func crowd(_ explanation: Explanation) -> Callout? {
    let photos = [("A", explanation.facesA ?? 1), ("B", explanation.facesB ?? 1)].filter { $0.1 > 1 }
    guard !photos.isEmpty else { return nil }
    let sentences = photos.map { "Photo \($0.0) shows \($0.1) faces." }
    return Callout(
      .warning, title: "More than one face",
      text: sentences.joined(separator: " ") + " The largest was compared: look whether it is the one that is meant.")
  }

  private static func hidden(_ explanation: Explanation) -> Callout? {
    func names(_ isHidden: (Explanation.Line) -> Bool) -> String {
      explanation.parts.filter(isHidden).map(\.part).joined(separator: ", ")
    }
    let (a, b) = (names(\.hiddenA), names(\.hiddenB))
    let sentences = [("A", a), ("B", b)].filter { !$0.1.isEmpty }.map { "Photo \($0.0) hides: \($0.1)." }
    guard !sentences.isEmpty else { return nil }
    let end =
      explanation.ignoreHidden
      ? "Parts hidden in a photo were left out of the score. The threshold was measured on whole faces."
      : "They still count in the score; --ignore-hidden leaves them out."
    return Callout(.warning, title: "Hidden parts", text: (sentences + [end]).joined(separator: " "))
  }

  /// A counterfactual in words.
  public static func sentence(_ counterfactual: Counterfactual, _ explanation: Explanation) -> String {
    let score = NumberText.fixed(counterfactual.score, digits: 3)
    let photo = counterfactual.photo == .first ? "A" : "B"
    let average = counterfactual.change == .becomesAverage
    guard counterfactual.flips else {
      let none =
        average
        ? "No choice of parts of one photo made average would bring the score below the threshold."
        : "No choice of parts of one photo made like the other's would bring the score to the threshold."
      return none + (counterfactual.isFewest ? "" : " Not every choice was tried.")
    }
    let parts = counterfactual.parts.joined(separator: ", ")
    let change = average ? "an average face's" : "the other photo's"
    let few = counterfactual.isFewest ? "No fewer parts would do." : "Fewer might do: not every choice was tried."
    let decision = average ? "different people" : "the same person"
    return "If photo \(photo) had \(change) \(parts), the score would be \(score) and the decision \(decision). \(few)"
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
    func cell(_ value: Double?) -> TableCell { value.map { .number($0 * 100) } ?? .missing }
    let rows = explanation.parts.sorted {
      ($0.kind == .part ? $0.contribution : -9) > ($1.kind == .part ? $1.contribution : -9)
    }
    .map { line -> DataTable.Row in
      let name = title(line) + (line.ignored ? " (left out)" : "")
      return DataTable.Row([
        .text(name), .number(line.contribution), line.samePart.map { .number($0) } ?? .missing,
        .number(line.share * 100), cell(line.visibleA), cell(line.visibleB),
      ])
    }
    let table = DataTable(
      title: "Line by line",
      columns: [
        .text("Part"), .number("Adds", digits: 4), .number("Same part", digits: 4), .number("Share, %", digits: 1),
        .number("Seen in A, %", digits: 0), .number("Seen in B, %", digits: 0),
      ], rows: rows,
      footnote:
        "Contributions add up to \(NumberText.fixed(explanation.score, digits: 4)). Same part: how much of it is with the "
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
        caption: "What each place adds through a part, on one scale: orange for, blue against. Photo A, then photo B.",
        tileSize: .large)
    }
  }

  private static func reading(_ explanation: Explanation) -> ReportSection {
    var items = [
      "The score is the cosine of two embeddings. Each embedding is a sum over channels, so the score is a sum over them too; "
        + "channels that detect one part are added up to that part.",
      "A part counts by how it differs from an average face, and by where that points: towards the other photo's embedding is "
        + "positive, away from it negative, evidence against one person. Half is photo A's part against all of face B, half photo "
        + "B's part against all of face A, so a part can count though it is average, or hidden, in one photo.",
      "Same part is what is left when only like is compared with like: this part of A with this part of B.",
      "The average face's line is what any two photos share by the network's own offset. It is no evidence.",
      "Seen: how strongly the part's channels answer, against what they usually do, squared. Below 25 % the part is called hidden.",
    ]
    if !explanation.exact {
      items.append(
        "This network is not linear behind its explained layer. Contributions are integrated along the straight path from "
          + "the average activations to each photo's; what that leaves over is the remainder.")
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

  private static func ranked(_ ranking: CandidateRanking) -> ReportSection {
    let rows = ranking.candidates.prefix(50).enumerated().map { index, candidate -> DataTable.Row in
      let explanation = candidate.explanation
      let best = explanation.parts.filter { $0.kind == .part }.max { $0.contribution < $1.contribution }
      return DataTable.Row([
        .text("\(index + 1). \(candidate.name)"), .number(explanation.score),
        .text(explanation.same.map { $0 ? "same" : "different" } ?? "–"),
        explanation.probability.map { .number($0 * 100) } ?? .missing,
        .text(best.map { "\($0.part) \(NumberText.change($0.contribution, digits: 3))" } ?? "–"),
      ])
    }
    let more = ranking.candidates.count > 50 ? "The best 50 of \(ranking.candidates.count). " : ""
    let table = DataTable(
      title: "Candidates, best first",
      columns: [
        .text("Photo"), .number("Score", digits: 3), .text("Decision"), .number("Same person, %", digits: 0),
        .text("Most for it"),
      ], rows: rows,
      footnote: more + (ranking.candidates.count > 1 ? CandidateRanking.caution : ""))
    return ReportSection(
      "Ranking", blocks: [table] + (ranking.damaged.isEmpty ? [] : [Callout.leftOut(ranking.damaged)]))
  }

  /// What a line is called on the page.
  static func title(_ line: Explanation.Line) -> String {
    switch line.kind {
    case .part: line.part
    case .constant: "average face"
    case .remainder: "remainder"
    }
  }
}
