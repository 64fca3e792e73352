import Testing

@testable import Torch

/// Steps that change some rows of a matrix only.
@Suite struct SampledRowsTests {
  private let choices = [[4, 0, 2], [2, 3, 5], [0, 1, 2]]
  private let rate = 0.1

  private func matrix(seed: UInt64 = 3) throws -> Tensor {
    var random = TestRandom(seed: seed)
    return try .normal([6, 4], using: &random).requireGradient()
  }

  /// The gradient of each step's loss by the whole matrix, [6, 4].
  private func slopes() throws -> [Tensor] {
    var random = TestRandom(seed: 8)
    return try choices.map { _ in try .normal([6, 4], using: &random) }
  }

  /// Takes the steps; calls `body` before and after each.
  private func steps(
    _ optimizer: any Optimizer, _ rows: SampledRows, _ body: (_ step: Int, _ isDone: Bool) throws -> Void
  ) throws {
    for (step, (choice, slope)) in try zip(choices, slopes()).enumerated() {
      try rows.choose(choice)
      try body(step, false)
      try optimizer.collectGradients { _ in
        try (rows.current * slope.indexed(0, Tensor(choice, [choice.count]))).sum()
      }
      #expect(try rows.matrix.gradient == nil)
      try optimizer.step(learningRate: rate)
      try body(step, true)
    }
  }

  private func rows(_ tensor: Tensor) throws -> [[Double]] {
    try (0..<tensor.size(0)).map { try tensor[$0].doubles() }
  }

  private func expectSame(_ found: [[Double]], _ wanted: [[Double]], location: SourceLocation = #_sourceLocation) {
    for (row, (found, wanted)) in zip(found, wanted).enumerated() {
      for (a, b) in zip(found, wanted) { #expect(abs(a - b) < 2e-6, "row \(row)", sourceLocation: location) }
    }
  }

  @Test(arguments: [true, false]) func sampledRowsTakeTheStepOfSGD(nesterov: Bool) throws {
    let sampled = SampledRows(try matrix())
    let (momentum, decay) = (0.9, 0.01)
    let optimizer = try SGD(
      [("w", sampled.matrix)], sampled: [sampled], momentum: momentum, weightDecay: decay, nesterov: nesterov)
    var weights = try rows(sampled.matrix)
    var momenta = [[Double]](repeating: [0, 0, 0, 0], count: 6)
    let slopes = try slopes().map(rows)
    try steps(optimizer, sampled) { step, isDone in
      guard isDone else { return }
      for row in choices[step] {
        for column in 0..<4 {
          let gradient = slopes[step][row][column] + decay * weights[row][column]
          momenta[row][column] = momentum * momenta[row][column] + gradient
          let change = nesterov ? gradient + momentum * momenta[row][column] : momenta[row][column]
          weights[row][column] -= rate * change
        }
      }
      expectSame(try rows(sampled.matrix), weights)
      expectSame(try rows(optimizer.state[0].tensor), momenta)
      expectSame(try rows(sampled.current), choices[step].map { weights[$0] })
    }
  }

  @Test func sampledRowsTakeTheStepOfAdamW() throws {
    let sampled = SampledRows(try matrix())
    let optimizer = try AdamW([("w", sampled.matrix)], sampled: [sampled], weightDecay: 0.01)
    var weights = try rows(sampled.matrix)
    var (means, squares) = (weights.map { $0.map { _ in 0.0 } }, weights.map { $0.map { _ in 0.0 } })
    let slopes = try slopes().map(rows)
    try steps(optimizer, sampled) { step, isDone in
      guard isDone else { return }
      let corrections = [0.9, 0.999].map { beta in 1 - (0...step).reduce(1.0) { power, _ in power * beta } }
      for row in choices[step] {
        for column in 0..<4 {
          let gradient = slopes[step][row][column]
          means[row][column] = 0.9 * means[row][column] + 0.1 * gradient
          squares[row][column] = 0.999 * squares[row][column] + 0.001 * gradient * gradient
          let scale = (squares[row][column] / corrections[1]).squareRoot() + 1e-8
          weights[row][column] *= 1 - rate * 0.01
          weights[row][column] -= rate * means[row][column] / corrections[0] / scale
        }
      }
      expectSame(try rows(sampled.matrix), weights)
      expectSame(try rows(optimizer.state[0].tensor), means)
      expectSame(try rows(optimizer.state[1].tensor), squares)
    }
    #expect(try optimizer.state[2].tensor.item() == 3, "steps of the matrix are counted once")
  }

  @Test(arguments: ["sgd", "adamw"]) func otherRowsAndTheirStateStayAsTheyAre(kind: String) throws {
    let (sampled, other) = (SampledRows(try matrix()), try matrix(seed: 5))
    let parameters: [NamedTensor] = [("other", other), ("w", sampled.matrix)]
    let optimizer: any Optimizer =
      kind == "sgd"
      ? try SGD(parameters, sampled: [sampled], weightDecay: 0.1)
      : try AdamW(parameters, sampled: [sampled], weightDecay: 0.1)
    let states = optimizer.state.filter { $0.name.hasSuffix(".w") && $0.tensor.rank == 2 }.map(\.tensor)
    #expect(states.count == (kind == "sgd" ? 1 : 2))
    let untouched = try other.floats()
    var before: [[[Float]]] = []
    func now() throws -> [[[Float]]] {
      try ([sampled.matrix] + states).map { tensor in try (0..<6).map { try tensor[$0].floats() } }
    }
    try steps(optimizer, sampled) { step, isDone in
      if !isDone {
        before = try now()
        return
      }
      for (found, was) in zip(try now(), before) {
        for row in 0..<6 { #expect((found[row] == was[row]) == !choices[step].contains(row), "row \(row)") }
      }
    }
    #expect(try other.floats() == untouched, "it has no gradient")
  }

  @Test func aChoiceOfAllRowsStepsAsTheWholeMatrix() throws {
    let (sampled, whole) = (SampledRows(try matrix()), try matrix())
    let some = try SGD([("w", sampled.matrix)], sampled: [sampled], weightDecay: 0.1, nesterov: true)
    let all = try SGD([("w", whole)], weightDecay: 0.1, nesterov: true)
    for slope in try slopes() {
      try sampled.choose(Array(0..<6))
      try some.collectGradients { _ in try (sampled.current * slope).sum() }
      try all.collectGradients { _ in try (whole * slope).sum() }
      try some.step(learningRate: rate)
      try all.step(learningRate: rate)
      #expect(try sampled.matrix.floats() == whole.floats())
      #expect(try some.state[0].tensor.floats() == all.state[0].tensor.floats())
    }
  }

  @Test func clippingCountsTheChosenRows() throws {
    let (sampled, other) = (SampledRows(try matrix()), try Tensor.zeros([1]).requireGradient())
    let optimizer = try SGD([("w", sampled.matrix), ("o", other)], sampled: [sampled])
    try sampled.choose([5, 1])
    let slope = try Tensor([2, 0, 0, 0, 0, 0, 3, 0] as [Float], [2, 4])
    try optimizer.collectGradients { _ in try (sampled.current * slope).sum() + (other * 6).sum() }
    #expect(try optimizer.clipGradients(to: 3.5) == 7)
    let gradients = try [sampled.current.gradient, other.gradient]
    let found = try gradients.flatMap { try #require($0).floats() }
    for (found, wanted) in zip(found, [1, 0, 0, 0, 0, 0, 1.5, 0, 3] as [Float]) { #expect(abs(found - wanted) < 1e-5) }
  }

  @Test func placesFollowTheChoice() throws {
    let sampled = SampledRows(try matrix())
    let all = try Tensor(Array(0..<6), [6])
    #expect(try sampled.places(of: all).integers() == Array(0..<6))
    #expect(sampled.current === sampled.matrix)
    try sampled.choose([4, 0, 2])
    #expect(try sampled.places(of: all).integers() == [1, -1, 2, -1, 0, -1])
    #expect(try sampled.current.floats() == [4, 0, 2].flatMap { try sampled.matrix[$0].floats() })
    try sampled.choose([5])
    #expect(try sampled.places(of: all).integers() == [-1, -1, -1, -1, -1, 0])
    for row in [6, -1] {
      #expect(throws: TorchError.self) { try sampled.choose([row]) }
      #expect(throws: TorchError.self) { try sampled.places(of: Tensor([row], [1])) }
    }
    #expect(try sampled.places(of: all).integers() == [-1, -1, -1, -1, -1, 0], "a choice that failed changes nothing")
  }

  /// A step of a checkpointed run copies the state into matrices that were made anew.
  @Test func goesOnFromASavedState() throws {
    func run(_ sampled: SampledRows, _ optimizer: SGD, _ range: Range<Int>) throws {
      for step in range {
        try sampled.choose(choices[step])
        try optimizer.collectGradients { _ in try sampled.current.square().sum() }
        try optimizer.step(learningRate: rate)
      }
    }
    let whole = SampledRows(try matrix())
    try run(whole, SGD([("w", whole.matrix)], sampled: [whole]), 0..<3)
    let first = SampledRows(try matrix())
    let before = try SGD([("w", first.matrix)], sampled: [first])
    try run(first, before, 0..<2)
    let second = SampledRows(try first.matrix.detached().clone().requireGradient())
    let after = try SGD([("w", second.matrix)], sampled: [second])
    for (own, saved) in zip(after.state, before.state) { try own.tensor.copy(from: saved.tensor) }
    try run(second, after, 2..<3)
    #expect(try second.matrix.floats() == whole.matrix.floats())
  }
}
