/// The candidate that was most likely meant by a mistyped word, or nil when nothing is close.
///
/// Close means at most a third of the letters changed (at least one may be), in any case, counted as insertions,
/// deletions, replacements and swaps of neighbors; or, failing that, the only candidate that starts with the word.
/// Of equally close candidates the first wins. O(n m) per candidate.
public func nearest(to word: String, among candidates: [String]) -> String? {
  let letters = Array(word.lowercased())
  var best: (candidate: String, distance: Int)?
  for candidate in candidates {
    let other = Array(candidate.lowercased())
    let length = max(letters.count, other.count)
    let distance = editDistance(letters, other)
    guard distance <= max(1, length / 3), distance < length, distance < best?.distance ?? .max else { continue }
    best = (candidate, distance)
  }
  if let best { return best.candidate }
  let starting = candidates.filter { $0.lowercased().hasPrefix(word.lowercased()) }
  return letters.count >= 2 && starting.count == 1 ? starting[0] : nil
}

/// The Damerau-Levenshtein distance in its optimal string alignment form (no letter is edited twice).
func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1] + Array(repeating: 0, count: b.count)
    for j in b.indices {
      row[j + 1] = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
