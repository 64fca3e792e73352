import Foundation
import FuzzTargets
import TestSupport
import Testing

/// A short run of every parser; `make fuzz` runs for longer.
@Suite struct FuzzTests {
  /// A process of its own for each: the peak of memory that is watched is the whole process's, other tests' with it.
  @Test(arguments: FuzzTarget.all.map(\.name))
  func survivesDamagedFiles(name: String) throws {
    let folder = try TemporaryFolder()
    let counts = folder.path + "/counts.json"
    let run = try Program.run(
      Program.built("facet-fuzz"),
      ["--formats", name, "--executions", "200", "--seed", "1", "--folder", folder.path, "--json", counts])
    try #require(run.code == 0, "\(run.output)\(run.errors)")
    let results = try JSONDecoder().decode([Fuzzer.Result].self, from: Data(contentsOf: URL(fileURLWithPath: counts)))
    let result = try #require(results.first)
    #expect(results.count == 1 && result.format == name)
    #expect(result.executions == 200)
    // Some changes do no harm, most do.
    #expect(result.accepted < 200)
    #expect(result.slowestSeconds < 5)
  }

  /// What is watched in `survivesDamagedFiles`: a parser that takes much more than its file is found.
  @Test func aParserThatTakesTooMuchIsFound() throws {
    let folder = try TemporaryFolder()
    let run = try Program.run(
      Program.built("facet-fuzz"),
      ["--formats", "greedy", "--executions", "8", "--folder", folder.path])
    #expect(run.code == 1, "\(run.output)\(run.errors)")
    #expect(run.errors.contains("beyond ten times the file"))
  }

  @Test func theSameSeedMakesTheSameFiles() throws {
    let seeds = FuzzTarget.all[0].seeds
    func file(_ number: Int) -> [UInt8] {
      var mutator = Mutator(seeds: seeds, seed: 5, stream: "x", case: number)
      return Array(mutator.next())
    }
    #expect(file(3) == file(3))
    #expect(Set((0..<50).map(file)).count > 45)
  }
}
