extension ProceduralFaces {
  /// Pairs to verify, by turns of the same person and of different persons, the same number of each in every fold
  /// up to one. No pair comes twice: there are fewer than `count` where there are no more. With at least two persons a fold, no
  /// person is in two folds, as in LFW.
  ///
  /// Throws `ProceduralFacesError` for fewer than two persons or photos each, and for impossible counts.
  public func pairs(count: Int, seed: UInt64, folds: Int = 10) throws -> [FacePair] {
    try ProceduralFacesError.check("pair count", count, in: 1...100_000_000)
    try ProceduralFacesError.check("folds", folds, in: 1...1000)
    try require("identities", identityCount, for: "pairs of different persons")
    try require("photos per identity", photosPerIdentity, for: "pairs of the same person")
    var random = SeededRandom(seed: seed, stream: "procedural pairs")
    // Persons of a fold are `folds` apart; too few for that are in all of them.
    let groups = identityCount >= 2 * folds ? folds : 1
    let wanted = (count + 1) / 2 / groups + 1
    var drawers = (0..<groups).map { group in
      [true, false].map { same in
        PairDrawer(
          same: same, persons: Array(stride(from: group, to: identityCount, by: groups)), photos: photosPerIdentity,
          wanted: wanted, seed: seed)
      }
    }
    let rounds = drawers.map { $0.map(\.count).min()! }
    var drawn = [Int](repeating: 0, count: groups)
    var result: [FacePair] = []
    result.reserveCapacity(min(count, 2 * rounds.reduce(0, +)))
    for turn in 0..<((count + 1) / 2) {
      let (fold, group) = (turn % folds, turn % folds % groups)
      guard drawn[group] < rounds[group] else { continue }
      drawn[group] += 1
      for kind in 0..<(2 * turn + 1 < count ? 2 : 1) {
        var pair = drawers[group][kind].next(&random)
        pair.fold = fold
        result.append(pair)
      }
    }
    return result
  }

  /// This set with pairs to verify. Throws as `pairs(count:seed:folds:)`.
  public func verificationSet(pairs count: Int, seed: UInt64, folds: Int = 10) throws -> VerificationSet {
    VerificationSet(name: name, dataset: self, pairs: try pairs(count: count, seed: seed, folds: folds))
  }

  private func require(_ what: String, _ have: Int, for purpose: String) throws {
    guard have >= 2 else { throw ProceduralFacesError.tooFew(what: what, have: have, need: 2, purpose: purpose) }
  }
}

/// Draws different pairs of one kind of some persons, each once.
private struct PairDrawer {
  let same: Bool
  let persons: [Int]
  let photos: Int
  /// How many there are.
  let count: Int
  private var seen: Set<FacePair> = []
  /// All of them, in a random order, where so many are wanted that drawing would meet few new ones.
  private var listed: [FacePair]?
  private var taken = 0

  init(same: Bool, persons: [Int], photos: Int, wanted: Int, seed: UInt64) {
    (self.same, self.persons, self.photos) = (same, persons, photos)
    let own = photos * (photos - 1) / 2
    count = same ? persons.count * own : persons.count * (persons.count - 1) / 2 * photos * photos
    guard wanted > count / 2 else { return }
    var all: [FacePair] = []
    all.reserveCapacity(count)
    for (place, person) in persons.enumerated() {
      for photo in 0..<photos {
        if same {
          for other in (photo + 1)..<photos { all.append(pair(person, photo, person, other)) }
        } else {
          for second in persons[(place + 1)...] {
            for other in 0..<photos { all.append(pair(person, photo, second, other)) }
          }
        }
      }
    }
    var random = SeededRandom(seed: seed, stream: "procedural pairs", same ? 1 : 0, persons[0])
    random.shuffle(&all)
    listed = all
  }

  /// A pair that did not come yet, in fold 0. Traps when there is none.
  mutating func next(_ random: inout SeededRandom) -> FacePair {
    if let listed {
      taken += 1
      return listed[taken - 1]
    }
    while true {
      let drawn = draw(&random)
      if seen.insert(drawn).inserted { return drawn }
    }
  }

  private func draw(_ random: inout SeededRandom) -> FacePair {
    let first = random.index(persons.count)
    let second = same ? first : (first + 1 + random.index(persons.count - 1)) % persons.count
    let photo = random.index(photos)
    let other = same ? (photo + 1 + random.index(photos - 1)) % photos : random.index(photos)
    return pair(persons[first], photo, persons[second], other)
  }

  private func pair(_ person: Int, _ photo: Int, _ other: Int, _ otherPhoto: Int) -> FacePair {
    let (a, b) = (person * photos + photo, other * photos + otherPhoto)
    return FacePair(first: min(a, b), second: max(a, b), same: same, fold: 0)
  }
}

extension SeededRandom {
  fileprivate mutating func index(_ count: Int) -> Int { min(count - 1, Int(uniform() * Double(count))) }
}
