import FaceDatasets
import FaceImages
import Testing

@Suite struct RandomPairsTests {
  /// People with so many photos each.
  private struct People: FaceDataset {
    let name = "people"
    let labels: [Int]
    init(_ photos: [Int]) { labels = photos.enumerated().flatMap { [Int](repeating: $0.offset, count: $0.element) } }
    var count: Int { labels.count }
    var identityCount: Int { Set(labels).count }
    func label(at index: Int) -> Int { labels[index] }
    func source(at index: Int) -> String { "\(index)" }
    func image(at index: Int, minimumSide: Int?) throws -> Image { Image(width: 1, height: 1) }
  }

  /// Whoever has few photos has few pairs of one person: no more of two people are drawn then, and the other way round.
  @Test(arguments: [
    ([Int](repeating: 3, count: 10), 6000, 30), ([2, 2, 2, 2, 2] + [Int](repeating: 1, count: 95), 6000, 5),
    ([5, 1], 6000, 5), ([4, 4, 4], 8, 4), ([Int](repeating: 20, count: 40), 1000, 500),
  ])
  func halfAreOfOnePerson(photos: [Int], count: Int, half: Int) {
    let people = People(photos)
    let pairs = RandomPairs.balanced(people, count: count, seed: 3)
    #expect(pairs.count == 2 * half && pairs.count(where: \.same) == half)
    #expect(
      pairs.allSatisfy { $0.first < $0.second && (people.labels[$0.first] == people.labels[$0.second]) == $0.same })
    #expect(Set(pairs.map { [$0.first, $0.second] }).count == pairs.count, "each comes once")
    let folds = Dictionary(grouping: pairs, by: \.fold)
    #expect(folds.count == min(10, half) && folds.values.allSatisfy { 2 * $0.count(where: \.same) == $0.count })
    #expect(RandomPairs.balanced(people, count: count, seed: 3) == pairs)
  }

  @Test(arguments: [[1, 1, 1], [4], []]) func whereAKindIsMissingThereAreNone(photos: [Int]) {
    #expect(RandomPairs.balanced(People(photos), count: 100, seed: 1).isEmpty)
  }
}
