import CTorch

/// Where a tensor lives.
public struct Device: Sendable, Hashable, CustomStringConvertible {
  /// 0 is the CPU, 1 + i is cuda:i.
  @usableFromInline let raw: Int32

  @usableFromInline init(raw: Int32) { self.raw = raw }

  public static let cpu = Device(raw: 0)
  /// The GPU of that number, from 0; whether there is one, ``named(_:)`` asks. Traps below 0.
  public static func cuda(_ index: Int = 0) -> Device {
    precondition(index >= 0, "GPUs are counted from 0")
    return Device(raw: Int32(index) + 1)
  }

  public var isCUDA: Bool { raw > 0 }
  public var description: String { raw == 0 ? "cpu" : "cuda:\(raw - 1)" }

  /// The device named "cpu", "cuda", "cuda:1" or "auto" (the first GPU when there is one).
  /// Throws ``TorchError`` when there is no such device, and says why.
  public static func named(_ name: String) throws -> Device {
    if name == "cpu" { return .cpu }
    if name == "auto" {
      if case .available = Runtime.cuda { return .cuda() }
      return .cpu
    }
    guard let index = cudaIndex(name) else {
      throw TorchError(message: "unknown device '\(name)': use cpu, cuda, cuda:N or auto")
    }
    switch Runtime.cuda {
    case .unavailable(let reason), .unusable(let reason):
      throw TorchError(message: "device \(name) cannot be used: \(reason)")
    case .available(let devices):
      guard index < devices else {
        throw TorchError(message: "device \(name) cannot be used: there are \(devices) CUDA devices, counted from 0")
      }
      return .cuda(index)
    }
  }

  /// Whether ``named(_:)`` knows the name, be there such a device or not.
  public static func isName(_ name: String) -> Bool { ["cpu", "auto"].contains(name) || cudaIndex(name) != nil }

  /// 0 of "cuda", 1 of "cuda:1".
  private static func cudaIndex(_ name: String) -> Int? {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.first == "cuda", parts.count <= 2, let index = parts.count == 1 ? 0 : Int(parts[1]), index >= 0 else {
      return nil
    }
    return index
  }

  /// Waits for all work queued on the device.
  public func synchronize() throws { try check(ct_synchronize(raw)) }
}

/// The type of a tensor's elements; raw values are LibTorch's.
public enum DType: Int32, Sendable, CaseIterable {
  case uint8 = 0
  case int8 = 1
  case int16 = 2
  case int32 = 3
  case int64 = 4
  case float16 = 5
  case float32 = 6
  case float64 = 7
  case bool = 11
  case bfloat16 = 15

  /// Whether its numbers have fractions.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .float32, .float64, .bfloat16: true
    case .uint8, .int8, .int16, .int32, .int64, .bool: false
    }
  }

  /// Bytes an element.
  public var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }
}
