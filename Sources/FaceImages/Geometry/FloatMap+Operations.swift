extension FloatMap {
  /// The map at another size: bilinear between the centers of its cells when it grows (as PyTorch's `interpolate`
  /// without `align_corners`), antialiased when it shrinks. Traps when a side is below 1.
  public func resized(width newWidth: Int, height newHeight: Int) -> FloatMap {
    precondition(newWidth > 0 && newHeight > 0 && width > 0 && height > 0, "a map has at least one cell")
    if newWidth == width && newHeight == height { return self }
    let across = ResampleKernel(inputSize: width, outputSize: newWidth)
    let down = ResampleKernel(inputSize: height, outputSize: newHeight)
    var rows = [Float](repeating: 0, count: newWidth * height)
    for y in 0..<height {
      for x in 0..<newWidth {
        rows[y * newWidth + x] = across.sum(at: x) { values[y * width + $0] }
      }
    }
    var result = FloatMap(width: newWidth, height: newHeight, values: .init(repeating: 0, count: newWidth * newHeight))
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        result[x, y] = down.sum(at: y) { rows[$0 * newWidth + x] }
      }
    }
    return result
  }

  /// The map stretched so that its least finite value becomes 0 and its greatest 1. A constant map becomes 0
  /// everywhere, and so do values that are not finite.
  public func normalized() -> FloatMap {
    let finite = values.lazy.filter { $0.isFinite }
    guard let low = finite.min(), let high = finite.max() else {
      return FloatMap(width: width, height: height, values: .init(repeating: 0, count: values.count))
    }
    return normalized(from: low, to: high)
  }

  /// The map stretched so that `low` becomes 0 and `high` 1, clamped to that range, so that several maps can share
  /// one scale. Values that are not finite become 0, and so do all when `high` is not above `low`.
  public func normalized(from low: Float, to high: Float) -> FloatMap {
    let range = Double(high) - Double(low)
    let scaled = values.map { value -> Float in
      guard value.isFinite, range > 0 else { return 0 }
      return Float(min(1, max(0, (Double(value) - Double(low)) / range)))
    }
    return FloatMap(width: width, height: height, values: scaled)
  }
}

extension ResampleKernel {
  /// Output sample `index` of the input that `sample` reads.
  fileprivate func sum(at index: Int, _ sample: (Int) -> Float) -> Float {
    var total = 0.0
    for k in 0..<counts[index] {
      total += weights[index * taps + k] * Double(sample(starts[index] + k))
    }
    return Float(total)
  }
}
