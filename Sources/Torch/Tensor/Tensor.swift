import CTorch

/// An n-dimensional array of LibTorch, by reference: a copy of the variable is the same tensor.
///
/// Every operation can fail (shapes, memory, device) and says so by throwing ``TorchError``; one `try` covers a whole
/// expression: `let z = try (x + y) * 2`. A tensor is a thin box around one counted reference.
///
/// Sendable because LibTorch's counts are atomic and its tensors may be read from any thread; writing to one tensor from
/// two threads at once is a bug as it is in C++.
public final class Tensor: @unchecked Sendable {
  @usableFromInline let handle: CTTensor

  @inlinable
  init(owning handle: CTTensor) { self.handle = handle }

  @inlinable
  deinit { ct_release(handle) }

  /// Wraps what a C function gives.
  @inlinable @inline(__always)
  static func make(_ body: (UnsafeMutablePointer<CTTensor?>) -> CTStatus) throws -> Tensor {
    var out: CTTensor?
    try check(body(&out))
    guard let out else { throw TorchError(message: "LibTorch returned no tensor") }
    return Tensor(owning: out)
  }
}

extension Tensor {
  /// Sizes, outermost first.
  public var shape: [Int] { (0..<ct_dim(handle)).map { Int(ct_size(handle, $0)) } }

  /// Number of dimensions.
  public var rank: Int { Int(ct_dim(handle)) }

  /// Number of elements.
  public var count: Int { Int(ct_numel(handle)) }

  /// The size of one dimension; negative dimensions count from the end. Traps when there is no such dimension.
  public func size(_ dimension: Int) -> Int {
    let d = dimension < 0 ? dimension + rank : dimension
    precondition(d >= 0 && d < rank, "dimension \(dimension) of a tensor of rank \(rank)")
    return Int(ct_size(handle, Int32(d)))
  }

  /// The element type. Traps for complex and quantized tensors, which nothing here makes.
  public var dtype: DType {
    guard let dtype = DType(rawValue: ct_dtype(handle)) else { preconditionFailure("unknown element type") }
    return dtype
  }

  public var device: Device { Device(raw: ct_device(handle)) }
  public var isContiguous: Bool { ct_is_contiguous(handle) }
  /// Whether a [B, C, H, W] tensor lies in memory as B, H, W, C.
  public var isChannelsLast: Bool { ct_is_channels_last(handle) }

  /// The one element as a number. Throws when there are more, or none.
  public func item() throws -> Double {
    var value = 0.0
    try check(ct_item(handle, &value))
    return value
  }

  /// All elements as 32-bit floats, in row-major order.
  public func floats() throws -> [Float] { try elements(as: .float32) }
  /// All elements as 64-bit floats, in row-major order.
  public func doubles() throws -> [Double] { try elements(as: .float64) }
  /// All elements as 64-bit integers, in row-major order.
  public func integers() throws -> [Int] { try (elements(as: .int64) as [Int64]).map(Int.init) }
  /// All elements as bytes, in row-major order.
  public func bytes() throws -> [UInt8] { try elements(as: .uint8) }

  private func elements<Element>(as dtype: DType) throws -> [Element] {
    let source = self.dtype == dtype ? self : try to(dtype)
    return try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      try check(ct_copy_out(source.handle, buffer.baseAddress, buffer.count * MemoryLayout<Element>.stride))
      initialized = source.count
    }
  }

  /// The raw bytes of a contiguous tensor on the CPU, without a copy. Throws when it is not.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    var pointer: UnsafeMutableRawPointer?
    try check(ct_data(handle, &pointer))
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeRawBufferPointer(start: pointer, count: Int(ct_nbytes(handle))))
  }
}

extension Tensor: CustomStringConvertible {
  public var description: String { "Tensor(\(shape.map(String.init).joined(separator: "x")), \(dtype), \(device))" }
}
