import FaceNetworks
import Testing
import Torch

@Suite struct PeakTemplatesTests {
  @Test func theBankFallsOffInCityBlocks() throws {
    let bank = try PeakTemplates.bank(side: 4, floor: 0, on: .cpu)
    #expect(bank.shape == [16, 16])
    let row = Array(try bank.floats()[80..<96])
    // Place 5 is the second of the second row; a step takes 4 / 4 of the height away.
    #expect(row == (0..<16).map { $0 == 5 ? 1 : 0 })
    let wide = Array(try PeakTemplates.bank(side: 4, beta: 2, floor: -1, on: .cpu).floats()[80..<84])
    #expect(wide == [0, 0.5, 0, -0.5])
  }

  /// A bank of them would be 17 GB, and running out of memory for it ends the process.
  @Test func largeMapsAreRefused() throws {
    for side in [129, 256, 4096] {
      let error = #expect(throws: NetworkError.self) { try PeakTemplates.bank(side: side, floor: 0, on: .cpu) }
      #expect(error?.description.contains("\(side) x \(side)") == true)
    }
  }
}
