extension Image {
  /// The `width` x `height` pixels from column `x`, row `y` on. Outside the picture its edge is repeated; where the last pixels
  /// that are kept are parts of pixels, so are the crop's.
  /// Traps when a side is below 1.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Image {
    precondition(newWidth > 0 && newHeight > 0, "an image has at least one pixel")
    let columns = (0..<newWidth).map { 3 * clamp(x, plus: $0, to: width) }
    var crop = Image(width: newWidth, height: newHeight) { output in
      pixels.withUnsafeBufferPointer { input in
        var target = 0
        for row in 0..<newHeight {
          let start = clamp(y, plus: row, to: height) * width * 3
          for column in columns {
            output[target] = input[start + column]
            output[target + 1] = input[start + column + 1]
            output[target + 2] = input[start + column + 2]
            target += 3
          }
        }
      }
    }
    let (across, down) = (
      kept(of: frame.x, frame.width, from: x, newWidth, within: width),
      kept(of: frame.y, frame.height, from: y, newHeight, within: height)
    )
    crop.frame = Frame(x: across.start, y: down.start, width: across.extent, height: down.extent)
    return crop
  }

  /// The middle of the picture, `fraction` of each side long. Traps unless `0 < fraction <= 1`.
  public func centerCropped(fraction: Double) -> Image {
    precondition(fraction > 0 && fraction <= 1, "the fraction to keep is above 0 and at most 1")
    let newWidth = max(1, Int((Double(width) * fraction).rounded()))
    let newHeight = max(1, Int((Double(height) * fraction).rounded()))
    return cropped(x: (width - newWidth) / 2, y: (height - newHeight) / 2, width: newWidth, height: newHeight)
  }

  /// The picture as in a mirror: left and right change places.
  public func mirrored() -> Image {
    oriented(.upMirrored)
  }

  /// Copies `other` with its top left corner to column `x`, row `y`; what falls outside is left out.
  public mutating func paste(_ other: Image, x: Int, y: Int) {
    let columns = max(0, x)..<max(0, x, min(width, x + other.width))
    let rows = max(0, y)..<max(0, y, min(height, y + other.height))
    for row in rows where !columns.isEmpty {
      let source = ((row - y) * other.width + columns.lowerBound - x) * 3
      let target = (row * width + columns.lowerBound) * 3
      let count = columns.count * 3
      pixels.replaceSubrange(target..<(target + count), with: other.pixels[source..<(source + count)])
    }
  }
}

/// What a stretch fills of `newSide` samples from `origin` on, of `side`: all of them but the parts of samples at the stretch's
/// ends. Beyond the input's ends all is filled.
private func kept(
  of start: Double, _ extent: Double, from origin: Int, _ newSide: Int, within side: Int
) -> (start: Double, extent: Double) {
  let (end, overflow) = origin.addingReportingOverflow(newSide)
  let first = origin < 0 ? 0 : max(0, start - Double(origin))
  let last = overflow || end > side ? Double(newSide) : min(Double(newSide), start + extent - Double(origin))
  return (first, last - first)
}

/// `origin + offset` moved into `0..<size`, for any origin.
private func clamp(_ origin: Int, plus offset: Int, to size: Int) -> Int {
  let (sum, overflow) = origin.addingReportingOverflow(offset)
  return overflow ? size - 1 : max(0, min(size - 1, sum))
}
