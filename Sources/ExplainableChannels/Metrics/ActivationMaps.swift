/// A view of the activations of one image at the target layer: `channels` maps of `height` rows of `width` cells,
/// one after the other (C, H, W). Valid only inside the closure that lends the memory. Negative values count as zero.
public struct ActivationMaps {
  public let channels: Int
  public let height: Int
  public let width: Int
  public let values: UnsafeBufferPointer<Float>

  /// Traps when the count does not fit the shape.
  public init(channels: Int, height: Int, width: Int, values: UnsafeBufferPointer<Float>) {
    precondition(values.count == channels * height * width, "activations do not fit their shape")
    self.channels = channels
    self.height = height
    self.width = width
    self.values = values
  }

  /// Cells of one map.
  public var area: Int { height * width }

  /// The first value of a channel's map.
  func map(_ channel: Int) -> UnsafePointer<Float> { values.baseAddress! + channel * area }
}

/// The strongest cell of one map and the sum of the map.
struct MapSummary {
  /// The first cell, row by row, that has the largest value.
  var cell: Int
  /// The largest value, at least 0.
  var strength: Float
  /// Sum of the positive values. NaN or infinite when a value is NaN or positively infinite.
  var energy: Float

  /// One pass for the maximum and the sum, eight cells at a time, and a search for where the maximum is.
  init(_ map: UnsafePointer<Float>, count: Int) {
    let raw = UnsafeRawPointer(map)
    var largest = SIMD8<Float>(repeating: 0)
    var sums = SIMD8<Float>(repeating: 0)
    var i = 0
    while i + 8 <= count {
      var v = raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
      v.replace(with: 0, where: v .< 0)
      largest.replace(with: v, where: v .> largest)
      sums += v
      i += 8
    }
    var strongest = largest.max()
    var sum = sums.sum()
    while i < count {
      // Written so that a NaN passes into the sum.
      let v = map[i] < 0 ? 0 : map[i]
      if v > strongest { strongest = v }
      sum += v
      i += 1
    }
    cell = 0
    strength = strongest
    energy = sum
    if strongest > 0 {
      while cell < count, map[cell] != strongest { cell += 1 }
    }
  }
}
