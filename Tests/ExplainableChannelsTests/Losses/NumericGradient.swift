import Testing
import Torch

/// Expects the gradients of a function of double-precision tensors to be what central differences give, within
/// `tolerance` of the largest of them.
func expectGradients(
  of inputs: [Tensor], step: Double = 1e-6, tolerance: Double = 1e-6, at location: SourceLocation = #_sourceLocation,
  _ function: ([Tensor]) throws -> Tensor
) throws {
  let leaves = try inputs.map { try $0.clone().requireGradient() }
  let found = try function(leaves).gradients(of: leaves)
  for (place, input) in inputs.enumerated() {
    let values = try input.doubles()
    func value(_ index: Int, _ move: Double) throws -> Double {
      var moved = values
      moved[index] += move
      var arguments = inputs
      arguments[place] = try Tensor(moved, input.shape)
      return try function(arguments).item()
    }
    let wanted = try values.indices.map { try (value($0, step) - value($0, -step)) / (2 * step) }
    let largest = wanted.map(abs).max() ?? 0
    #expect(largest > 0, "input \(place) does not matter", sourceLocation: location)
    let gradient = try #require(found[place], sourceLocation: location).doubles()
    let worst = zip(gradient, wanted).map { abs($0 - $1) }.reduce(0) { $1.isNaN ? .infinity : max($0, $1) }
    #expect(worst <= tolerance * max(1, largest), "input \(place) differs by \(worst)", sourceLocation: location)
  }
}
