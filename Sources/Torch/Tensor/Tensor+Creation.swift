import CTorch

extension Tensor {
  public static func full(_ shape: [Int], _ value: Double, dtype: DType = .float32, on device: Device = .cpu) throws
    -> Tensor
  {
    let sizes = shape.map(Int64.init)
    return try make { ct_full(sizes, Int32(sizes.count), value, dtype.rawValue, device.raw, $0) }
  }

  public static func zeros(_ shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    try full(shape, 0, dtype: dtype, on: device)
  }

  public static func ones(_ shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    try full(shape, 1, dtype: dtype, on: device)
  }

  /// Uninitialized memory: fill it before reading it.
  public static func empty(_ shape: [Int], dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    let sizes = shape.map(Int64.init)
    return try make { ct_empty(sizes, Int32(sizes.count), dtype.rawValue, device.raw, $0) }
  }

  /// 0, 1, ..., n - 1.
  public static func range(_ n: Int, dtype: DType = .float32, on device: Device = .cpu) throws -> Tensor {
    try make { ct_arange(Int64(n), dtype.rawValue, device.raw, $0) }
  }

  /// Copies the numbers into a tensor on the CPU. Throws when their count does not fit the shape.
  public convenience init(_ values: [Float], _ shape: [Int]) throws { try self.init(copying: values, shape, .float32) }
  /// Copies the numbers into a tensor on the CPU. Throws when their count does not fit the shape.
  public convenience init(_ values: [Double], _ shape: [Int]) throws { try self.init(copying: values, shape, .float64) }
  /// Copies the numbers into a tensor of 64-bit integers on the CPU. Throws when their count does not fit the shape.
  public convenience init(_ values: [Int], _ shape: [Int]) throws {
    try self.init(copying: values.map(Int64.init), shape, .int64)
  }
  /// Copies the bytes into a tensor of 8-bit numbers on the CPU. Throws when their count does not fit the shape.
  public convenience init(_ values: [UInt8], _ shape: [Int]) throws { try self.init(copying: values, shape, .uint8) }

  /// Copies raw bytes of any element type into a tensor on the CPU. Throws when their count does not fit the shape.
  public convenience init(bytes: UnsafeRawBufferPointer, _ shape: [Int], dtype: DType) throws {
    let sizes = shape.map(Int64.init)
    let tensor = try Tensor.raw {
      ct_from_bytes(bytes.baseAddress, bytes.count, sizes, Int32(sizes.count), dtype.rawValue, $0)
    }
    self.init(owning: tensor)
  }

  private convenience init<Element>(copying values: [Element], _ shape: [Int], _ dtype: DType) throws {
    let sizes = shape.map(Int64.init)
    let tensor = try values.withUnsafeBytes { bytes in
      try Tensor.raw { ct_from_bytes(bytes.baseAddress, bytes.count, sizes, Int32(sizes.count), dtype.rawValue, $0) }
    }
    self.init(owning: tensor)
  }

  /// Shares memory of `owner`, which is kept alive as long as any view of the tensor is.
  convenience init(sharing memory: UnsafeMutableRawPointer, of owner: AnyObject, _ shape: [Int], dtype: DType) throws {
    let sizes = shape.map(Int64.init)
    let context = Unmanaged.passRetained(owner)
    do {
      let tensor = try Tensor.raw {
        ct_from_memory(
          memory, sizes, Int32(sizes.count), dtype.rawValue, { Unmanaged<AnyObject>.fromOpaque($0!).release() },
          context.toOpaque(), $0)
      }
      self.init(owning: tensor)
    } catch {
      context.release()
      throw error
    }
  }

  private static func raw(_ body: (UnsafeMutablePointer<CTTensor?>) -> CTStatus) throws -> CTTensor {
    var out: CTTensor?
    try check(body(&out))
    guard let out else { throw TorchError(message: "LibTorch returned no tensor") }
    return out
  }

  /// A copy in memory of its own, with the same values and no history.
  public func clone() throws -> Tensor { try Tensor.make { ct_clone(handle, $0) } }

  /// The tensor on `device`, itself when it is there already. A copy from ``pinned()`` memory to a GPU overlaps with work, so
  /// nothing may be written into such a tensor afterwards.
  public func to(_ device: Device) throws -> Tensor {
    if self.device == device { return self }
    return try Tensor.make { ct_to_device(handle, device.raw, $0) }
  }

  /// The tensor with elements of another type, itself when they are of that type already.
  public func to(_ dtype: DType) throws -> Tensor {
    if self.dtype == dtype { return self }
    return try Tensor.make { ct_to_dtype(handle, dtype.rawValue, $0) }
  }

  /// The tensor in float32 at least: what losses compute in, whatever precision a network ran in. float64 stays, so that
  /// gradients can be checked numerically.
  public func widened() throws -> Tensor { dtype == .float64 ? self : try to(.float32) }

  public func contiguous() throws -> Tensor { try Tensor.make { ct_contiguous(handle, $0) } }
  /// A [B, C, H, W] tensor laid out in memory as B, H, W, C, which convolutions run faster on.
  public func channelsLast() throws -> Tensor { try Tensor.make { ct_channels_last(handle, $0) } }
  /// A copy in page-locked memory, from which a GPU reads while the CPU goes on.
  public func pinned() throws -> Tensor { try Tensor.make { ct_pin(handle, $0) } }

  /// Overwrites the values (not the history) with another tensor's.
  public func copy(from source: Tensor) throws { try check(ct_copy_(handle, source.handle)) }
  /// Overwrites every value.
  public func fill(_ value: Double) throws { try check(ct_fill_(handle, value)) }
}

extension Tensor {
  /// Moves the memory behind this very tensor: whoever holds it sees it on the new device, and [O, I, k, k] weights in
  /// channels-last layout when asked.
  func move(to device: Device, channelsLast: Bool) throws { try check(ct_move_(handle, device.raw, channelsLast)) }
}
