extension Image {
  /// An image of `width` x `height` whose pixel (x, y) is this one's color at `transform.apply(x, y)`, bilinear
  /// between pixel centers; outside the picture its edge is repeated.
  ///
  /// The transform leads from the output to the input: to move the picture by `t`, pass `t.inverted()`. There is no
  /// smoothing, so resize first where the picture shrinks to less than half. Traps when a side is below 1.
  public func warped(by transform: AffineTransform2D, width newWidth: Int, height newHeight: Int) -> Image {
    precondition(newWidth > 0 && newHeight > 0, "an image has at least one pixel")
    return Image(width: newWidth, height: newHeight) { output in
      pixels.withUnsafeBufferPointer { input in
        var target = output.baseAddress!
        for y in 0..<newHeight {
          for x in 0..<newWidth {
            let place = transform.apply(Double(x), Double(y))
            let across = BilinearPlace(place.x, size: width)
            let down = BilinearPlace(place.y, size: height)
            let upper = input.baseAddress! + down.first &* width &* 3
            let lower = input.baseAddress! + down.second &* width &* 3
            let (left, right) = (across.first &* 3, across.second &* 3)
            for c in 0..<3 {
              let top = mix(upper[left &+ c], upper[right &+ c], across.fraction)
              let bottom = mix(lower[left &+ c], lower[right &+ c], across.fraction)
              target[c] = UInt8(top + (bottom - top) * down.fraction + 0.5)
            }
            target += 3
          }
        }
      }
    }
  }
}

/// Two neighboring samples and how far between them a coordinate lies.
private struct BilinearPlace {
  let first: Int
  let second: Int
  let fraction: Float

  /// Clamps `coordinate` to the samples there are; not a number counts as 0.
  @inline(__always)
  init(_ coordinate: Double, size: Int) {
    let last = Double(size &- 1)
    let inside = coordinate > 0 ? (coordinate < last ? coordinate : last) : 0
    first = Int(inside)
    second = min(first &+ 1, size &- 1)
    fraction = Float(inside - Double(first))
  }
}

@inline(__always)
private func mix(_ first: UInt8, _ second: UInt8, _ fraction: Float) -> Float {
  Float(first) + (Float(second) - Float(first)) * fraction
}
