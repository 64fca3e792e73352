/// Spearman's rank correlation: the correlation of ranks, equal values sharing the mean of theirs. 0 when one list is
/// constant. Traps when the lists differ in length. O(n log n).
func rankCorrelation(_ a: [Float], _ b: [Float]) -> Double {
  precondition(a.count == b.count, "lists of \(a.count) and \(b.count)")
  let (x, y) = (ranks(a), ranks(b))
  let middle = Double(a.count - 1) / 2
  var (xy, xx, yy) = (0.0, 0.0, 0.0)
  for (p, q) in zip(x, y) {
    xy += (p - middle) * (q - middle)
    xx += (p - middle) * (p - middle)
    yy += (q - middle) * (q - middle)
  }
  return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
}

private func ranks(_ values: [Float]) -> [Double] {
  let order = values.indices.sorted { values[$0] < values[$1] }
  var ranks = [Double](repeating: 0, count: values.count)
  var start = 0
  while start < order.count {
    var end = start + 1
    while end < order.count, values[order[end]] == values[order[start]] { end += 1 }
    for place in start..<end { ranks[order[place]] = Double(start + end - 1) / 2 }
    start = end
  }
  return ranks
}
