import FaceDatasets
import Foundation
import Torch

/// What the machine does at best, through LibTorch with the run's threads: the floor under any step.
struct MachinePeaks: Encodable {
  /// Products of float32 matrices, 1024 x 1024.
  let gigaflopsPerSecond: Double
  /// Bytes read and written by a copy of 256 MiB.
  let gigabytesPerSecond: Double

  /// Best of several, because whatever else runs only takes away.
  static func measured() throws -> MachinePeaks {
    let (side, count) = (1024, 64 << 20)
    var random = SeededRandom(seed: 1)
    let (a, b) = (try Tensor.normal([side, side], using: &random), try Tensor.normal([side, side], using: &random))
    let (source, target) = (try Tensor.ones([count]), try Tensor.zeros([count]))
    return try withoutGradient {
      let product = try best { _ = try a.matmul(b) }
      let copy = try best { try target.copy(from: source) }
      return MachinePeaks(
        gigaflopsPerSecond: 2 * pow(Double(side), 3) / product / 1e9,
        gigabytesPerSecond: 2 * 4 * Double(count) / copy / 1e9)
    }
  }

  private static func best(_ work: () throws -> Void) throws -> Double {
    let clock = ContinuousClock()
    return try (0..<15).map { _ in try clock.measure(work) / .seconds(1) }.min()!
  }

  var text: String {
    String(
      format: "peaks: %.0f GFLOP/s (matrix products), %.1f GB/s (copies)", gigaflopsPerSecond, gigabytesPerSecond)
  }
}
