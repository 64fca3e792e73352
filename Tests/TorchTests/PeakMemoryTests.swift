import Foundation
import Testing
import Torch

@Suite struct PeakMemoryTests {
  @Test func aLargeTensorRaisesThePeakAndItsReleaseDoesNotLowerIt() throws {
    let before = try PeakMemory.now()
    #expect(before.resident > 16 << 20, "LibTorch alone takes more")
    #expect(before.device == nil, "no GPU was asked for")
    // Beyond what the process ever held, whatever ran before.
    let bytes = before.resident + (64 << 20)
    do { #expect(try Tensor.ones([bytes / 4]).count == bytes / 4) }
    let after = try PeakMemory.now()
    #expect(after.resident >= bytes && after.resident < before.resident + 2 * bytes)
    #expect(try PeakMemory.now().resident >= after.resident)
  }

  @Test func itIsReadable() throws {
    let text = #"{"resident": 1288490188, "device": 3145728}"#
    let peak = try JSONDecoder().decode(PeakMemory.self, from: Data(text.utf8))
    #expect("\(peak)" == "peak memory 1228 MiB, 3 MiB on the GPU")
    let alone = try JSONDecoder().decode(PeakMemory.self, from: Data(#"{"resident": 1048576}"#.utf8))
    #expect("\(alone)" == "peak memory 1 MiB")
  }
}
