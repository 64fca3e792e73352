import CTorch

/// Changes parameters by their gradients. Its own tensors are part of a checkpoint.
public protocol Optimizer: AnyObject {
  /// One step of the given rate; parameters without a gradient are left alone.
  func step(learningRate: Double) throws
  /// What a checkpoint must hold beside the parameters, with names.
  var state: [NamedTensor] { get }
  var parameters: [NamedTensor] { get }
}

extension Optimizer {
  /// Forgets all gradients.
  public func clearGradients() throws {
    let handles: [CTTensor?] = parameters.map(\.tensor.handle)
    try check(ct_clear_grads(handles, Int32(handles.count)))
  }

  /// Leaves the gradients of the mean of `count` losses, computed one after the other so that only one graph is in memory
  /// at a time: gradient accumulation. Earlier gradients are forgotten first.
  public func collectGradients(ofMean count: Int = 1, _ loss: (Int) throws -> Tensor) throws {
    try clearGradients()
    for index in 0..<count {
      let value = try loss(index)
      try (count == 1 ? value : value * (1 / Double(count))).backward()
    }
  }

  /// Scales the gradients together so that their joint Euclidean norm is at most `limit`, or only measures it when
  /// `limit` is 0. Returns the norm before.
  @discardableResult
  public func clipGradients(to limit: Double) throws -> Double {
    let handles: [CTTensor?] = parameters.map(\.tensor.handle)
    var norm = 0.0
    try check(ct_clip_grads(handles, Int32(handles.count), limit, &norm))
    return norm
  }
}

/// Stochastic gradient descent with momentum, optionally Nesterov's, and weight decay, as one fused call.
public final class SGD: Optimizer {
  public let parameters: [NamedTensor]
  public let momentum: Double
  public let weightDecay: Double
  public let nesterov: Bool
  private let momenta: [Tensor]
  private let parameterHandles: [CTTensor?]
  private let momentumHandles: [CTTensor?]

  public init(_ parameters: [NamedTensor], momentum: Double = 0.9, weightDecay: Double = 0, nesterov: Bool = false)
    throws
  {
    self.parameters = parameters
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov && momentum > 0
    momenta = try parameters.map { try $0.tensor.zerosAlike() }
    parameterHandles = parameters.map(\.tensor.handle)
    momentumHandles = momenta.map(\.handle)
  }

  public var state: [NamedTensor] { zip(parameters, momenta).map { ("momentum.\($0.name)", $1) } }

  public func step(learningRate: Double) throws {
    try check(
      ct_fused_sgd(
        parameterHandles, momentumHandles, Int32(parameterHandles.count), learningRate, momentum, weightDecay, nesterov)
    )
  }
}

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019), as one fused call.
public final class AdamW: Optimizer {
  public let parameters: [NamedTensor]
  public let beta1: Double
  public let beta2: Double
  public let weightDecay: Double
  public let epsilon: Double
  private let means: [Tensor]
  private let squares: [Tensor]
  private let counts: [Tensor]
  private let handles: (parameters: [CTTensor?], means: [CTTensor?], squares: [CTTensor?], counts: [CTTensor?])

  public init(
    _ parameters: [NamedTensor], beta1: Double = 0.9, beta2: Double = 0.999, weightDecay: Double = 0.01,
    epsilon: Double = 1e-8
  ) throws {
    self.parameters = parameters
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.epsilon = epsilon
    means = try parameters.map { try $0.tensor.zerosAlike() }
    squares = try parameters.map { try $0.tensor.zerosAlike() }
    counts = try parameters.map { try Tensor.zeros([], on: $0.tensor.device) }
    handles = (parameters.map(\.tensor.handle), means.map(\.handle), squares.map(\.handle), counts.map(\.handle))
  }

  public var state: [NamedTensor] {
    zip(parameters, means).map { ("mean.\($0.name)", $1) } + zip(parameters, squares).map { ("square.\($0.name)", $1) }
      + zip(parameters, counts).map { ("count.\($0.name)", $1) }
  }

  public func step(learningRate: Double) throws {
    try check(
      ct_fused_adamw(
        handles.parameters, handles.means, handles.squares, handles.counts, Int32(handles.parameters.count),
        learningRate,
        beta1, beta2, weightDecay, epsilon))
  }
}

extension Tensor {
  /// Zeros of the same shape, layout and place. The layout matters: a fused step walks raw memory.
  fileprivate func zerosAlike() throws -> Tensor {
    let copy = try detached().clone()
    try copy.fill(0)
    return copy
  }
}
