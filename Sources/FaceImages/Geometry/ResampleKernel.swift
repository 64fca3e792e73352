/// The weights that turn `inputSize` samples, or a stretch of them, into `outputSize`: a triangle as wide as the reduction, so that
/// nothing between the output samples is skipped (Pillow's `BILINEAR`). Enlarging, it is plain bilinear.
struct ResampleKernel {
  /// The first input sample of each output sample.
  let starts: [Int]
  /// How many input samples each output sample takes.
  let counts: [Int]
  /// `outputSize` rows of `taps` weights; those past a row's count are 0, the others add up to 1.
  let weights: [Double]
  let taps: Int

  /// - Parameters:
  ///   - start: Where in the input the stretch begins, in samples; it lies within the input.
  ///   - extent: How long it is; all of the input when nil.
  init(inputSize: Int, outputSize: Int, start: Double = 0, extent: Double? = nil) {
    let scale = (extent ?? Double(inputSize)) / Double(outputSize)
    let support = max(scale, 1)
    let taps = Int(support.rounded(.up)) * 2 + 1
    var starts = [Int](repeating: 0, count: outputSize)
    var counts = starts
    var weights = [Double](repeating: 0, count: outputSize * taps)
    for i in 0..<outputSize {
      let center = start + (Double(i) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let count = min(inputSize, Int(center + support + 0.5)) - first
      var sum = 0.0
      for k in 0..<count {
        let distance = (Double(first + k) - center + 0.5) / support
        let weight = max(0, 1 - abs(distance))
        weights[i * taps + k] = weight
        sum += weight
      }
      for k in 0..<count { weights[i * taps + k] /= sum }
      starts[i] = first
      counts[i] = count
    }
    (self.starts, self.counts, self.weights, self.taps) = (starts, counts, weights, taps)
  }

  /// The fraction bits of `fixedWeights`: 255 times their sum still fits 32 bits.
  static let fixedBits = 22

  /// The weights times `2^22`, rounded; none is negative.
  var fixedWeights: [Int32] { weights.map { Int32($0 * Double(1 << ResampleKernel.fixedBits) + 0.5) } }
}

/// A ``ResampleKernel`` in fixed point whose output samples all take equally many input samples, some of them times 0.
struct EvenResampleKernel {
  let starts: [Int]
  /// `taps` weights of each output sample.
  let weights: [Int32]
  let taps: Int
}

extension ResampleKernel {
  var even: EvenResampleKernel {
    let most = counts.max() ?? 0
    let inputSize = zip(starts, counts).map { $0 + $1 }.max() ?? 0
    let fixed = fixedWeights
    var evenStarts = starts
    var evenWeights = [Int32](repeating: 0, count: starts.count * most)
    for i in starts.indices {
      evenStarts[i] = min(starts[i], inputSize - most)
      let shift = starts[i] - evenStarts[i]
      for k in 0..<counts[i] { evenWeights[i * most + shift + k] = fixed[i * taps + k] }
    }
    return EvenResampleKernel(starts: evenStarts, weights: evenWeights, taps: most)
  }
}
