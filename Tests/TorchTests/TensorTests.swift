import Testing

@testable import Torch

@Suite struct TensorTests {
  /// 0, 1, 2, ... in that shape.
  private func counting(_ shape: Int...) throws -> Tensor { try Tensor.range(shape.reduce(1, *)).reshaped(shape) }

  /// The text of the TorchError that `body` throws.
  private func failure(_ body: () throws -> some Any, at location: SourceLocation = #_sourceLocation) -> String {
    do {
      _ = try body()
      Issue.record("nothing was thrown", sourceLocation: location)
    } catch let error as TorchError {
      return error.description
    } catch {
      Issue.record("\(error) is no TorchError", sourceLocation: location)
    }
    return ""
  }

  @Test func knowsItsShape() throws {
    let x = try counting(2, 3, 4)
    #expect(x.shape == [2, 3, 4] && x.rank == 3 && x.count == 24)
    #expect(x.size(0) == 2 && x.size(-1) == 4)
    #expect(x.dtype == .float32 && x.device == .cpu && x.isContiguous && !x.requiresGradient)
    #expect(x.description == "Tensor(2x3x4, float32, cpu)")
    #expect(try Tensor.full([], 2).shape == [] && Tensor.full([], 2).item() == 2)
    #expect(try Tensor.zeros([0, 3]).floats() == [])
  }

  @Test func copiesNumbersInAndOut() throws {
    #expect(try Tensor([1.5, -2] as [Double], [2]).doubles() == [1.5, -2])
    #expect(try Tensor([1, -2] as [Int], [2]).integers() == [1, -2])
    #expect(try Tensor([0, 255] as [UInt8], [1, 2]).bytes() == [0, 255])
    #expect(try Tensor([1.5, 2.25] as [Float], [2]).to(.bfloat16).floats() == [1.5, 2.25])
    #expect(try counting(2, 3).transposed(0, 1).floats() == [0, 3, 1, 4, 2, 5])
    let bytes = try Tensor([258] as [Int], [1]).withUnsafeBytes { Array($0) }
    #expect(bytes == [2, 1, 0, 0, 0, 0, 0, 0])
  }

  @Test func refusesWhatDoesNotFit() throws {
    let x = try counting(2, 3)
    #expect(failure { try Tensor([1, 2, 3] as [Float], [2, 2]) }.contains("16 bytes"))
    #expect(failure { try Tensor([1] as [Float], [-1]) }.contains("negative"))
    #expect(failure { try x + counting(4) }.contains("must match the size of tensor"))
    #expect(failure { try x.matmul(x) }.contains("2x3"))
    #expect(failure { try x.reshaped(4, 2) }.contains("invalid"))
    #expect(failure { try x[2] }.contains("out of range"))
    #expect(failure { try x.sum(5) }.contains("Dimension out of range"))
    #expect(failure { try x.item() }.contains("6 elements"))
    #expect(failure { try Tensor.zeros([0]).item() } != "")
    #expect(failure { try x.transposed(0, 1).withUnsafeBytes { $0.count } }.contains("contiguous"))
    #expect(failure { try Tensor.stacked([x, counting(3)]) }.contains("equal size"))
    #expect(failure { try Tensor.concatenated([], 0) } != "")
    #expect(failure { try Tensor([1, 2] as [Int], [2]).requireGradient() }.contains("floating point"))
    #expect(failure { try Tensor.zeros([1 << 40, 1 << 40]) } != "")
    #expect(failure { try Tensor([0, 5] as [Int], [2]).oneHot(5) } != "")
    #expect(failure { try x.indexed(0, Tensor([2] as [Int], [1])) }.contains("out of range"))
    #expect(failure { try x.top(4, 1) }.contains("out of range"))
  }

  @Test func computes() throws {
    let x = try Tensor([1, 4, 9] as [Float], [3])
    #expect(try (1 - x * 2 + x / 2).floats() == [-0.5, -5, -12.5])
    #expect(try (36 / x - x).floats() == [35, 5, -5])
    #expect(try (2 + x - 1).floats() == [2, 5, 10])
    #expect(try x.sqrt().floats() == [1, 2, 3] && x.square().floats() == [1, 16, 81])
    #expect(try (-x).abs().floats() == [1, 4, 9] && x.pow(2).floats() == [1, 16, 81])
    #expect(try x.clamped(min: 2, max: 5).floats() == [2, 4, 5])
    #expect(try x.maximum(Tensor.full([3], 4)).floats() == [4, 4, 9])
    #expect(try x.minimum(Tensor.full([3], 4)).floats() == [1, 4, 4])
    #expect(try x.greater(than: 3).bytes() == [0, 1, 1] && x.less(than: 3).bytes() == [1, 0, 0])
    #expect(try Tensor.select(x.equal(to: 4), x, -x).floats() == [-1, 4, -9])
    #expect(try (x / 0).isFinite().bytes() == [0, 0, 0])
    try expectClose(x.exp().log(), x)
    try expectClose(x.sigmoid(), 1 / ((-x).exp() + 1))
    try expectClose((x / 8).tanh(), (x / 4).sigmoid() * 2 - 1)
    try expectClose(x.sin().square() + x.cos().square(), .ones([3]))
  }

  @Test func broadcastsLikeNumPy() throws {
    let sum = try counting(2, 1, 3) + counting(4, 1)
    #expect(sum.shape == [2, 4, 3])
    #expect(try sum.floats()[..<6] == [0, 1, 2, 1, 2, 3])
  }

  @Test func reduces() throws {
    let x = try counting(2, 3)
    for whole in [
      try x.sum(keep: true), try x.mean(keep: true), try x.max(keep: true), try x.min(keep: true),
      try x.norm(keep: true),
      try x.variance(keep: true),
    ] { #expect(whole.shape == [1, 1]) }
    #expect(try x.mean().shape == [] && x.mean(keep: true).item() == 2.5 && x.variance(keep: true).item() == 3.5)
    #expect(try x.sum().item() == 15 && x.sum(0).floats() == [3, 5, 7] && x.sum(1, keep: true).shape == [2, 1])
    #expect(try x.mean().item() == 2.5 && x.mean(0, 1).item() == 2.5)
    #expect(try x.max().item() == 5 && x.min(1).floats() == [0, 3] && x.argmax(1).integers() == [2, 2])
    #expect(try x.variance(unbiased: false).item() - 35.0 / 12 < 1e-6 && x.variance().item() == 3.5)
    #expect(try x.norm(1).floats()[0] == Float(5).squareRoot() && abs(x.norm().item() - 55.0.squareRoot()) < 1e-6)
    try expectClose(x.softmax(1).log(), x.logSoftmax(1))
    let (values, indices) = try x.top(2, 1)
    #expect(try values.floats() == [2, 1, 5, 4] && indices.integers() == [2, 1, 2, 1])
    #expect(try Tensor.zeros([1, 4]).normalized(1).floats() == [0, 0, 0, 0])
  }

  @Test func splitsSymmetricMatrices() throws {
    let (values, vectors) = try Tensor([2, 1, 1, 2] as [Double], [2, 2]).symmetricEigen()
    #expect(try zip(values.doubles(), [1, 3]).allSatisfy { abs($0 - $1) < 1e-12 })
    let columns = try vectors.doubles()
    #expect(abs(columns[0] + columns[2]) < 1e-12 && abs(columns[1] - columns[3]) < 1e-12)
    #expect(failure { try Tensor.zeros([2, 3]).symmetricEigen() } != "")
  }

  @Test func invertsMatrices() throws {
    let two = try Tensor([2, 1, 1, 2, 4, 0, 0, 0.5] as [Double], [2, 2, 2]).uncheckedInverse().doubles()
    let wanted = [2, -1, -1, 2].map { $0 / 3.0 } + [0.25, 0, 0, 2]
    #expect(zip(two, wanted).allSatisfy { abs($0 - $1) < 1e-12 }, "\(two)")
    // What has no inverse, or is no number, is no failure.
    #expect(try Tensor([0, 0, 0, 0] as [Double], [2, 2]).uncheckedInverse().shape == [2, 2])
    #expect(try Tensor([.nan, 1, 1, 1] as [Double], [2, 2]).uncheckedInverse().shape == [2, 2])
    #expect(failure { try Tensor.zeros([2, 3]).uncheckedInverse() } != "")
  }

  @Test func solvesSymmetricSystems() throws {
    let right = try Tensor([3, 5] as [Double], [2, 1])
    let full = try Tensor([2, 1, 1, 2] as [Double], [2, 2]).symmetricSolution(right).doubles()
    #expect(zip(full, [1.0 / 3, 7.0 / 3]).allSatisfy { abs($0 - $1) < 1e-12 }, "\(full)")
    // One direction alone: the shortest answer to the part of the right side that it can reach, (4, 4).
    let flat = try Tensor([1, 1, 1, 1] as [Double], [2, 2]).symmetricSolution(right).doubles()
    #expect(flat.allSatisfy { abs($0 - 2) < 1e-12 }, "\(flat)")
  }

  @Test func indexes() throws {
    let x = try counting(3, 4)
    #expect(try x[1].floats() == [4, 5, 6, 7] && x[-1].floats() == [8, 9, 10, 11])
    #expect(try x[1..<3].shape == [2, 4] && x[1..<1].shape == [0, 4])
    #expect(try x.sliced(1, 1..<3).floats() == [1, 2, 5, 6, 9, 10] && x.selected(1, 2).floats() == [2, 6, 10])
    #expect(try x.indexed(0, Tensor([2, 0] as [Int], [2])).floats()[..<4] == [8, 9, 10, 11])
    #expect(try x.gathered(1, Tensor([3, 0, 1] as [Int], [3, 1])).floats() == [3, 4, 9])
    #expect(try x[0..<1].flipped(1).floats() == [3, 2, 1, 0])
    #expect(try Tensor([1, 0] as [Int], [2]).oneHot(3).integers() == [0, 1, 0, 1, 0, 0])
    // A slice is a view.
    try x[0].fill(7)
    #expect(try x.floats()[..<5] == [7, 7, 7, 7, 4])
  }

  @Test func reshapes() throws {
    let x = try counting(2, 3, 4)
    #expect(try x.permuted(2, 0, 1).shape == [4, 2, 3] && x.flattened(from: 1).shape == [2, 12])
    #expect(try x.reshaped(-1, 6).shape == [4, 6] && x.unsqueezed(1).shape == [2, 1, 3, 4])
    #expect(try x.unsqueezed(0).squeezed(0).shape == [2, 3, 4])
    #expect(try counting(3, 1).expanded(-1, 2).floats() == [0, 0, 1, 1, 2, 2])
    #expect(try Tensor.stacked([x, x]).shape == [2, 2, 3, 4])
    #expect(try Tensor.concatenated([x, x], 1).shape == [2, 6, 4])
  }

  @Test func keepsValuesInAnotherLayoutOrType() throws {
    let x = try counting(2, 3, 4, 5)
    let last = try x.channelsLast()
    #expect(last.isChannelsLast && !last.isContiguous)
    #expect(try last.floats() == x.floats() && last.contiguous().isContiguous)
    try last.clone().move(to: .cpu, channelsLast: false)
    let moved = try x.clone().requireGradient()
    try moved.move(to: .cpu, channelsLast: true)
    #expect(try moved.isChannelsLast && moved.requiresGradient && moved.floats() == x.floats())
    for dtype in DType.allCases where dtype != .bool {
      // bfloat16 and int8 hold these whole numbers exactly.
      #expect(try x.to(dtype).dtype == dtype && x.to(dtype).doubles() == x.doubles(), "\(dtype)")
    }
    #expect(try x.to(.cpu) === x && x.to(.float32) === x)
  }

  @Test func clonesIntoMemoryOfItsOwn() throws {
    let x = try counting(3).requireGradient()
    let copy = try (x * 2).clone()
    #expect(!copy.requiresGradient)
    try copy.fill(1)
    #expect(try x.floats() == [0, 1, 2])
    try copy.copy(from: x)
    #expect(try copy.floats() == [0, 1, 2])
    try copy.add(inPlace: x, scale: 2)
    try copy.multiply(inPlace: 2)
    try copy.add(inPlace: 1)
    #expect(try copy.floats() == [1, 7, 13])
  }
}

@Suite struct AutogradTests {
  @Test func givesGradients() throws {
    let x = try Tensor([1, 2, 3] as [Float], [3]).requireGradient()
    let y = try Tensor([4, 5, 6] as [Float], [3]).requireGradient()
    let unused = try Tensor.ones([2]).requireGradient()
    let found = try (x * x * y).gradients(of: [x, y, unused])
    #expect(try found[0]?.floats() == [8, 20, 36] && found[1]?.floats() == [1, 4, 9] && found[2] == nil)
    #expect(try x.gradient == nil)
  }

  @Test func differentiatesTwice() throws {
    let x = try Tensor([2] as [Float], [1]).requireGradient()
    let first = try #require(try x.pow(3).gradients(of: [x], createGraph: true)[0])
    #expect(try first.item() == 12)
    #expect(try first.gradients(of: [x])[0]?.item() == 12)
  }

  @Test func collectsGradients() throws {
    let x = try Tensor([1, 2] as [Float], [2]).requireGradient()
    try x.square().sum().backward()
    try x.square().sum().backward()
    #expect(try x.gradient?.floats() == [4, 8])
    #expect(throws: TorchError.self) { try x.square().backward() }
    #expect(throws: TorchError.self) { try x.detached().sum().backward() }
  }

  @Test func recordsNothingWithoutGradient() throws {
    let x = try Tensor.ones([2]).requireGradient()
    #expect(try withoutGradient { try x * 2 }.requiresGradient == false)
    #expect(throws: TorchError.self) { try withoutGradient { throw TorchError(message: "out of the body") } }
    #expect(try (x * 2).requiresGradient)
    #expect(try !x.detached().requiresGradient)
  }

  @Test func castsWhereItIsSafe() throws {
    var random = TestRandom(seed: 5)
    let (x, w) = (
      try Tensor.normal([2, 3], using: &random), try Tensor.normal([4, 3], using: &random).requireGradient()
    )
    let inside = try withAutocast(.bfloat16, on: .cpu) {
      try withAutocast(.bfloat16, on: .cpu) { try x.linear(w) }
    }
    #expect(inside.dtype == .bfloat16)
    #expect(try withAutocast(.bfloat16, on: .cpu, enabled: false) { try x.linear(w) }.dtype == .float32)
    #expect(try x.linear(w).dtype == .float32)
    #expect(try inside.gradients(of: [w])[0]?.dtype == .float32)
    try expectClose(inside.to(.float32), x.linear(w), tolerance: 0.03)
  }
}

@Suite struct RandomTensorTests {
  @Test func drawsNormalNumbers() throws {
    var random = TestRandom(seed: 6)
    let x = try Tensor.normal([99, 101], mean: 3, deviation: 2, using: &random)
    // 9999 draws: five deviations are 0.1 of the mean and 0.28 of the variance.
    #expect(try abs(x.mean().item() - 3) < 0.1 && abs(x.variance().item() - 4) < 0.3)
    // The share beyond two deviations is 4.55 %, five deviations of it 1.04 %.
    let tails = try (x - 3).abs().greater(than: 4).to(.float32).mean().item()
    #expect(abs(tails - 0.0455) < 0.0105)
  }

  @Test func drawsUniformNumbers() throws {
    var random = TestRandom(seed: 7)
    let x = try Tensor.uniform([10_000], -1...3, using: &random)
    #expect(try abs(x.mean().item() - 1) < 0.06 && abs(x.variance().item() - 16.0 / 12) < 0.06)
    #expect(try x.min().item() >= -1 && x.max().item() <= 3)
  }

  @Test func repeatsForOneSeed() throws {
    func draw(_ seed: UInt64) throws -> [Float] {
      var random = TestRandom(seed: seed)
      return try Tensor.normal([5], using: &random).floats() + Tensor.uniform([5], 0...1, using: &random).floats()
    }
    #expect(try draw(8) == draw(8))
    #expect(try draw(8) != draw(9))
  }
}

@Suite struct DeviceTests {
  @Test func namesDevices() throws {
    #expect(try Device.named("cpu") == .cpu)
    #expect(Device.cuda(2).description == "cuda:2" && Device.cuda().isCUDA && !Device.cpu.isCUDA)
    for name in ["gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:1:2", ""] {
      #expect(throws: TorchError.self, "\(name)") { try Device.named(name) }
    }
    #expect(throws: TorchError.self) { try Device.named("cuda:99") }
    try Device.cpu.synchronize()
  }

  @Test func knowsTheRuntime() {
    #expect(Runtime.version.split(separator: ".").count >= 2)
    #expect(Runtime.threads >= 1)
  }
}
