import Testing

@testable import Torch

@Suite struct OptimizerTests {
  private struct Settings: Decodable {
    var lr: Double
    var momentum: Double?
    var weightDecay: Double?
    var nesterov: Bool?
    var betas: [Double]?
    var eps: Double?
  }

  @Test(arguments: ["sgd", "sgd_momentum", "sgd_nesterov", "adamw"])
  func takesPyTorchsSteps(test: String) throws {
    let fixture = try Fixture("optimizers")
    let settings = try fixture.settings(test, as: Settings.self)
    let parameter = try fixture.leaf(test, "param0")
    let optimizer: any Optimizer =
      test == "adamw"
      ? try AdamW(
        [("p", parameter)], beta1: settings.betas![0], beta2: settings.betas![1],
        weightDecay: settings.weightDecay!, epsilon: settings.eps!)
      : try SGD(
        [("p", parameter)], momentum: settings.momentum ?? 0, weightDecay: settings.weightDecay ?? 0,
        nesterov: settings.nesterov ?? false)
    for step in 1...3 {
      try optimizer.clearGradients()
      #expect(try parameter.gradient == nil)
      // d(sum of p * g) / dp is g.
      try (parameter * fixture.tensor(test, "grad\(step)")).sum().backward()
      try optimizer.step(learningRate: settings.lr)
      try expectClose(parameter, fixture.tensor(test, "param\(step)"), "step \(step)", tolerance: 2e-6)
    }
    let names = ["momentum.p": "momentum_buffer3", "mean.p": "exp_avg3", "square.p": "exp_avg_sq3"]
    var compared = 0
    for (name, tensor) in optimizer.state {
      guard let key = names[name], let wanted = try fixture.file.tensor("\(test).\(key)") else { continue }
      try expectClose(tensor, wanted, name, tolerance: 2e-6)
      compared += 1
    }
    #expect(compared == (test == "adamw" ? 2 : test == "sgd" ? 0 : 1))
    if test == "adamw" { #expect(try optimizer.state.last?.tensor.item() == 3) }
  }

  @Test func leavesParametersWithoutGradientAlone() throws {
    let (used, unused) = (try Tensor.ones([3]).requireGradient(), try Tensor.ones([2]).requireGradient())
    for optimizer: any Optimizer in [
      try SGD([("a", used), ("b", unused)], weightDecay: 0.1),
      try AdamW([("a", used), ("b", unused)], weightDecay: 0.1),
    ] {
      try optimizer.clearGradients()
      try used.sum().backward()
      try optimizer.step(learningRate: 0.1)
    }
    #expect(try unused.floats() == [1, 1])
    #expect(try used.floats().allSatisfy { $0 < 1 })
  }

  @Test func stepsTheSameInEitherMemoryLayout() throws {
    var random = TestRandom(seed: 4)
    let start = try Tensor.normal([4, 3, 3, 3], using: &random)
    let input = try Tensor.normal([2, 3, 6, 6], using: &random)
    let results = try [false, true].flatMap { channelsLast -> [Tensor] in
      try [true, false].map { usesSGD in
        let weight = try start.clone().requireGradient()
        try weight.move(to: .cpu, channelsLast: channelsLast)
        let optimizer: any Optimizer = usesSGD ? try SGD([("w", weight)]) : try AdamW([("w", weight)])
        for _ in 0..<3 {
          try optimizer.clearGradients()
          try input.convolved(weight).square().mean().backward()
          try optimizer.step(learningRate: 0.05)
        }
        return weight
      }
    }
    try expectClose(results[2], results[0], "SGD")
    try expectClose(results[3], results[1], "AdamW")
  }

  @Test func goesOnFromASavedState() throws {
    func steps(_ optimizer: some Optimizer, _ parameter: Tensor, _ range: Range<Int>) throws {
      for step in range {
        try optimizer.clearGradients()
        try (parameter.square() * Double(step + 1)).sum().backward()
        try optimizer.step(learningRate: 0.01)
      }
    }
    let start = try Tensor([1, -2, 3] as [Float], [3])
    let whole = try start.clone().requireGradient()
    try steps(AdamW([("p", whole)]), whole, 0..<6)
    let first = try start.clone().requireGradient()
    let before = try AdamW([("p", first)])
    try steps(before, first, 0..<3)
    let second = try first.detached().clone().requireGradient()
    let after = try AdamW([("p", second)])
    for (own, saved) in zip(after.state, before.state) { try own.tensor.copy(from: saved.tensor) }
    try steps(after, second, 3..<6)
    #expect(try second.floats() == whole.floats())
  }

  @Test func clipsGradientsTogether() throws {
    let (a, b) = (try Tensor.zeros([2]).requireGradient(), try Tensor.zeros([1]).requireGradient())
    let optimizer = try SGD([("a", a), ("b", b)])
    #expect(try optimizer.clipGradients(to: 1) == 0)
    func gradients() throws -> [Float] { try a.gradient!.floats() + b.gradient!.floats() }
    try ((a * Tensor([2, 3] as [Float], [2])).sum() + (b * 6).sum()).backward()
    #expect(try optimizer.clipGradients(to: 0) == 7)
    #expect(try gradients() == [2, 3, 6])
    #expect(try optimizer.clipGradients(to: 7.5) == 7)
    #expect(try gradients() == [2, 3, 6])
    #expect(try optimizer.clipGradients(to: 3.5) == 7)
    for (found, wanted) in zip(try gradients(), [1, 1.5, 3] as [Float]) { #expect(abs(found - wanted) < 1e-5) }
  }
}

@Suite struct ScheduleTests {
  /// The fixture's rates of steps 0 to 49 against ours.
  private func expectRates(_ test: String, offset: Double = 0, _ schedule: Schedule) throws {
    let wanted = try Fixture("schedules").tensor(test, "rates").doubles()
    #expect(wanted.count == 50)
    for (step, rate) in wanted.enumerated() {
      #expect(abs(schedule(step) + offset - rate) < 1e-12, "step \(step)")
    }
  }

  @Test func followsPyTorch() throws {
    try expectRates("one_cycle", Schedule(rate: 0.1, total: 50, shape: .oneCycle(rise: 0.3)))
    try expectRates("polynomial", Schedule(rate: 0.1, total: 50, shape: .polynomial(power: 2)))
    try expectRates("step", Schedule(rate: 0.1, total: 50, shape: .step(at: [15, 30, 45], factor: 0.1)))
    try expectRates("multistep", Schedule(rate: 0.1, total: 50, shape: .step(at: [20, 35], factor: 0.2)))
    // PyTorch's falls to 0.001, ours to 0: the same curve, lower and less high.
    try expectRates("cosine", offset: 0.001, Schedule(rate: 0.099, total: 50, shape: .cosine))
  }

  @Test(arguments: [Schedule.Shape.constant, .step(at: [60], factor: 0.5), .polynomial(power: 1), .cosine])
  func warmsUpLinearlyAndHoldsTheEnd(shape: Schedule.Shape) {
    let schedule = Schedule(rate: 0.2, total: 100, warmup: 10, shape: shape)
    for step in 0..<10 { #expect(abs(schedule(step) - 0.02 * Double(step + 1)) < 1e-15) }
    #expect(schedule(10) == 0.2)
    for step in 11..<100 { #expect(schedule(step) <= schedule(step - 1) && schedule(step) >= 0) }
    #expect(schedule(100) == schedule(1000))
  }

  @Test(arguments: [1, 2, 3, 10], [0, 0.3, 1])
  func isFiniteForShortTrainings(total: Int, rise: Double) {
    for shape in [Schedule.Shape.oneCycle(rise: rise), .cosine, .polynomial(power: 2)] {
      let schedule = Schedule(rate: 0.1, total: total, shape: shape)
      for step in 0...(total + 2) { #expect(schedule(step).isFinite && (0...0.1 + 1e-12).contains(schedule(step))) }
    }
  }
}
