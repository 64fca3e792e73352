import FaceNetworks

/// The fewest parts that would have to change for a decision to be the other one.
///
/// Two photos called the same person: the parts of one photo become the average face's, which says neither yes nor no. Two
/// called different people: they become the other photo's. The score is then computed anew, with both embeddings' lengths, so
/// it is what the network would have given, not a sum of shares.
public struct Counterfactual: Codable, Sendable, Equatable {
  /// What becomes of the parts.
  public enum Change: String, Codable, Sendable {
    case becomesAverage, becomesOther
  }

  public enum Photo: String, Codable, Sendable { case first, second }

  public var change: Change
  /// The photo whose parts change.
  public var photo: Photo
  /// In the order of the match's parts. Empty when no change of parts flips the decision.
  public var parts: [String]
  /// The score after the change; the score as it is when no change flips it.
  public var score: Double
  /// Whether every smaller choice of parts was tried, or every choice where none flips; else parts were added one by one, the
  /// best first.
  public var isFewest: Bool

  /// Whether there is such a change.
  public var flips: Bool { !parts.isEmpty }
}

extension FaceAccountant {
  /// Finds the fewest parts of either photo that flip the decision at `threshold`. Of equally many those that move the score
  /// furthest. Exact for up to `attempts` choices of parts (200 where the network is not affine), beyond that one part is
  /// added at a time.
  public func counterfactual(_ match: Match, threshold: Double, attempts: Int = 40_000) throws -> Counterfactual {
    let same = match.score >= threshold
    let groups = parts.groups.indices.filter { group in
      !match.ignored.contains(parts.groups[group].name) && match.parts.contains { $0.name == parts.groups[group].name }
    }
    let change: Counterfactual.Change = same ? .becomesAverage : .becomesOther
    // Passes through the network are dear.
    let search = PartSearch(
      count: groups.count, limit: isExact ? attempts : min(attempts, 200), lowers: same, threshold: threshold)
    var best: Counterfactual?
    for photo in [Counterfactual.Photo.first, .second] {
      let (face, other) = photo == .first ? (match.first, match.second) : (match.second, match.first)
      guard let found = try search.run(scorer(face, other, groups, change)) else { continue }
      let candidate = Counterfactual(
        change: change, photo: photo, parts: found.members.map { parts.groups[groups[$0]].name }, score: found.score,
        isFewest: found.isFewest)
      let gain = { (c: Counterfactual) in same ? -c.score : c.score }
      if best.map({ (candidate.parts.count, -gain(candidate)) < ($0.parts.count, -gain($0)) }) ?? true {
        best = candidate
      }
    }
    return best
      ?? Counterfactual(
        change: change, photo: .second, parts: [], score: match.score, isFewest: search.isComplete)
  }

  /// The score when the parts numbered in `groups` have changed in `face`.
  private func scorer(
    _ face: ExaminedFace, _ other: ExaminedFace, _ groups: [Int], _ change: Counterfactual.Change
  ) throws -> ([Int]) throws -> Double {
    if let affine {
      let changed = try ChangedScore(face, other, groups, change, affine: affine, parts: parts)
      return { changed($0) }
    }
    return { members in
      let wanted = Set(members.map { groups[$0] })
      let changed = try replacing(face, from: other) { channel, isMirrored in
        guard wanted.contains(parts.group(of: channel, mirrored: isMirrored)) else { return .own }
        return change == .becomesAverage ? .average : .other
      }
      return inner(changed.embedding, other.embedding) / (changed.length * other.length)
    }
  }
}

/// Scores of a face with some parts changed, from inner products taken once: the embedding is affine in the parts.
private struct ChangedScore {
  /// Views of the changed face: their embedding, and what changing each part adds to it.
  private let views: Int
  private let products: [[Double]]
  private let along: [Double]
  private let parts: Int
  private let otherLength: Double

  init(
    _ face: ExaminedFace, _ other: ExaminedFace, _ groups: [Int], _ change: Counterfactual.Change,
    affine: AffineEmbedding, parts: FaceParts
  ) throws {
    self.parts = groups.count
    views = face.views.count
    otherLength = other.length
    var vectors: [[Double]] = []
    for (index, view) in face.views.enumerated() {
      vectors.append(view.embedding)
      let own = try parts.vectors(of: view, channels: face.channels, affine)
      let others =
        change == .becomesAverage
        ? nil : try parts.vectors(of: other.views[index], channels: face.channels, affine)
      for group in groups {
        vectors.append(own[group].indices.map { (others?[group][$0] ?? 0) - own[group][$0] })
      }
    }
    products = vectors.map { a in vectors.map { inner(a, $0) } }
    along = vectors.map { inner($0, other.embedding) }
  }

  func callAsFunction(_ members: [Int]) -> Double {
    let indices = (0..<views).map { view in [view * (parts + 1)] + members.map { view * (parts + 1) + 1 + $0 } }
    func product(_ a: [Int], _ b: [Int]) -> Double {
      a.reduce(0) { sum, i in b.reduce(sum) { $0 + products[i][$1] } }
    }
    let cross = indices.map { view in view.reduce(0) { $0 + along[$1] } }
    let lengths = indices.map { max(product($0, $0), 1e-24).squareRoot() }
    if views == 1 { return cross[0] / (lengths[0] * otherLength) }
    // With flips the views' embeddings are added at unit length.
    var square = 0.0
    for i in 0..<views {
      for j in 0..<views { square += product(indices[i], indices[j]) / (lengths[i] * lengths[j]) }
    }
    let sum = zip(cross, lengths).reduce(0) { $0 + $1.0 / $1.1 }
    return sum / (square.squareRoot() * otherLength)
  }
}

/// Looks for the smallest set of numbers that brings a score over a threshold.
struct PartSearch {
  let count: Int
  /// How many sets may be tried one by one.
  let limit: Int
  /// Whether the score is to fall below the threshold, rather than to reach it.
  let lowers: Bool
  let threshold: Double

  /// Whether all sets are tried, of whatever size, before it gives up.
  var isComplete: Bool { count < Int.bitWidth - 2 && (1 << count) - 1 <= limit }

  typealias Found = (members: [Int], score: Double, isFewest: Bool)

  func run(_ score: ([Int]) throws -> Double) rethrows -> Found? {
    var tried = 0
    var start: [Int] = []
    for size in 1...max(1, count) where size <= count {
      let sets = PartSearch.choices(size, of: count)
      guard tried + sets <= limit else { return try greedy(from: start, score) }
      tried += sets
      let best = try strongest(size, score)
      if flips(best.score) { return (best.members, best.score, true) }
      start = best.members
    }
    return nil
  }

  private func flips(_ score: Double) -> Bool { lowers ? score < threshold : score >= threshold }
  private func isStronger(_ a: Double, _ b: Double) -> Bool { lowers ? a < b : a > b }

  /// Of all sets of a size, the one that moves the score furthest.
  private func strongest(_ size: Int, _ score: ([Int]) throws -> Double) rethrows -> (members: [Int], score: Double) {
    var members = Array(0..<size)
    var best = (members: members, score: try score(members))
    while let place = members.indices.last(where: { members[$0] < count - size + $0 }) {
      members[place] += 1
      for later in members.indices where later > place { members[later] = members[later - 1] + 1 }
      let value = try score(members)
      if isStronger(value, best.score) { best = (members, value) }
    }
    return best
  }

  private func greedy(from start: [Int], _ score: ([Int]) throws -> Double) rethrows -> Found? {
    var members = start
    while members.count < count {
      var best: (members: [Int], score: Double)?
      for next in 0..<count where !members.contains(next) {
        let wider = (members + [next]).sorted()
        let value = try score(wider)
        if best.map({ isStronger(value, $0.score) }) ?? true { best = (wider, value) }
      }
      guard let best else { return nil }
      members = best.members
      if flips(best.score) { return (members, best.score, false) }
    }
    return nil
  }

  /// How many sets of `size` there are among `count`.
  static func choices(_ size: Int, of count: Int) -> Int {
    (0..<size).reduce(1) { $0 * (count - $1) / ($1 + 1) }
  }
}
