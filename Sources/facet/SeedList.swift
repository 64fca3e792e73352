import ArgumentParsing

/// Seeds on the command line: "0,1,5".
struct SeedList: ExpressibleByArgument {
  let seeds: [UInt64]

  init?(argument: String) {
    let seeds = argument.split(separator: ",", omittingEmptySubsequences: false).map { UInt64($0) }
    guard seeds.allSatisfy({ $0 != nil }), Set(seeds).count == seeds.count else { return nil }
    self.seeds = seeds.compactMap { $0 }
  }

  static var argumentKind: String { "a list of different seeds such as 0,1,5" }
  var argumentDescription: String { seeds.map(String.init).joined(separator: ",") }
}
