/// A part of a network that has tensors: its own, or those of the modules inside it.
///
/// Names joined by dots are the keys of a state dict, PyTorch's way: `layer1.0.conv1.weight`.
public protocol Module: AnyObject {
  /// What the module holds, in a fixed order.
  var members: [(name: String, member: Member)] { get }
  /// Switches this module and all inside it between training (batch statistics, dropout) and inference.
  func setTraining(_ on: Bool)
}

/// One thing a module holds.
public enum Member {
  /// A tensor that learns.
  case parameter(Tensor)
  /// A tensor that is saved but does not learn by gradient: running statistics.
  case buffer(Tensor)
  case module(any Module)
}

/// A module that maps one tensor to one tensor.
public protocol Layer: Module {
  func callAsFunction(_ x: Tensor) throws -> Tensor
}

/// A named tensor of a state dict.
public typealias NamedTensor = (name: String, tensor: Tensor)

extension Module {
  public func setTraining(_ on: Bool) {
    for (_, member) in members { if case .module(let module) = member { module.setTraining(on) } }
  }

  /// Tensors that learn, with their full names.
  public func parameters(prefix: String = "") -> [NamedTensor] {
    collect(prefix) { if case .parameter(let tensor) = $0 { tensor } else { nil } }
  }

  /// Tensors that are saved without learning, with their full names.
  public func buffers(prefix: String = "") -> [NamedTensor] {
    collect(prefix) { if case .buffer(let tensor) = $0 { tensor } else { nil } }
  }

  /// Every tensor, with its full name: what a model file holds.
  public func state(prefix: String = "") -> [NamedTensor] {
    collect(prefix) {
      switch $0 {
      case .parameter(let tensor), .buffer(let tensor): tensor
      case .module: nil
      }
    }
  }

  private func collect(_ prefix: String, _ pick: (Member) -> Tensor?) -> [NamedTensor] {
    members.flatMap { name, member -> [NamedTensor] in
      let full = prefix.isEmpty ? name : "\(prefix).\(name)"
      if case .module(let module) = member { return module.collect(full, pick) }
      return pick(member).map { [(full, $0)] } ?? []
    }
  }

  /// The module of that dotted name, or nil.
  public func module(named name: String) -> (any Module)? {
    if name.isEmpty { return self }
    // A member's own name may hold dots, so every member that begins the name is tried.
    for (own, member) in members {
      guard case .module(let module) = member else { continue }
      if name == own { return module }
      if name.hasPrefix(own + "."), let found = module.module(named: String(name.dropFirst(own.count + 1))) {
        return found
      }
    }
    return nil
  }

  /// Copies the named tensors into the module's own. Throws ``StateError`` naming what is missing, left over, of
  /// another shape, or of whole numbers in the place of others, before anything is changed.
  public func load(_ state: [String: Tensor], prefix: String = "") throws {
    let own = self.state(prefix: prefix)
    let missing = own.filter { state[$0.name] == nil }.map(\.name)
    let known = Set(own.map(\.name))
    let extra = state.keys.filter { !known.contains($0) }.sorted()
    guard missing.isEmpty, extra.isEmpty else { throw StateError.names(missing: missing, unexpected: extra) }
    for (name, tensor) in own where state[name]!.shape != tensor.shape {
      throw StateError.shape(name: name, expected: tensor.shape, found: state[name]!.shape)
    }
    for (name, tensor) in own where tensor.dtype.isFloatingPoint && !state[name]!.dtype.isFloatingPoint {
      throw StateError.elements(name: name, found: state[name]!.dtype)
    }
    for (name, tensor) in own { try tensor.copy(from: state[name]!) }
  }

  /// The first tensor with a number that is none, or is infinite; nil where all are fit to be calculated with.
  public func firstNotFinite() throws -> String? {
    try withoutGradient {
      try state().first { try $0.tensor.dtype.isFloatingPoint && $0.tensor.isFinite().to(.uint8).min().item() == 0 }?
        .name
    }
  }

  /// Numbers that learn.
  public var parameterCount: Int { parameters().reduce(0) { $0 + $1.tensor.count } }
}

/// A state dict that does not fit a network.
public enum StateError: Error, CustomStringConvertible, Sendable {
  case names(missing: [String], unexpected: [String])
  case shape(name: String, expected: [Int], found: [Int])
  case elements(name: String, found: DType)

  public var description: String {
    switch self {
    case .names(let missing, let unexpected):
      let parts = [("missing", missing), ("unexpected", unexpected)].filter { !$0.1.isEmpty }
      return "the weights do not fit this network: "
        + parts.map {
          "\($0.1.count) \($0.0) (\($0.1.prefix(3).joined(separator: ", "))\($0.1.count > 3 ? ", ..." : ""))"
        }
        .joined(separator: "; ")
    case .shape(let name, let expected, let found):
      return "the weights do not fit this network: \(name) has shape \(found), expected \(expected)"
    case .elements(let name, let found):
      return "the weights do not fit this network: \(name) holds whole numbers (\(found))"
    }
  }
}

extension Module {
  /// Moves every tensor to a device; convolution weights are laid out channels-last, as their inputs should be.
  public func move(to device: Device) throws {
    for (_, tensor) in state() { try tensor.move(to: device, channelsLast: true) }
  }
}
