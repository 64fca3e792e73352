import Foundation

extension CFP {
  /// What the identities' people are called, by `Data/list_name.txt`: a name a line, 001's first. Empty where there is no such list. Throws
  /// `DatasetError` when this is not CFP, or the list has more lines than CFP has people.
  public static func people(root: String) throws -> [(identity: String, name: String)] {
    let file = Disk.join(try locate(root), "Data/list_name.txt")
    guard Disk.isFile(file) else { return [] }
    let lines = try Disk.lines(file)
    guard lines.count <= identityCount else {
      throw DatasetError(
        .malformed, path: file, problem: "holds \(lines.count) names", remedy: "a name a line, of 500 people at most")
    }
    return lines.enumerated().map { (padded($0 + 1, 3), $1.text) }
  }

  private static let identityCount = 10 * identitiesPerFold
}

extension IdentityMatch {
  /// CFP's people who are in LFW by their names: CFP as dataset `first`, LFW as `second`. Accents, case and what is no letter or digit
  /// make no difference; a name that is spelled otherwise is not found. Empty where CFP's list of names is not there. Throws
  /// `DatasetError` when one of the two is not what it is said to be.
  public static func byName(cfp: String, lfw: String, first: Int, second: Int) throws -> [IdentityMatch] {
    let people = try CFP.people(root: cfp)
    guard !people.isEmpty else { return [] }
    let identities = Dictionary(grouping: people) { letters($0.name) }
    return try ImageFolder(root: LFW.locate(lfw)).identityNames.flatMap { name in
      (identities[letters(name)] ?? []).map {
        IdentityMatch(Place(dataset: first, name: $0.identity), Place(dataset: second, name: name))
      }
    }
  }

  /// "aishwaryarai" for "Aishwarya Rai" and "Aishwarya_Rai".
  private static func letters(_ name: String) -> String {
    let plain = name.folding(
      options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "en_US_POSIX"))
    return plain.filter { $0.isLetter || $0.isNumber }
  }
}
