/// How a stored picture has to be turned to stand upright: the values of EXIF tag 0x0112 (EXIF 2.32, 4.6.4 A).
enum Orientation: Int, CaseIterable {
  case up = 1
  case upMirrored, down, downMirrored, leftMirrored, right, rightMirrored, left

  /// Whether width and height change places.
  var swapsAxes: Bool { rawValue >= 5 }

  /// The orientation in a TIFF block (EXIF without its `Exif\0\0` prefix); `.up` when it says none or is damaged,
  /// since a photo is not worth less for a broken note about the camera.
  init(tiff bytes: UnsafeRawBufferPointer) {
    self = Orientation.find(in: bytes) ?? .up
  }

  private static func find(in bytes: UnsafeRawBufferPointer) -> Orientation? {
    var reader = ByteReader(bytes: bytes)
    if reader.matches("II", at: 0) {
      reader.bigEndian = false
    } else if !reader.matches("MM", at: 0) {
      return nil
    }
    guard reader.uint16(at: 2) == 42, let directory = reader.uint32(at: 4), let count = reader.uint16(at: directory)
    else { return nil }
    for entry in 0..<count {
      let offset = directory + 2 + 12 * entry
      guard let tag = reader.uint16(at: offset) else { return nil }
      guard tag == 0x0112 else { continue }
      guard reader.uint16(at: offset + 2) == 3, let value = reader.uint16(at: offset + 8) else { return nil }
      return Orientation(rawValue: value)
    }
    return nil
  }
}

extension Image {
  /// The stored picture turned upright.
  func oriented(_ orientation: Orientation) -> Image {
    // The stored offset of displayed pixel (x, y) is origin + x * stepX + y * stepY, counted in pixels.
    let last = (x: width - 1, y: (height - 1) * width)
    let (origin, stepX, stepY) =
      switch orientation {
      case .up: (0, 1, width)
      case .upMirrored: (last.x, -1, width)
      case .down: (last.x + last.y, -1, -width)
      case .downMirrored: (last.y, 1, -width)
      case .leftMirrored: (0, width, 1)
      case .right: (last.y, -width, 1)
      case .rightMirrored: (last.x + last.y, -width, -1)
      case .left: (last.x, width, -1)
      }
    if orientation == .up { return self }
    let size = orientation.swapsAxes ? (width: height, height: width) : (width: width, height: height)
    var upright = Image(width: size.width, height: size.height) { output in
      pixels.withUnsafeBufferPointer { input in
        var target = 0
        for y in 0..<size.height {
          var source = 3 * (origin + y * stepY)
          for _ in 0..<size.width {
            output[target] = input[source]
            output[target + 1] = input[source + 1]
            output[target + 2] = input[source + 2]
            target += 3
            source += 3 * stepX
          }
        }
      }
    }
    // Where the steps along a stored axis go back, the frame is measured from the axis's other end.
    let (alongX, alongY) = orientation.swapsAxes ? (stepY, stepX) : (stepX, stepY)
    let x = alongX > 0 ? frame.x : Double(width) - frame.x - frame.width
    let y = alongY > 0 ? frame.y : Double(height) - frame.y - frame.height
    upright.frame =
      orientation.swapsAxes
      ? Frame(x: y, y: x, width: frame.height, height: frame.width)
      : Frame(x: x, y: y, width: frame.width, height: frame.height)
    return upright
  }
}
