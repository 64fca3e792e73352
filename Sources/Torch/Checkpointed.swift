import CTorch

/// Layers one after the other whose activations are forgotten in the forward pass and computed again in the backward
/// pass: activation checkpointing (Chen et al. 2016, arXiv 1604.06174).
///
/// It takes the memory of the layers' input instead of all that happens between them, and the time of a second forward
/// pass. Outputs, gradients and running statistics are those of the layers themselves, bit for bit: in the second pass
/// random numbers and autocast are as they were in the first, and batch normalization does not count it. Gradients of
/// gradients are refused. A view of its layers, which keep their names and weights; they must be in the same mode, training or
/// not, in both passes.
public final class Checkpointed {
  private let layers: [any Layer]
  private let parameters: [Tensor]
  private let norms: [BatchNorm]

  public init(_ layers: [any Layer]) {
    self.layers = layers
    parameters = layers.flatMap { $0.parameters().map(\.tensor) }
    norms = layers.flatMap(\.batchNorms)
  }

  /// Whatever the first layer takes to whatever the last one gives.
  public func callAsFunction(_ x: Tensor) throws -> Tensor {
    try x.checkpointed(parameters) { x, isAgain in
      isAgain ? try self.norms.withoutTracking { try self.apply(x) } : try self.apply(x)
    }
  }

  private func apply(_ x: Tensor) throws -> Tensor { try layers.reduce(x) { try $1($0) } }
}

extension Tensor {
  /// `body(self, false)`, of which the backward pass remembers the input alone: there `body(self, true)` computes the rest
  /// again, and must give the same. `parameters`: every tensor beside `self` that it reads and whose gradient is wanted.
  ///
  /// While no graph is recorded it is `body(self, false)` and nothing else. `body` is kept as long as the graph. On a GPU the
  /// second call comes from another thread, while the one that runs ``backward()`` waits. Throws what `body` throws; in the
  /// backward pass a ``TorchError`` of the same text.
  func checkpointed(
    _ parameters: [Tensor], _ body: @escaping (_ x: Tensor, _ isAgain: Bool) throws -> Tensor
  ) throws -> Tensor {
    guard ct_grad_mode() else { return try body(self, false) }
    let block = Block(body)
    let handles: [CTTensor?] = parameters.map(\.handle)
    defer { withExtendedLifetime(parameters) {} }
    do {
      return try Tensor.make {
        ct_checkpoint(
          handle, handles, Int32(handles.count), { Block.run($0, $1, $2) }, Unmanaged.passRetained(block).toOpaque(),
          { Unmanaged<Block>.fromOpaque($0!).release() }, $0)
      }
    } catch {
      throw block.failure ?? error
    }
  }
}

/// A body on its way through C.
private final class Block {
  private let body: (Tensor, Bool) throws -> Tensor
  /// What the body threw last.
  private(set) var failure: (any Error)?

  init(_ body: @escaping (Tensor, Bool) throws -> Tensor) { self.body = body }

  static func run(_ context: UnsafeMutableRawPointer?, _ x: CTTensor?, _ isAgain: Bool) -> CTTensor? {
    let block = Unmanaged<Block>.fromOpaque(context!).takeUnretainedValue()
    do {
      let output = try block.body(Tensor(owning: x!), isAgain)
      return withExtendedLifetime(output) { ct_retain(output.handle) }
    } catch {
      block.failure = error
      ct_fail("\(error)")
      return nil
    }
  }
}
