import Foundation
import TerminalOutput
import Torch

/// What a run measured: the content of bench.json.
struct Results: Encodable {
  let machine: Machine
  let rows: [Row]
  /// Rows that could not be measured here.
  let skipped: [SkippedRow]

  /// The rows for a terminal.
  var table: String {
    var table = TextTable([
      "benchmark", "Facet", "against", "ratio", "spread", "bar", "aim", "result", "memory", "against",
    ])
    for row in rows {
      let range = row.spread.map { String(format: "%.3f", $0) }.joined(separator: "..")
      table.addRow([
        row.name, Results.seconds(row.facet), Results.seconds(row.peer), String(format: "%.3f", row.ratio), range,
        Results.bound(row.bar), Results.bound(row.aim), row.result, Results.mebibytes(row.memory?.facet),
        Results.mebibytes(row.memory?.peer),
      ])
    }
    let notes = skipped.map { "\($0.name): skipped, \($0.reason)" }
    return ([table.text()] + notes).joined(separator: "\n")
  }

  private static func bound(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "-" }

  /// Of tensors on the GPU where there are any, else of the process.
  private static func mebibytes(_ peak: PeakMemory?) -> String {
    peak.map { "\(($0.device ?? $0.resident) >> 20) MiB" } ?? "-"
  }

  static func seconds(_ value: Double) -> String {
    value < 0.1 ? String(format: "%.2f ms", value * 1000) : String(format: "%.3f s", value)
  }
}

/// A row whose peer, or whose program, is not there.
struct SkippedRow: Encodable {
  let name: String
  let reason: String
}

/// Two sides compared.
struct Row: Encodable {
  /// The most memory of each side, in bytes.
  struct Memory: Encodable {
    let facet: PeakMemory
    let peer: PeakMemory
  }

  let name: String
  /// Median seconds of the work, done once.
  let facet: Double
  let peer: Double
  let unit = "s"
  /// Facet's median over the peer's.
  let ratio: Double
  /// The ratio that must not be exceeded.
  let bar: Double?
  /// The ratio wished for.
  let aim: Double?
  /// Smallest and largest ratio of a single round.
  let spread: [Double]
  let rounds: Int
  /// Nil where it is not measured.
  let memory: Memory?

  init(name: String, times: StepTimes, memory: Memory?, bar: Double?, aim: Double?) {
    self.name = name
    self.memory = memory
    self.bar = bar
    self.aim = aim
    facet = times.facet.median
    peer = times.peer.median
    ratio = facet / peer
    spread = times.spread
    rounds = times.facet.count
  }

  /// Whether the bar is kept; nil without one.
  var passes: Bool? { bar.map { ratio <= $0 } }

  /// The verdict in the table.
  var result: String {
    guard let passes else { return "-" }
    guard passes else { return "miss" }
    return aim.map { ratio <= $0 } ?? false ? "aim" : "pass"
  }

  private enum Key: String, CodingKey { case name, facet, peer, unit, ratio, bar, aim, spread, rounds, memory }

  /// By hand because a missing bar or aim is written as null; the generated code would leave it out.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(facet, forKey: .facet)
    try container.encode(peer, forKey: .peer)
    try container.encode(unit, forKey: .unit)
    try container.encode(ratio, forKey: .ratio)
    try container.encode(bar, forKey: .bar)
    try container.encode(aim, forKey: .aim)
    try container.encode(spread, forKey: .spread)
    try container.encode(rounds, forKey: .rounds)
    try container.encode(memory, forKey: .memory)
  }
}
