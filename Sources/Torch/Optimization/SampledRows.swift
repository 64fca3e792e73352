/// A matrix with more rows than a step wants to touch, and copies of the rows that one step does: its loss is a function of
/// ``current``, and an optimizer that knows of the matrix (``Optimizer/sampled``) changes those rows and no others.
///
/// Nothing of the matrix's size is computed in a step, neither a gradient nor an optimizer's pass: time and memory beyond
/// the matrix, the optimizer's state and 8 bytes a row, kept once, are O(S D) for S chosen rows of D numbers.
public final class SampledRows {
  /// All rows, [N, D].
  public let matrix: Tensor
  private var choice: (index: Tensor, rows: Tensor)?
  /// For each row of the matrix its place among the chosen, -1 for none, [N]; made with the first choice.
  private var lookup: Tensor?

  public init(_ matrix: Tensor) { self.matrix = matrix }

  /// What a loss is to use: a copy of the chosen rows, [S, D], whose gradient is collected, or the matrix itself before any
  /// was chosen.
  public var current: Tensor { choice?.rows ?? matrix }

  /// Copies the rows of those numbers, none twice, until the next choice. What is done to these rows of the matrix from
  /// elsewhere meanwhile is lost at the optimizer's next step. Throws ``TorchError`` for a number that is no row.
  public func choose(_ rows: [Int]) throws {
    let device = matrix.device
    let index = try Tensor(rows, [rows.count]).to(device)
    try withoutGradient {
      let copy = try matrix.indexed(0, index).requireGradient()
      let places = try lookup ?? .full([matrix.size(0)], -1, dtype: .int64, on: device)
      if let choice {
        try places.copyRows(choice.index, from: .full(choice.index.shape, -1, dtype: .int64, on: device))
      }
      try places.copyRows(index, from: .range(rows.count, dtype: .int64, on: device))
      (lookup, choice) = (places, (index, copy))
    }
  }

  /// Where rows of the matrix, [n], stand in ``current``; -1 for those that were not chosen. Throws ``TorchError`` for
  /// numbers that are no row where a choice was made.
  public func places(of rows: Tensor) throws -> Tensor {
    guard choice != nil, let lookup else { return rows }
    return try lookup.indexed(0, rows)
  }

  /// The chosen rows as a leaf with a gradient, or nil.
  var chosen: Tensor? { choice?.rows }

  /// The chosen rows of a matrix of the same shape: of an optimizer's state.
  func copied(from state: Tensor) throws -> Tensor {
    try choice.map { try state.indexed(0, $0.index) } ?? state
  }

  /// Writes rows back to where ``copied(from:)`` took them.
  func copy(_ rows: Tensor, backTo state: Tensor) throws {
    guard let choice else { return }
    try withoutGradient { try state.copyRows(choice.index, from: rows) }
  }

  /// Writes the chosen rows back to the matrix, once a step has changed them.
  func store() throws {
    if let choice { try copy(choice.rows.detached(), backTo: matrix) }
  }
}
