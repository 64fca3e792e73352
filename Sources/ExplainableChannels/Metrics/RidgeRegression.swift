/// Linear least squares with an intercept and a small penalty on standardized features, so that features that depend on each
/// other do no harm.
struct RidgeRegression {
  /// Each feature's mean and the inverse of its deviation over the training rows.
  private let middle: [Double]
  private let scale: [Double]
  /// Weights of the standardized features, one list a target, the intercept last.
  private let weights: [[Double]]

  /// Nil with fewer than two rows. O(rows * features^2 + features^3).
  ///
  /// - Parameters:
  ///   - features: Rows; NaN where a feature is missing, which counts as its mean.
  ///   - targets: Rows of the same number of targets.
  ///   - penalty: Of the squared weights, as a share of the number of rows.
  init?(_ features: [[Double]], targets: [[Double]], penalty: Double) {
    guard features.count > 1, features.count == targets.count else { return nil }
    let columns = features[0].count
    let middle = (0..<columns).map { j in
      let mean = features.map { $0[j] }.definedMean
      return mean.isNaN ? 0 : mean
    }
    scale = (0..<columns).map { j in
      let variance = features.map { ($0[j] - middle[j]) * ($0[j] - middle[j]) }.definedMean
      return variance > 1e-18 ? 1 / variance.squareRoot() : 0
    }
    self.middle = middle
    let scale = scale
    let rows = features.map { RidgeRegression.standardized($0, middle, scale) }
    var normal = [[Double]](repeating: [Double](repeating: 0, count: columns + 1), count: columns + 1)
    for row in rows {
      for i in 0...columns { for j in 0...i { normal[i][j] += row[i] * row[j] } }
    }
    // The intercept is free.
    for i in 0..<columns { normal[i][i] += penalty * Double(rows.count) }
    let factor = choleskyFactor(normal)
    weights = targets[0].indices.map { target in
      var right = [Double](repeating: 0, count: columns + 1)
      for (row, values) in zip(rows, targets) {
        for i in 0...columns { right[i] += row[i] * values[target] }
      }
      return solved(factor, right)
    }
  }

  /// The targets of one row of features.
  func predict(_ features: [Double]) -> [Double] {
    let row = RidgeRegression.standardized(features, middle, scale)
    return weights.map { zip($0, row).reduce(0) { $0 + $1.0 * $1.1 } }
  }

  private static func standardized(_ row: [Double], _ middle: [Double], _ scale: [Double]) -> [Double] {
    row.indices.map { row[$0].isNaN ? 0 : (row[$0] - middle[$0]) * scale[$0] } + [1]
  }
}

/// The lower triangle L of a positive definite matrix L L^T, of which only the lower triangle is read.
private func choleskyFactor(_ matrix: [[Double]]) -> [[Double]] {
  var factor = matrix
  for i in matrix.indices {
    for j in 0...i {
      var sum = matrix[i][j]
      for k in 0..<j { sum -= factor[i][k] * factor[j][k] }
      factor[i][j] = i == j ? max(sum, 1e-12).squareRoot() : sum / factor[j][j]
    }
  }
  return factor
}

/// x of L L^T x = b.
private func solved(_ factor: [[Double]], _ right: [Double]) -> [Double] {
  var x = right
  for i in x.indices {
    for k in 0..<i { x[i] -= factor[i][k] * x[k] }
    x[i] /= factor[i][i]
  }
  for i in x.indices.reversed() {
    for k in (i + 1)..<max(i + 1, x.count) { x[i] -= factor[k][i] * x[k] }
    x[i] /= factor[i][i]
  }
  return x
}
