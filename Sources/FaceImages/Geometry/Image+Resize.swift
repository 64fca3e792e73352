extension Image {
  /// The picture at another size, antialiased: every input pixel counts, however far it is reduced.
  ///
  /// The same numbers as Pillow's `Image.resize(..., BILINEAR, box=frame)`. Linear in the pixels of both sizes.
  /// Traps when a side is below 1.
  public func resized(width newWidth: Int, height newHeight: Int) -> Image {
    precondition(newWidth > 0 && newHeight > 0, "an image has at least one pixel")
    var result = self
    if newWidth != width || frame.width != Double(width) {
      let kernel = ResampleKernel(inputSize: width, outputSize: newWidth, start: frame.x, extent: frame.width)
      result = result.resizedAcross(kernel.even)
    }
    if newHeight != height || frame.height != Double(height) {
      let kernel = ResampleKernel(inputSize: height, outputSize: newHeight, start: frame.y, extent: frame.height)
      result = result.resizedDown(kernel)
    }
    return result
  }

  private func resizedAcross(_ kernel: EvenResampleKernel) -> Image {
    // Loops of a known length are unrolled: these are of reductions to a half at most, which decoders leave.
    return switch kernel.taps {
    case 2: resizedAcross(kernel, taps: 2)
    case 3: resizedAcross(kernel, taps: 3)
    case 4: resizedAcross(kernel, taps: 4)
    default: resizedAcross(kernel, taps: kernel.taps)
    }
  }

  @inline(__always)
  private func resizedAcross(_ kernel: EvenResampleKernel, taps: Int) -> Image {
    let half = Int32(1) << Int32(ResampleKernel.fixedBits - 1)
    let newWidth = kernel.starts.count
    return Image(width: newWidth, height: height) { output in
      pixels.withUnsafeBufferPointer { input in
        kernel.weights.withUnsafeBufferPointer { weights in
          kernel.starts.withUnsafeBufferPointer { starts in
            var target = output.baseAddress!
            for y in 0..<height {
              let row = input.baseAddress! + y &* width &* 3
              var weight = weights.baseAddress!
              for x in 0..<newWidth {
                let source = row + starts[x] &* 3
                var (red, green, blue) = (half, half, half)
                for k in 0..<taps {
                  red &+= Int32(source[k &* 3]) &* weight[k]
                  green &+= Int32(source[k &* 3 &+ 1]) &* weight[k]
                  blue &+= Int32(source[k &* 3 &+ 2]) &* weight[k]
                }
                target[0] = clippedByte(red)
                target[1] = clippedByte(green)
                target[2] = clippedByte(blue)
                target += 3
                weight += taps
              }
            }
          }
        }
      }
    }
  }

  private func resizedDown(_ kernel: ResampleKernel) -> Image {
    let newHeight = kernel.starts.count
    let (weights, taps) = (kernel.fixedWeights, kernel.taps)
    let half = Int32(1) << Int32(ResampleKernel.fixedBits - 1)
    let rowBytes = width * 3
    var sums = [Int32](repeating: 0, count: rowBytes)
    return Image(width: width, height: newHeight) { output in
      pixels.withUnsafeBufferPointer { input in
        sums.withUnsafeMutableBufferPointer { sums in
          for y in 0..<newHeight {
            sums.update(repeating: half)
            for k in 0..<kernel.counts[y] {
              let weight = weights[y * taps + k]
              let row = input.baseAddress! + (kernel.starts[y] + k) * rowBytes
              for i in 0..<rowBytes { sums[i] &+= Int32(row[i]) &* weight }
            }
            let target = output.baseAddress! + y * rowBytes
            for i in 0..<rowBytes { target[i] = clippedByte(sums[i]) }
          }
        }
      }
    }
  }
}

/// A fixed-point sum as a byte.
@inline(__always)
private func clippedByte(_ sum: Int32) -> UInt8 {
  UInt8(truncatingIfNeeded: max(0, min(255, sum >> Int32(ResampleKernel.fixedBits))))
}
