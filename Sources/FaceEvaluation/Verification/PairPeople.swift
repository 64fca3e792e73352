import FaceDatasets

/// Whom a protocol's pairs show, as numbers of the dataset's identities.
public struct PairPeople: Codable, Sendable, Equatable {
  /// Of each pair of one person.
  public let same: [Int]
  /// Of each pair of two people, both.
  public let different: [[Int]]

  /// `label`: the identity of a photo. Nil where somebody is nobody known, or where a pair's people are not as many as it says.
  init?(_ pairs: [FacePair], label: (Int) -> Int) {
    var (same, different): ([Int], [[Int]]) = ([], [])
    for pair in pairs {
      let people = [label(pair.first), label(pair.second)]
      guard !people.contains(PartlyLabeled.noLabel), (people[0] == people[1]) == pair.same else { return nil }
      if pair.same { same.append(people[0]) } else { different.append(people) }
    }
    (self.same, self.different) = (same, different)
  }

  /// Each person once, in the order of the pairs.
  var everybody: [Int] {
    var seen: Set<Int> = []
    return (same + different.joined()).filter { seen.insert($0).inserted }
  }
}
