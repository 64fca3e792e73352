import Torch

/// The activation that only the strongest share of a channel's activations exceeds, over all cells of all images.
enum ActivationThresholds {
  /// Values that are sorted through at a time, to bound the memory (64 MiB).
  private static let block = 1 << 24

  /// One threshold a channel: at most `share` of its activations (after ReLU) are larger. 0 for a channel that is active
  /// in fewer cells. Exact. Some channels at a time, O(all activations).
  static func top(_ share: Double, of entries: [KeptMaps.Entry], channels: Int, area: Int) throws -> [Float] {
    let count = entries.count * area
    guard count > 0 else { return [Float](repeating: 0, count: channels) }
    let larger = min(count - 1, Int(share * Double(count)))
    let step = max(1, block / count)
    return try stride(from: 0, to: channels, by: step).flatMap { first -> [Float] in
      let some = first..<min(channels, first + step)
      let parts = try entries.map { entry in
        let values = Array(entry.values[(some.lowerBound * area)..<(some.upperBound * area)])
        return try Tensor(values, [some.count, area])
      }
      let values = try Tensor.concatenated(parts, 1).relu()
      return try values.top(larger + 1, 1).values.selected(1, larger).floats()
    }
  }
}
