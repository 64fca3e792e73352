import Foundation
import TerminalOutput

/// What a run measured: the content of bench.json.
struct Results: Encodable {
  let machine: Machine
  let rows: [Row]

  /// The rows for a terminal.
  var table: String {
    var table = TextTable(["benchmark", "Facet", "against", "ratio", "spread", "bar", "result"])
    for row in rows {
      let range = row.spread.map { String(format: "%.3f", $0) }.joined(separator: "..")
      table.addRow([
        row.name, Results.seconds(row.facet), Results.seconds(row.peer), String(format: "%.3f", row.ratio), range,
        row.bar.map { String(format: "%.2f", $0) } ?? "-", row.passes.map { $0 ? "pass" : "miss" } ?? "-",
      ])
    }
    return table.text()
  }

  static func seconds(_ value: Double) -> String { String(format: "%.3f s", value) }
}

/// Two sides compared.
struct Row: Encodable {
  let name: String
  /// Median seconds of a step.
  let facet: Double
  let peer: Double
  let unit = "s"
  /// Facet's median over the peer's.
  let ratio: Double
  /// The ratio that must not be exceeded.
  let bar: Double?
  /// Smallest and largest ratio of a single round.
  let spread: [Double]
  let rounds: Int

  init(name: String, times: StepTimes, bar: Double?) {
    self.name = name
    self.bar = bar
    facet = times.facet.median
    peer = times.peer.median
    ratio = facet / peer
    spread = times.spread
    rounds = times.facet.count
  }

  /// Whether the bar is kept; nil without one.
  var passes: Bool? { bar.map { ratio <= $0 } }

  private enum Key: String, CodingKey { case name, facet, peer, unit, ratio, bar, spread, rounds }

  /// By hand because a missing bar is written as null; the generated code would leave it out.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(facet, forKey: .facet)
    try container.encode(peer, forKey: .peer)
    try container.encode(unit, forKey: .unit)
    try container.encode(ratio, forKey: .ratio)
    try container.encode(bar, forKey: .bar)
    try container.encode(spread, forKey: .spread)
    try container.encode(rounds, forKey: .rounds)
  }
}
