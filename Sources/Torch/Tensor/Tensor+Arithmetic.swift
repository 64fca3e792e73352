import CTorch

// Broadcasting follows NumPy. Throws TorchError when shapes do not fit.
extension Tensor {
  @inlinable public static func + (a: Tensor, b: Tensor) throws -> Tensor {
    try make { ct_add(a.handle, b.handle, $0) }
  }
  @inlinable public static func - (a: Tensor, b: Tensor) throws -> Tensor {
    try make { ct_sub(a.handle, b.handle, $0) }
  }
  @inlinable public static func * (a: Tensor, b: Tensor) throws -> Tensor {
    try make { ct_mul(a.handle, b.handle, $0) }
  }
  @inlinable public static func / (a: Tensor, b: Tensor) throws -> Tensor {
    try make { ct_div(a.handle, b.handle, $0) }
  }
  @inlinable public static func + (a: Tensor, b: Double) throws -> Tensor {
    try make { ct_add_scalar(a.handle, b, $0) }
  }
  @inlinable public static func - (a: Tensor, b: Double) throws -> Tensor {
    try make { ct_add_scalar(a.handle, -b, $0) }
  }
  @inlinable public static func * (a: Tensor, b: Double) throws -> Tensor {
    try make { ct_mul_scalar(a.handle, b, $0) }
  }
  @inlinable public static func / (a: Tensor, b: Double) throws -> Tensor {
    try make { ct_mul_scalar(a.handle, 1 / b, $0) }
  }
  @inlinable public static func + (a: Double, b: Tensor) throws -> Tensor { try b + a }
  @inlinable public static func - (a: Double, b: Tensor) throws -> Tensor { try -b + a }
  @inlinable public static func * (a: Double, b: Tensor) throws -> Tensor { try b * a }
  @inlinable public static func / (a: Double, b: Tensor) throws -> Tensor { try b.reciprocal() * a }
  @inlinable public static prefix func - (a: Tensor) throws -> Tensor { try make { ct_neg(a.handle, $0) } }

  @inlinable public func exp() throws -> Tensor { try Tensor.make { ct_exp(handle, $0) } }
  @inlinable public func log() throws -> Tensor { try Tensor.make { ct_log(handle, $0) } }
  @inlinable public func sqrt() throws -> Tensor { try Tensor.make { ct_sqrt(handle, $0) } }
  @inlinable public func reciprocalSquareRoot() throws -> Tensor { try Tensor.make { ct_rsqrt(handle, $0) } }
  @inlinable public func abs() throws -> Tensor { try Tensor.make { ct_abs(handle, $0) } }
  @inlinable public func square() throws -> Tensor { try Tensor.make { ct_square(handle, $0) } }
  @inlinable public func reciprocal() throws -> Tensor { try Tensor.make { ct_reciprocal(handle, $0) } }
  @inlinable public func relu() throws -> Tensor { try Tensor.make { ct_relu(handle, $0) } }
  @inlinable public func sigmoid() throws -> Tensor { try Tensor.make { ct_sigmoid(handle, $0) } }
  @inlinable public func tanh() throws -> Tensor { try Tensor.make { ct_tanh(handle, $0) } }
  @inlinable public func sin() throws -> Tensor { try Tensor.make { ct_sin(handle, $0) } }
  @inlinable public func cos() throws -> Tensor { try Tensor.make { ct_cos(handle, $0) } }
  @inlinable public func acos() throws -> Tensor { try Tensor.make { ct_acos(handle, $0) } }
  @inlinable public func rounded() throws -> Tensor { try Tensor.make { ct_round(handle, $0) } }
  @inlinable public func isFinite() throws -> Tensor { try Tensor.make { ct_isfinite(handle, $0) } }
  @inlinable public func pow(_ exponent: Double) throws -> Tensor {
    try Tensor.make { ct_pow_scalar(handle, exponent, $0) }
  }

  /// Values clamped from below, above or both.
  public func clamped(min: Double? = nil, max: Double? = nil) throws -> Tensor {
    var result = self
    if let min { result = try Tensor.make { ct_clamp_min_scalar(result.handle, min, $0) } }
    if let max { result = try Tensor.make { ct_clamp_max_scalar(result.handle, max, $0) } }
    return result
  }

  /// Matrix product of the last two dimensions, batched over the others.
  @inlinable public func matmul(_ other: Tensor) throws -> Tensor {
    try Tensor.make { ct_matmul(handle, other.handle, $0) }
  }
  @inlinable public func maximum(_ other: Tensor) throws -> Tensor {
    try Tensor.make { ct_maximum(handle, other.handle, $0) }
  }
  @inlinable public func minimum(_ other: Tensor) throws -> Tensor {
    try Tensor.make { ct_minimum(handle, other.handle, $0) }
  }

  // Comparisons give booleans.
  @inlinable public func equal(to other: Tensor) throws -> Tensor {
    try Tensor.make { ct_eq(handle, other.handle, $0) }
  }
  @inlinable public func equal(to other: Double) throws -> Tensor {
    try Tensor.make { ct_eq_scalar(handle, other, $0) }
  }
  @inlinable public func greater(than other: Tensor) throws -> Tensor {
    try Tensor.make { ct_gt(handle, other.handle, $0) }
  }
  @inlinable public func greater(than other: Double) throws -> Tensor {
    try Tensor.make { ct_gt_scalar(handle, other, $0) }
  }
  @inlinable public func less(than other: Double) throws -> Tensor {
    try Tensor.make { ct_lt_scalar(handle, other, $0) }
  }

  /// `a` where the condition holds, else `b`.
  public static func select(_ condition: Tensor, _ a: Tensor, _ b: Tensor) throws -> Tensor {
    try make { ct_where(condition.handle, a.handle, b.handle, $0) }
  }

  /// `self += scale * other`, outside of the autograd graph.
  public func add(inPlace other: Tensor, scale: Double = 1) throws { try check(ct_add_(handle, other.handle, scale)) }
  /// `self *= factor`, outside of the autograd graph.
  public func multiply(inPlace factor: Double) throws { try check(ct_mul_scalar_(handle, factor)) }

  public func divide(inPlace divisor: Double) throws { try check(ct_div_scalar_(handle, divisor)) }
  /// `self += term`, outside of the autograd graph.
  public func add(inPlace term: Double) throws { try check(ct_add_scalar_(handle, term)) }
}
