import Foundation

/// How well two labelings of the same things agree, whatever the labels are called.
struct LabelAgreement {
  /// Mutual information over the mean of the two entropies (arithmetic mean, as scikit-learn has it); 1 when both label
  /// everything alike, also when neither tells anything apart.
  let normalizedMutualInformation: Double
  /// The Rand index adjusted for chance (Hubert and Arabie 1985): 1 for equal partitions, 0 on average for random ones.
  let adjustedRandIndex: Double

  /// Nil when there is nothing to compare. O(n).
  init?(_ a: [Int], _ b: [Int]) {
    precondition(a.count == b.count, "two labelings of different things")
    guard !a.isEmpty else { return nil }
    let both = counts(zip(a, b).map { [$0, $1] })
    let (first, second) = (counts(a), counts(b))
    let n = Double(a.count)
    let joint = entropy(both.values, n)
    let (one, two) = (entropy(first.values, n), entropy(second.values, n))
    normalizedMutualInformation = one + two > 0 ? max(0, one + two - joint) / ((one + two) / 2) : 1
    let (pairs, inFirst, inSecond) = (pairs(both.values), pairs(first.values), pairs(second.values))
    let expected = n > 1 ? inFirst * inSecond / (n * (n - 1) / 2) : 0
    let most = (inFirst + inSecond) / 2
    adjustedRandIndex = most == expected ? 1 : (pairs - expected) / (most - expected)
  }
}

private func counts<Label: Hashable>(_ labels: [Label]) -> [Label: Int] {
  labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
}

private func entropy(_ counts: some Collection<Int>, _ n: Double) -> Double {
  // Sorted, so that the sum does not depend on the order of a dictionary.
  -counts.sorted().reduce(0) { $0 + Double($1) / n * log(Double($1) / n) }
}

private func pairs(_ counts: some Collection<Int>) -> Double {
  counts.reduce(0) { $0 + Double($1) * Double($1 - 1) / 2 }
}
