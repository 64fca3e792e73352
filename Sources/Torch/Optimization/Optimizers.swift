import CTorch

/// Changes parameters by their gradients. Its own tensors are part of a checkpoint.
public protocol Optimizer: AnyObject {
  /// One step of the given rate; parameters without a gradient are left alone.
  func step(learningRate: Double) throws
  /// What a checkpoint must hold beside the parameters, with names.
  var state: [NamedTensor] { get }
  var parameters: [NamedTensor] { get }
  /// Matrices among the parameters of which a step changes only the rows that were chosen: with their gradient, their own
  /// momentum and decay. The others stay as they are, to the bit, and so does their state.
  var sampled: [SampledRows] { get }
}

extension Optimizer {
  /// Forgets all gradients.
  public func clearGradients() throws {
    let leaves = leaves
    let handles: [CTTensor?] = leaves.map(\.handle)
    defer { withExtendedLifetime(leaves) {} }
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
    let leaves = leaves
    let handles: [CTTensor?] = leaves.map(\.handle)
    defer { withExtendedLifetime(leaves) {} }
    var norm = 0.0
    try check(ct_clip_grads(handles, Int32(handles.count), limit, &norm))
    return norm
  }

  /// What gradients are collected in: the parameters, and the chosen rows of the sampled ones.
  private var leaves: [Tensor] { parameters.map(\.tensor) + sampled.compactMap(\.chosen) }
}

/// Stochastic gradient descent with momentum, optionally Nesterov's, and weight decay, as one fused call.
public final class SGD: Optimizer {
  public let parameters: [NamedTensor]
  public let momentum: Double
  public let weightDecay: Double
  public let nesterov: Bool
  public var sampled: [SampledRows] { rows.map(\.sampled) }
  private let rows: [ParameterRows]
  private let momenta: [Tensor]

  /// `sampled`: matrices among the parameters that are stepped by rows.
  public init(
    _ parameters: [NamedTensor], sampled: [SampledRows] = [], momentum: Double = 0.9, weightDecay: Double = 0,
    nesterov: Bool = false
  ) throws {
    self.parameters = parameters
    rows = sampled.map { ParameterRows($0, in: parameters) }
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov && momentum > 0
    momenta = try parameters.map { try $0.tensor.zerosAlike() }
  }

  public var state: [NamedTensor] { zip(parameters, momenta).map { ("momentum.\($0.name)", $1) } }

  public func step(learningRate: Double) throws {
    let stepped = try SteppedTensors(parameters, [momenta], rows)
    try check(
      ct_fused_sgd(
        stepped.handles, stepped.stateHandles[0], Int32(stepped.handles.count), learningRate, momentum, weightDecay,
        nesterov))
    try stepped.storeRows()
  }
}

/// Adam with decoupled weight decay (Loshchilov & Hutter 2019), as one fused call.
public final class AdamW: Optimizer {
  public let parameters: [NamedTensor]
  public let beta1: Double
  public let beta2: Double
  public let weightDecay: Double
  public let epsilon: Double
  public var sampled: [SampledRows] { rows.map(\.sampled) }
  private let rows: [ParameterRows]
  private let means: [Tensor]
  private let squares: [Tensor]
  private let counts: [Tensor]

  /// `sampled`: matrices among the parameters that are stepped by rows. The bias correction counts steps of the matrix, in
  /// which a row may have had no part.
  public init(
    _ parameters: [NamedTensor], sampled: [SampledRows] = [], beta1: Double = 0.9, beta2: Double = 0.999,
    weightDecay: Double = 0.01, epsilon: Double = 1e-8
  ) throws {
    self.parameters = parameters
    rows = sampled.map { ParameterRows($0, in: parameters) }
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.epsilon = epsilon
    means = try parameters.map { try $0.tensor.zerosAlike() }
    squares = try parameters.map { try $0.tensor.zerosAlike() }
    counts = try parameters.map { try Tensor.zeros([], on: $0.tensor.device) }
  }

  public var state: [NamedTensor] {
    zip(parameters, means).map { ("mean.\($0.name)", $1) } + zip(parameters, squares).map { ("square.\($0.name)", $1) }
      + zip(parameters, counts).map { ("count.\($0.name)", $1) }
  }

  public func step(learningRate: Double) throws {
    let stepped = try SteppedTensors(parameters, [means, squares], rows)
    let counts = stepped.appendingRows(to: counts)
    try check(
      ct_fused_adamw(
        stepped.handles, stepped.stateHandles[0], stepped.stateHandles[1], counts, Int32(stepped.handles.count),
        learningRate, beta1, beta2, weightDecay, epsilon))
    try stepped.storeRows()
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
