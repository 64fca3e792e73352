import CTorch

// No dimensions: over all elements. `keep` leaves the reduced dimensions with size 1.
extension Tensor {
  public func sum(_ dimensions: Int..., keep: Bool = false) throws -> Tensor { try reduce(dimensions, keep, ct_sum) }
  public func mean(_ dimensions: Int..., keep: Bool = false) throws -> Tensor { try reduce(dimensions, keep, ct_mean) }
  public func max(_ dimensions: Int..., keep: Bool = false) throws -> Tensor { try reduce(dimensions, keep, ct_amax) }
  public func min(_ dimensions: Int..., keep: Bool = false) throws -> Tensor { try reduce(dimensions, keep, ct_amin) }
  /// Euclidean norm.
  public func norm(_ dimensions: Int..., keep: Bool = false) throws -> Tensor { try reduce(dimensions, keep, ct_norm) }

  public func variance(_ dimensions: Int..., unbiased: Bool = true, keep: Bool = false) throws -> Tensor {
    let dims = reduced(dimensions, keep)
    return try Tensor.make { ct_var(handle, dims, Int32(dims.count), unbiased, keep, $0) }
  }

  /// Index of the largest element along a dimension; the first of equals.
  public func argmax(_ dimension: Int, keep: Bool = false) throws -> Tensor {
    try Tensor.make { ct_argmax(handle, Int64(dimension), keep, $0) }
  }

  public func softmax(_ dimension: Int) throws -> Tensor {
    try Tensor.make { ct_softmax(handle, Int64(dimension), $0) }
  }
  public func logSoftmax(_ dimension: Int) throws -> Tensor {
    try Tensor.make { ct_log_softmax(handle, Int64(dimension), $0) }
  }

  /// The k largest along a dimension, largest first.
  public func top(_ k: Int, _ dimension: Int) throws -> (values: Tensor, indices: Tensor) {
    var values: CTTensor?
    var indices: CTTensor?
    try check(ct_topk(handle, Int64(k), Int64(dimension), &values, &indices))
    guard let values, let indices else { throw TorchError(message: "LibTorch returned no tensor") }
    return (Tensor(owning: values), Tensor(owning: indices))
  }

  /// The inverses of matrices [..., n, n]; where there is none, numbers that mean nothing. Does not wait for a GPU.
  public func uncheckedInverse() throws -> Tensor { try Tensor.make { ct_inverse_unchecked(handle, $0) } }

  /// Eigenvalues [..., n], ascending, and eigenvectors, in columns [..., n, n], of symmetric matrices [..., n, n].
  public func symmetricEigen() throws -> (values: Tensor, vectors: Tensor) {
    var values: CTTensor?
    var vectors: CTTensor?
    try check(ct_eigh(handle, &values, &vectors))
    guard let values, let vectors else { throw TorchError(message: "LibTorch returned no tensor") }
    return (Tensor(owning: values), Tensor(owning: vectors))
  }

  /// The shortest x [n, m] that brings this symmetric matrix [n, n] times x nearest to `right` [n, m]: directions in which the matrix
  /// says nothing are left out.
  public func symmetricSolution(_ right: Tensor) throws -> Tensor {
    let (values, vectors) = try symmetricEigen()
    let largest = try values.abs().max().item()
    let inverse = try values.doubles().map { $0 > 1e-10 * largest ? 1 / $0 : 0 }
    let along = try vectors.transposed(0, 1).matmul(right) * Tensor(inverse, [inverse.count, 1]).to(vectors.device)
    return try vectors.matmul(along)
  }

  /// Divided by the Euclidean norm along a dimension, which is taken as at least `epsilon`.
  public func normalized(_ dimension: Int, epsilon: Double = 1e-12) throws -> Tensor {
    try self / norm(dimension, keep: true).clamped(min: epsilon)
  }

  private func reduce(
    _ dimensions: [Int], _ keep: Bool,
    _ operation: (CTTensor?, UnsafePointer<Int64>?, Int32, Bool, UnsafeMutablePointer<CTTensor?>?) -> CTStatus
  ) throws -> Tensor {
    let dims = reduced(dimensions, keep)
    return try Tensor.make { operation(handle, dims, Int32(dims.count), keep, $0) }
  }

  /// The dimensions to name: LibTorch's own "all of them" keeps none.
  private func reduced(_ dimensions: [Int], _ keep: Bool) -> [Int64] {
    (dimensions.isEmpty && keep ? Array(0..<rank) : dimensions).map(Int64.init)
  }
}
