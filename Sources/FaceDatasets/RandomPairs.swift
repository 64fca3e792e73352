/// Verification pairs of a dataset that comes without a protocol.
public enum RandomPairs {
  /// Half pairs of one person, half of two, drawn with a seed; ten folds. As many as there are of the scarcer kind, up to
  /// half of `count`; photos of nobody known are left out; none when nobody has two photos or there is only one person.
  public static func balanced(_ dataset: any FaceDataset, count: Int, seed: UInt64) -> [FacePair] {
    var photos: [Int: [Int]] = [:]
    for index in 0..<dataset.count {
      let label = dataset.label(at: index)
      if label != PartlyLabeled.noLabel { photos[label, default: []].append(index) }
    }
    let people = photos.keys.sorted()
    let repeated = people.filter { photos[$0]!.count > 1 }
    guard people.count > 1, !repeated.isEmpty else { return [] }
    var random = SeededRandom(seed: seed, stream: "pairs")
    var seen: Set<FacePair> = []
    func drawn(_ same: Bool, _ wanted: Int) -> [FacePair] {
      var pairs: [FacePair] = []
      // Twenty tries a pair: small sets run out of different ones.
      for _ in 0..<(wanted * 20) where pairs.count < wanted {
        let (first, second) = draw(same, photos, same ? repeated : people, &random)
        var pair = FacePair(first: min(first, second), second: max(first, second), same: same, fold: 0)
        guard seen.insert(pair).inserted else { continue }
        pair.fold = pairs.count % 10
        pairs.append(pair)
      }
      return pairs
    }
    let same = drawn(true, count / 2)
    let different = drawn(false, same.count)
    return same.prefix(different.count) + different
  }

  private static func draw(
    _ same: Bool, _ photos: [Int: [Int]], _ people: [Int], _ random: inout SeededRandom
  ) -> (Int, Int) {
    let one = random.int(below: people.count)
    let own = photos[people[one]]!
    let first = random.int(below: own.count)
    if same { return (own[first], own[(first + 1 + random.int(below: own.count - 1)) % own.count]) }
    let other = photos[people[(one + 1 + random.int(below: people.count - 1)) % people.count]]!
    return (own[first], other[random.int(below: other.count)])
  }
}
