import Foundation
import Torch

extension PeakMemory {
  /// What a side says of itself. Throws `BenchmarkError.unexpected` when it says something else.
  init(json text: String) throws {
    guard let peak = try? JSONDecoder().decode(PeakMemory.self, from: Data(text.utf8)) else {
      throw BenchmarkError.unexpected(line: text, wanted: "a peak memory")
    }
    self = peak
  }
}
