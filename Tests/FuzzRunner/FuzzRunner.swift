import ArgumentParsing
import Foundation
import FuzzTargets
import TerminalOutput

/// Fuzzes Facet's parsers for as long as one likes. See Tests/FuzzTargets.
@main
struct FuzzRunner: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "facet-fuzz",
    abstract: "Feeds Facet's parsers damaged files.",
    discussion: """
      The same seed and case number give the same file. After a crash the file that was read last is in --folder.
      """,
    examples: ["facet-fuzz --executions 1000000 --seed 7", "facet-fuzz --formats rec,bin --seconds 600"])

  @Option(help: "Formats, separated by commas; all without it.") var formats: String?
  @Option(help: "Executions of each format.") var executions = 100_000
  @Option(help: "The first case.") var from = 0
  @Option(help: "Seconds for each format at most; 0 for no limit.") var seconds = 0
  @Option(help: "The seed of all changes.") var seed = 0
  @Option(help: "A folder for the files that are read; in memory (/dev/shm) it is fastest.") var folder: String?
  @Option(help: "Write the counts as JSON.", valueName: "path") var json: String?

  static func main() { exit(main(arguments: Array(CommandLine.arguments.dropFirst()), output: .standard)) }

  mutating func run() throws {
    let names = formats.map { $0.split(separator: ",").map(String.init) }
    let targets = names == nil ? FuzzTarget.all : FuzzTarget.all + [FuzzTarget.greedy]
    let unknown = (names ?? []).filter { name in !targets.contains { $0.name == name } }
    guard unknown.isEmpty else {
      let known = FuzzTarget.all.map(\.name).joined(separator: ", ")
      throw UsageError("--formats: \(unknown.joined(separator: ", ")) is none of \(known)")
    }
    let folder = self.folder ?? FileManager.default.temporaryDirectory.appendingPathComponent("facet-fuzz").path
    var results: [Fuzzer.Result] = []
    var table = TextTable(["format", "executions", "accepted", "slowest s", "excess MB"])
    for target in targets where names?.contains(target.name) ?? true {
      let own = "\(folder)/\(target.name)"
      try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
      let fuzzer = try Fuzzer(target, seed: UInt64(bitPattern: Int64(seed)), folder: own)
      try fuzzer.readSeeds()
      let deadline = seconds > 0 ? Date().addingTimeInterval(Double(seconds)) : .distantFuture
      let result = try fuzzer.run(from..<(from + executions), until: deadline)
      results.append(result)
      table.addRow([
        result.format, String(result.executions), String(result.accepted),
        String(format: "%.3f", result.slowestSeconds),
        String(format: "%.1f", Double(max(0, result.excessMemory)) / 0x1p20),
      ])
    }
    CommandOutput.current.printLine(table.text())
    let total = results.reduce(0) { $0 + $1.executions }
    CommandOutput.current.printLine("\(total) executions, no crash, no hang")
    if let json { try writeJSON(results, to: json) }
  }
}
