import Foundation

extension CFP {
  /// What the identities' people are called, by `Data/list_name.txt`: a name a line, that of 001 in the first. Empty where there is no such list.
  /// Throws `DatasetError` when this is not CFP, or a line is no identity's.
  public static func people(root: String) throws -> [(identity: String, name: String)] {
    let file = Disk.join(try locate(root), "Data/list_name.txt")
    guard Disk.isFile(file) else { return [] }
    return try Disk.lines(file).map { number, name in
      guard number <= identityCount else {
        throw DatasetError(
          .malformed, path: file, line: number, problem: "CFP has 500 people, a name a line",
          remedy: "give the list as its authors ship it")
      }
      return (padded(number, 3), name)
    }
  }

  private static let identityCount = 10 * identitiesPerFold
}

extension IdentityMatch {
  /// CFP's people who are in LFW by their names: CFP as dataset `first`, LFW as `second`. Accents, case and what is no letter or digit
  /// make no difference; a name that is spelled otherwise is not found, and one that several have is all of theirs. Empty where
  /// CFP's list of names is not there. Throws `DatasetError` when one of the two is not what it is said to be.
  public static func byName(cfp: String, lfw: String, first: Int, second: Int) throws -> [IdentityMatch] {
    let people = try CFP.people(root: cfp)
    guard !people.isEmpty else { return [] }
    let identities = Dictionary(grouping: people) { letters($0.name) }
    return try ImageFolder(root: LFW.locate(lfw)).identityNames.flatMap { name in
      let key = letters(name)
      return (key.isEmpty ? [] : identities[key] ?? []).map {
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
