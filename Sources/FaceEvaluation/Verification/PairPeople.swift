import FaceDatasets

/// Whom a protocol's pairs show, as numbers of the dataset's identities, and the folds they are in.
public struct PairPeople: Codable, Sendable, Equatable {
  /// Of each pair of one person.
  public let same: [Int]
  /// Of each pair of two people, the one and the other.
  public let first: [Int]
  public let second: [Int]
  /// The cross-validation's fold of each pair of one person, and of two.
  public let sameFolds: [Int]
  public let differentFolds: [Int]

  /// Why nobody knows whom pairs show.
  struct Unknown: Error { var reason: String }

  /// `label`: the identity of a photo; `folds`: those of the pairs.
  init(_ pairs: [FacePair], folds: [Int], label: (Int) -> Int) throws(Unknown) {
    let people = pairs.map { (label($0.first), label($0.second)) }
    guard !people.contains(where: { $0.0 == PartlyLabeled.noLabel || $0.1 == PartlyLabeled.noLabel }) else {
      throw Unknown(reason: "some pairs show people whom nobody named")
    }
    guard zip(pairs, people).allSatisfy({ $0.same == ($1.0 == $1.1) }) else {
      throw Unknown(reason: "some pairs are not of as many people as they say, by the photos' names")
    }
    let (alike, apart) = (pairs.indices.filter { pairs[$0].same }, pairs.indices.filter { !pairs[$0].same })
    same = alike.map { people[$0].0 }
    (first, second) = (apart.map { people[$0].0 }, apart.map { people[$0].1 })
    (sameFolds, differentFolds) = (alike.map { folds[$0] }, apart.map { folds[$0] })
  }

  /// Whether these are as many pairs, of one person and of two.
  func isOf(same: Int, different: Int) -> Bool {
    self.same.count == same && sameFolds.count == same
      && [first, second, differentFolds].allSatisfy { $0.count == different }
  }

  /// Each person once, in the order of the pairs.
  var everybody: [Int] {
    var seen: Set<Int> = []
    return (same + first + second).filter { seen.insert($0).inserted }
  }
}
