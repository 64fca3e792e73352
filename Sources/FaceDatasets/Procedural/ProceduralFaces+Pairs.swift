extension ProceduralFaces {
  /// Pairs to verify, by turns of the same person and of different persons, the same number of each in every fold
  /// up to one. No pair comes twice while there are others left. With at least two persons a fold, no person is in
  /// two folds, as in LFW.
  ///
  /// Throws `ProceduralFacesError` for fewer than two persons or photos each, and for impossible counts.
  public func pairs(count: Int, seed: UInt64, folds: Int = 10) throws -> [FacePair] {
    try ProceduralFacesError.check("pair count", count, in: 1...100_000_000)
    try ProceduralFacesError.check("folds", folds, in: 1...1000)
    try require("identities", identityCount, for: "pairs of different persons")
    try require("photos per identity", photosPerIdentity, for: "pairs of the same person")
    var random = SeededRandom(seed: seed, stream: "procedural pairs")
    var seen: Set<FacePair> = []
    return (0..<count).map { i in
      let fold = i / 2 % folds
      let same = i.isMultiple(of: 2)
      var pair = draw(same: same, fold: fold, folds: folds, &random)
      // A small set may have no new pair left: give up after a while.
      for _ in 0..<50 where seen.contains(pair) { pair = draw(same: same, fold: fold, folds: folds, &random) }
      seen.insert(pair)
      return pair
    }
  }

  /// This set with pairs to verify. Throws as `pairs(count:seed:folds:)`.
  public func verificationSet(pairs count: Int, seed: UInt64, folds: Int = 10) throws -> VerificationSet {
    VerificationSet(name: name, dataset: self, pairs: try pairs(count: count, seed: seed, folds: folds))
  }

  private func require(_ what: String, _ have: Int, for purpose: String) throws {
    guard have >= 2 else { throw ProceduralFacesError.tooFew(what: what, have: have, need: 2, purpose: purpose) }
  }

  private func draw(same: Bool, fold: Int, folds: Int, _ random: inout SeededRandom) -> FacePair {
    // Persons of a fold are `folds` apart.
    let step = identityCount >= 2 * folds ? folds : 1
    let start = step == 1 ? 0 : fold
    let persons = (identityCount - start + step - 1) / step
    let first = random.index(persons)
    let second = same ? first : (first + 1 + random.index(persons - 1)) % persons
    let photo = random.index(photosPerIdentity)
    let other =
      same ? (photo + 1 + random.index(photosPerIdentity - 1)) % photosPerIdentity : random.index(photosPerIdentity)
    let a = (start + first * step) * photosPerIdentity + photo
    let b = (start + second * step) * photosPerIdentity + other
    return FacePair(first: min(a, b), second: max(a, b), same: same, fold: fold)
  }
}

extension SeededRandom {
  fileprivate mutating func index(_ count: Int) -> Int { min(count - 1, Int(uniform() * Double(count))) }
}
