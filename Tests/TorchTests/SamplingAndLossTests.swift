import Testing
import Torch

@Suite struct SamplingTests {
  private struct Settings: Decodable {
    var paddingMode: String
    var outputSize: [Int]
  }

  @Test(arguments: ["grid_sample_border", "grid_sample_zeros"])
  func samplesAGrid(test: String) throws {
    let fixture = try Fixture("sampling")
    let settings = try fixture.settings(test, as: Settings.self)
    let input = try fixture.leaf(test, "input")
    let theta = try fixture.leaf(test, "theta")
    let grid = try Tensor.affineGrid(
      theta, channels: 3, height: settings.outputSize[0], width: settings.outputSize[1])
    try expectClose(grid, fixture.tensor(test, "grid"), "grid")
    let output = try input.sampled(grid, border: settings.paddingMode == "border")
    try expectClose(output, fixture.tensor(test, "output"), "output")
    let wanted = ["input", "theta", "grid"]
    let gradients = try (output * fixture.tensor(test, "output_weights")).gradients(of: [input, theta, grid])
    for (name, gradient) in zip(wanted, gradients) {
      try expectClose(#require(gradient), fixture.tensor(test, "grad_\(name)"), name)
    }
  }

  @Test func samplesItselfThroughTheIdentity() throws {
    var random = TestRandom(seed: 3)
    let image = try Tensor.normal([1, 2, 5, 6], using: &random)
    let grid = try Tensor.affineGrid(
      Tensor([1, 0, 0, 0, 1, 0] as [Float], [1, 2, 3]), channels: 2, height: 5, width: 6)
    try expectClose(image.sampled(grid), image)
  }

  @Test(arguments: [true, false])
  func resizesAFlatPictureToAFlatPicture(antialias: Bool) throws {
    let flat = try Tensor.full([1, 2, 9, 7], 0.75)
    let small = try flat.resized(height: 4, width: 3, antialias: antialias)
    try expectClose(small, .full([1, 2, 4, 3], 0.75), tolerance: 1e-6)
  }
}

@Suite struct CrossEntropyTests {
  private struct Settings: Decodable { var labelSmoothing: Double }

  @Test(arguments: ["cross_entropy", "cross_entropy_smoothed"])
  func agrees(test: String) throws {
    let fixture = try Fixture("losses")
    let logits = try fixture.leaf(test, "input")
    let smoothing = try fixture.settings(test, as: Settings.self).labelSmoothing
    let loss = try logits.crossEntropy(fixture.tensor(test, "target"), labelSmoothing: smoothing)
    try expectClose(loss, fixture.tensor(test, "output"))
    try loss.backward()
    try expectClose(#require(try logits.gradient), fixture.tensor(test, "grad_input"))
  }

  @Test func refusesALabelThatIsNoClass() throws {
    let logits = try Tensor.zeros([2, 3])
    #expect(throws: TorchError.self) { try logits.crossEntropy(Tensor([0, 3], [2])) }
    #expect(throws: TorchError.self) { try logits.crossEntropy(Tensor([0], [1])) }
  }
}
