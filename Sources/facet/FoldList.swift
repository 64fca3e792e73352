import ArgumentParsing

/// Folds on the command line: "1-8", "9", "1,3,5-7".
struct FoldList: ExpressibleByArgument {
  let folds: [Int]

  init?(argument: String) {
    var folds: [Int] = []
    for part in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard let first = ends[0], let last = ends[ends.count - 1], ends.count <= 2, first >= 1,
        first <= last, last <= 1000
      else { return nil }
      folds += Array(first...last)
    }
    self.folds = Array(Set(folds)).sorted()
  }

  static var argumentKind: String { "a list of folds such as 1-8 or 1,3,9" }
  var argumentDescription: String { folds.map(String.init).joined(separator: ",") }
}
