import FuzzTargets
import TestSupport
import Testing

/// A short run of every parser; `facet-fuzz` runs for longer. One after the other, since memory belongs to the process.
@Suite(.serialized) struct FuzzTests {
  @Test(arguments: FuzzTarget.all.map(\.name))
  func survivesDamagedFiles(name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let folder = try TemporaryFolder()
    let fuzzer = try Fuzzer(target, seed: 1, folder: folder.path)
    try fuzzer.readSeeds()
    let result = try fuzzer.run(0..<200)
    #expect(result.executions == 200)
    // Some changes do no harm, most do.
    #expect(result.accepted < 200)
    #expect(result.slowestSeconds < 5)
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
