import CTorch

/// A failure inside LibTorch: a shape that does not fit, memory that ran out, a device that is missing.
public struct TorchError: Error, CustomStringConvertible, Sendable {
  /// LibTorch's own message, without its C++ stack trace.
  public let message: String
  public var description: String { message }

  public init(message: String) { self.message = message }
}

/// Turns a status of the C interface into an error. What has none asks or sets something that cannot fail by its arguments.
@inlinable @inline(__always)
func check(_ status: CTStatus) throws {
  if status != 0 { throw lastError() }
}

@usableFromInline @inline(never)
func lastError() -> TorchError { TorchError(message: String(cString: ct_last_error())) }
