import ExplainableChannels
import FaceEvaluation
import Foundation
import TerminalOutput

/// A faithfulness report as tables.
enum FaithfulnessText {
  static func heading(_ report: FaithfulnessReport) -> String {
    let protocols = report.protocols.map {
      "\($0.name): \($0.pairs) pairs, \(percent($0.accuracy)) right at the threshold \(number($0.threshold, 3))"
    }
    let triplets = report.triplets.map { ["\($0.count) triplets, of which the network notices \($0.hits)"] } ?? []
    return
      (["\(report.model) (\(report.channelLoss)): \(report.data), seed \(report.settings.seed)"] + protocols + triplets)
      .joined(separator: "\n")
  }

  static func tables(_ report: FaithfulnessReport) -> [(title: String, table: TextTable)] {
    var tables = [("Explainers", main(report))]
    if report.triplets != nil { tables.append(("Triplets won, by exchanged part", byPart(report))) }
    if report.explainers.contains(where: { !$0.sanity.isEmpty }) { tables.append(("Redrawn weights", sanity(report))) }
    return tables
  }

  /// A row an explainer and reading of parts.
  private static func main(_ report: FaithfulnessReport) -> TextTable {
    let removal = report.protocols.flatMap { ["deletion \($0.name)", "insertion \($0.name)"] }
    let game = report.triplets == nil ? [] : ["parts", "game", "95 %", "noticed", "pointing"]
    var table = TextTable(["explainer"] + removal + game + ["ms a pair"])
    for explainer in report.explainers {
      let areas = explainer.removal.flatMap { [estimate($0.deletionArea, 3), estimate($0.insertionArea, 3)] }
      let time = explainer.seconds.map { number($0.mean * 1000, $0.mean < 0.1 ? 2 : 0) } ?? "-"
      let first = game.isEmpty ? [] : won(explainer.game.first)
      table.addRow([explainer.name] + areas + first + [time])
      for other in explainer.game.dropFirst() {
        table.addRow([explainer.name] + removal.map { _ in "-" } + won(other) + ["-"])
      }
    }
    return table
  }

  private static func won(_ game: GameResult?) -> [String] {
    guard let game else { return ["-", "-", "-", "-", "-"] }
    let interval = game.all.interval.map { "\(percent($0.lowerBound))-\(percent($0.upperBound))" } ?? "-"
    return [
      game.reading.rawValue, percent(game.all.value), interval, percent(game.noticed.value),
      game.pointing.map { percent($0.value) } ?? "-",
    ]
  }

  private static func byPart(_ report: FaithfulnessReport) -> TextTable {
    var table = TextTable(["explainer", "parts"] + GamePart.allCases.map(\.rawValue))
    func cells(_ game: GameResult, _ hits: (GamePart, Share) -> Int) -> [String] {
      GamePart.allCases.map { part in game.byPart[part].map { "\(hits(part, $0))/\($0.count)" } ?? "-" }
    }
    // What no explainer can make up for; alike for all of them.
    if let game = report.explainers.first?.game.first {
      table.addRow(["the network", "noticed"] + cells(game) { part, _ in game.noticedByPart[part]?.count ?? 0 })
    }
    for explainer in report.explainers {
      for game in explainer.game {
        table.addRow([explainer.name, game.reading.rawValue] + cells(game) { _, won in won.hits })
      }
    }
    return table
  }

  private static func sanity(_ report: FaithfulnessReport) -> TextTable {
    var table = TextTable(["explainer", "redrawn", "rank correlation", "parts", "game", "with the trained network"])
    for explainer in report.explainers {
      for check in explainer.sanity {
        let correlation = estimate(check.rankCorrelation, 3)
        if check.game.isEmpty { table.addRow([explainer.name, check.redrawn.rawValue, correlation, "-", "-", "-"]) }
        for game in check.game {
          let trained = explainer.game.first { $0.reading == game.reading }
          table.addRow([
            explainer.name, check.redrawn.rawValue, correlation, game.reading.rawValue, percent(game.all.value),
            trained.map { percent($0.all.value) } ?? "-",
          ])
        }
      }
    }
    return table
  }

  private static func estimate(_ value: MeanEstimate, _ digits: Int) -> String {
    number(value.mean, digits) + (value.margin.map { " ± " + number($0, digits) } ?? "")
  }

  private static func percent(_ share: Double) -> String { share.isNaN ? "-" : number(100 * share, 1) + " %" }
  private static func number(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
}
