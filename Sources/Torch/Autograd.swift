import CTorch

extension Tensor {
  public var requiresGradient: Bool { ct_requires_grad(handle) }

  /// Marks a leaf whose gradient is wanted. Returns itself.
  @discardableResult
  public func requireGradient(_ on: Bool = true) throws -> Tensor {
    try check(ct_set_requires_grad(handle, on))
    return self
  }

  /// The same values, cut from the graph.
  public func detached() throws -> Tensor { try Tensor.make { ct_detach(handle, $0) } }

  /// Adds d(self)/d(leaf) to the gradient of every leaf. Throws when self is not one number.
  public func backward() throws { try check(ct_backward(handle)) }

  /// The gradient collected so far, if any.
  public var gradient: Tensor? {
    get throws {
      var out: CTTensor?
      try check(ct_grad(handle, &out))
      return out.map { Tensor(owning: $0) }
    }
  }

  /// d(sum of self)/d(inputs), without touching the leaves; nil where an input does not reach self.
  /// `createGraph` makes the gradients differentiable themselves.
  public func gradients(of inputs: [Tensor], retainGraph: Bool = false, createGraph: Bool = false) throws -> [Tensor?] {
    let handles: [CTTensor?] = inputs.map(\.handle)
    var outs = [CTTensor?](repeating: nil, count: inputs.count)
    defer { withExtendedLifetime(inputs) {} }
    try check(ct_gradients(handle, handles, Int32(handles.count), retainGraph, createGraph, &outs))
    return outs.map { $0.map { Tensor(owning: $0) } }
  }
}

/// Runs `body` without recording a graph, which saves its memory and time. Of this thread; do not await inside.
public func withoutGradient<Result>(_ body: () throws -> Result) rethrows -> Result {
  let before = ct_grad_mode()
  ct_set_grad_mode(false)
  defer { ct_set_grad_mode(before) }
  return try body()
}

/// Runs `body` with convolutions and products in `dtype` where that is safe, when `enabled`. Of this thread; not nested.
public func withAutocast<Result>(
  _ dtype: DType, on device: Device, enabled: Bool = true, _ body: () throws -> Result
) rethrows -> Result {
  guard enabled, !ct_autocast_enabled(device.raw) else { return try body() }
  ct_autocast_enter(device.raw, dtype.rawValue)
  defer { ct_autocast_exit(device.raw) }
  return try body()
}
