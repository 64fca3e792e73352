import FaceImages

/// The camera after the lens: exposure, tone curve, blur, sensor noise, eight bits.
struct PhotoFinish: Sendable {
  private let conditions: FaceConditions
  private let width: Int
  private let height: Int

  init(_ conditions: FaceConditions, width: Int, height: Int) {
    self.conditions = conditions
    self.width = width
    self.height = height
  }

  func develop(_ light: [Float]) -> Image {
    let gain = power(2, conditions.exposure)
    // A soft shoulder, then gamma 2.
    var display = light.map { value -> Float in
      let v = max(0, value) * gain
      return (v * (1 + 0.08 * v) / (1 + 0.32 * v)).squareRoot()
    }
    let sigma = conditions.blur * Float(min(width, height)) / 100
    if sigma > 0.15 { display = blur(display, sigma) }
    let seed = UInt32(truncatingIfNeeded: conditions.noiseSeed ^ (conditions.noiseSeed >> 32))
    var pixels = [UInt8](repeating: 0, count: display.count)
    for i in 0..<display.count {
      let value = display[i] + conditions.noise * PhotoFinish.grain(i, seed)
      pixels[i] = UInt8(max(0, min(255, value * 255 + 0.5)))
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  /// Nearly normal, of variance 1: the sum of three uniform numbers in [-1, 1].
  private static func grain(_ index: Int, _ seed: UInt32) -> Float {
    let i = Int32(truncatingIfNeeded: index)
    return latticeValue(i, 0, seed) + latticeValue(i, 1, seed) + latticeValue(i, 2, seed)
  }

  private func blur(_ values: [Float], _ sigma: Float) -> [Float] {
    let reach = max(1, Int((2.5 * sigma).rounded(.up)))
    let weights = (-reach...reach).map { exponential(-Float($0 * $0) / (2 * sigma * sigma)) }
    let total = weights.reduce(0, +)
    let kernel = weights.map { $0 / total }
    let across = convolve(values, kernel, reach, count: width, stride: 3, lines: height, lineStride: 3 * width)
    return convolve(across, kernel, reach, count: height, stride: 3 * width, lines: width, lineStride: 3)
  }

  /// Every line of `count` pixels `stride` apart with a kernel; the border pixel is repeated.
  private func convolve(
    _ values: [Float], _ kernel: [Float], _ reach: Int, count: Int, stride: Int, lines: Int, lineStride: Int
  ) -> [Float] {
    var result = [Float](repeating: 0, count: values.count)
    for line in 0..<lines {
      for i in 0..<count {
        var sum = Vector3(0)
        for k in -reach...reach {
          let at = line * lineStride + max(0, min(count - 1, i + k)) * stride
          sum += Vector3(values[at], values[at + 1], values[at + 2]) * kernel[k + reach]
        }
        let at = line * lineStride + i * stride
        (result[at], result[at + 1], result[at + 2]) = (sum.x, sum.y, sum.z)
      }
    }
    return result
  }
}
