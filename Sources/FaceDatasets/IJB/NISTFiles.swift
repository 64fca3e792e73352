/// Where NIST's tables of IJB are. Its archives came in three shapes.
struct NISTFiles: Sendable {
  let benchmark: IJB.Benchmark
  /// Tables of the templates that are compared one with another.
  let compared: [String]
  /// Pairs of them: two numbers a line.
  let pairs: String
  /// Tables of the templates that are searched among, with their names, and of those searched with.
  let galleries: [(name: String, file: String)]
  let probes: String

  /// Looks for IJB-C's `protocols/test1` and `protocols/test4`; else for tables called after the benchmark
  /// (`ijbc_1N_gallery_G1.csv`) in `protocols`, `protocols/archive` or, as IJB-B has it, `protocol`. By names alone; nil where
  /// there is neither.
  init?(at root: String) {
    func path(_ name: String) -> String { Disk.join(root, name) }
    let enrolled = path("protocols/test1/enroll_templates.csv")
    if Disk.isFile(enrolled) {
      benchmark = .c
      compared = [enrolled, path("protocols/test1/verif_templates.csv")]
      pairs = path("protocols/test1/match.csv")
      galleries = IJB.Benchmark.c.galleries.map { ($0, path("protocols/test4/gallery_\($0).csv")) }
      probes = path("protocols/test4/probes.csv")
      return
    }
    for benchmark in IJB.Benchmark.allCases {
      for folder in ["protocols", "protocols/archive", "protocol"] {
        func table(_ name: String) -> String { path("\(folder)/\(benchmark.rawValue)_\(name).csv") }
        let galleries = benchmark.galleries.map { (name: $0, file: table("1N_gallery_\($0)")) }
        guard Disk.isFile(galleries[0].file) else { continue }
        self.benchmark = benchmark
        self.galleries = galleries
        probes = table("1N_probe_mixed")
        compared = galleries.map(\.file) + [probes]
        pairs = table("11_\(benchmark.galleries.joined(separator: "_"))_matches")
        return
      }
    }
    return nil
  }

  /// The tables of the search that are there; none where none of them is.
  var hasSearch: Bool { (galleries.map(\.file) + [probes]).contains(where: Disk.isFile) }
}
