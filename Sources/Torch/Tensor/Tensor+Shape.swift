import CTorch

extension Tensor {
  /// The same elements in another shape; one size may be -1. Copies only where memory does not allow a view.
  public func reshaped(_ shape: Int...) throws -> Tensor { try reshaped(shape) }
  /// The same elements in another shape; one size may be -1. Copies only where memory does not allow a view.
  public func reshaped(_ shape: [Int]) throws -> Tensor {
    let sizes = shape.map(Int64.init)
    return try Tensor.make { ct_reshape(handle, sizes, Int32(sizes.count), $0) }
  }

  public func permuted(_ dimensions: Int...) throws -> Tensor { try permuted(dimensions) }
  public func permuted(_ dimensions: [Int]) throws -> Tensor {
    let dims = dimensions.map(Int64.init)
    return try Tensor.make { ct_permute(handle, dims, Int32(dims.count), $0) }
  }

  public func transposed(_ a: Int, _ b: Int) throws -> Tensor {
    try Tensor.make { ct_transpose(handle, Int64(a), Int64(b), $0) }
  }

  /// Dimensions `from` to `to` (inclusive) become one.
  public func flattened(from: Int = 0, to: Int = -1) throws -> Tensor {
    try Tensor.make { ct_flatten(handle, Int64(from), Int64(to), $0) }
  }

  public func unsqueezed(_ dimension: Int) throws -> Tensor {
    try Tensor.make { ct_unsqueeze(handle, Int64(dimension), $0) }
  }
  public func squeezed(_ dimension: Int) throws -> Tensor {
    try Tensor.make { ct_squeeze(handle, Int64(dimension), $0) }
  }

  /// Repeats dimensions of size 1 without copying; -1 keeps a size.
  public func expanded(_ shape: Int...) throws -> Tensor {
    let sizes = shape.map(Int64.init)
    return try Tensor.make { ct_expand(handle, sizes, Int32(sizes.count), $0) }
  }

  /// Elements `range` along a dimension, as a view.
  public func sliced(_ dimension: Int, _ range: Range<Int>) throws -> Tensor {
    try Tensor.make { ct_slice(handle, Int64(dimension), Int64(range.lowerBound), Int64(range.upperBound), 1, $0) }
  }

  /// The `index`-th slice along a dimension, which disappears.
  public func selected(_ dimension: Int, _ index: Int) throws -> Tensor {
    try Tensor.make { ct_select(handle, Int64(dimension), Int64(index), $0) }
  }

  /// Slices along a dimension in the order of `index` ([n], 64-bit integers).
  public func indexed(_ dimension: Int, _ index: Tensor) throws -> Tensor {
    try Tensor.make { ct_index_select(handle, Int64(dimension), index.handle, $0) }
  }

  /// Overwrites the rows at `index` ([n], 64-bit integers, none twice) with those of `source`, [n, ...].
  public func copyRows(_ index: Tensor, from source: Tensor) throws {
    try check(ct_index_copy_(handle, index.handle, source.handle))
  }

  /// For each place of `index`, the element at that index along the dimension.
  public func gathered(_ dimension: Int, _ index: Tensor) throws -> Tensor {
    try Tensor.make { ct_gather(handle, Int64(dimension), index.handle, $0) }
  }

  /// A copy with `values` added at the places that ``gathered(_:_:)`` reads with the same index, 64-bit integers of the
  /// values' shape.
  public func scatterAdded(_ dimension: Int, _ index: Tensor, _ values: Tensor) throws -> Tensor {
    try Tensor.make { ct_scatter_add(handle, Int64(dimension), index.handle, values.handle, $0) }
  }

  /// Labels [B] as rows of zeros with a single one, [B, classes], 64-bit integers.
  public func oneHot(_ classes: Int) throws -> Tensor { try Tensor.make { ct_one_hot(handle, Int64(classes), $0) } }

  public func flipped(_ dimension: Int) throws -> Tensor { try Tensor.make { ct_flip(handle, Int64(dimension), $0) } }

  public static func concatenated(_ tensors: [Tensor], _ dimension: Int) throws -> Tensor {
    let handles: [CTTensor?] = tensors.map(\.handle)
    defer { withExtendedLifetime(tensors) {} }
    return try make { ct_cat(handles, Int32(handles.count), Int64(dimension), $0) }
  }

  public static func stacked(_ tensors: [Tensor], _ dimension: Int = 0) throws -> Tensor {
    let handles: [CTTensor?] = tensors.map(\.handle)
    defer { withExtendedLifetime(tensors) {} }
    return try make { ct_stack(handles, Int32(handles.count), Int64(dimension), $0) }
  }

  /// Row `index` of the first dimension.
  public subscript(index: Int) -> Tensor {
    get throws { try selected(0, index) }
  }

  /// Rows `range` of the first dimension.
  public subscript(range: Range<Int>) -> Tensor {
    get throws { try sliced(0, range) }
  }
}
