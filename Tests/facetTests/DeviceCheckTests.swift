import Testing
import Torch

@testable import facet

@Suite struct DeviceCheckTests {
  /// The same network twice on the CPU; on a GPU `facet doctor` runs it.
  @Test func theProcessorAgreesWithItselfAndTrains() throws {
    let check = try DeviceCheck(.cpu)
    #expect(check.agrees && check.difference < 1e-6 && check.gradientDifference < 1e-6)
    #expect(check.stepSeconds > 0)
  }
}
