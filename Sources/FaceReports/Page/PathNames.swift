/// Short names for files that are shown together.
public enum PathNames {
  /// The last name of each path where these tell them apart; else of each what follows the folders that all are in. Paths that
  /// are the same have the same name.
  public static func distinct(_ paths: [String]) -> [String] {
    let names = paths.map { path in path.split(separator: "/").filter { $0 != "." } }
    let last = names.map { $0.last.map(String.init) ?? "" }
    guard Set(last).count < Set(names).count, let first = names.first else { return last }
    func isFolderOfAll(_ index: Int) -> Bool {
      names.allSatisfy { $0.count > index + 1 && $0[index] == first[index] }
    }
    let common = first.indices.prefix(while: isFolderOfAll)
    return names.map { $0.dropFirst(common.count).joined(separator: "/") }
  }
}
