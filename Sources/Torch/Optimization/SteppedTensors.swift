import CTorch

/// A sampled matrix and its place among an optimizer's parameters.
struct ParameterRows {
  let sampled: SampledRows
  let slot: Int

  /// Traps where the matrix is none of the parameters.
  init(_ sampled: SampledRows, in parameters: [NamedTensor]) {
    guard let slot = parameters.firstIndex(where: { $0.tensor === sampled.matrix }) else {
      preconditionFailure("a sampled matrix is no parameter of its optimizer")
    }
    (self.sampled, self.slot) = (sampled, slot)
  }
}

/// What one fused call of an optimizer steps: the parameters and, behind them, the rows chosen of sampled matrices, each with
/// its state. The matrices themselves have no gradient then, and are left alone.
struct SteppedTensors {
  private let leaves: [Tensor]
  private let states: [[Tensor]]
  private let wholes: [[Tensor]]
  private let rows: [ParameterRows]
  let handles: [CTTensor?]
  /// Of each kind of state, in the order of `handles`.
  let stateHandles: [[CTTensor?]]

  /// `wholes`: for each kind of state a tensor a parameter, of its shape.
  init(_ parameters: [NamedTensor], _ wholes: [[Tensor]], _ rows: [ParameterRows]) throws {
    self.rows = rows.filter { $0.sampled.chosen != nil }
    self.wholes = wholes
    leaves = parameters.map(\.tensor) + self.rows.compactMap(\.sampled.chosen)
    states = try wholes.map { [rows = self.rows] whole in
      try whole + rows.map { try $0.sampled.copied(from: whole[$0.slot]) }
    }
    handles = leaves.map(\.handle)
    stateHandles = states.map { $0.map(\.handle) }
  }

  /// The handles of what a parameter and its chosen rows share.
  func appendingRows(to shared: [Tensor]) -> [CTTensor?] {
    shared.map(\.handle) + rows.map { shared[$0.slot].handle }
  }

  /// Writes the rows and their state to where they belong, after the call.
  func storeRows() throws {
    for (number, row) in rows.enumerated() {
      try row.sampled.store()
      for (state, whole) in zip(states, wholes) {
        try row.sampled.copy(state[state.count - rows.count + number], backTo: whole[row.slot])
      }
    }
  }
}
