/// Where a face is in a photo, in pixels of the upright photo at full size. May reach over its edges.
public struct FaceBox: Sendable, Hashable, Codable {
  public var x: Int
  public var y: Int
  public var width: Int
  public var height: Int

  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  var area: Int { width * height }

  /// The square about the same center whose side is `factor` times the longer side.
  public func square(growing factor: Double) -> FaceBox {
    let side = max(1, Int((Double(max(width, height)) * factor).rounded()))
    return FaceBox(x: x - (side - width) / 2, y: y - (side - height) / 2, width: side, height: side)
  }

  /// The same box in a photo whose sides are `factor` times as long.
  public func scaled(by factor: Double) -> FaceBox {
    func scaled(_ value: Int) -> Int { Int((Double(value) * factor).rounded()) }
    return FaceBox(x: scaled(x), y: scaled(y), width: max(1, scaled(width)), height: max(1, scaled(height)))
  }

  /// The box `factor` times as large about the same center.
  func grown(by factor: Double) -> FaceBox {
    let (wide, high) = (Int((Double(width) * factor).rounded()), Int((Double(height) * factor).rounded()))
    return FaceBox(x: x - (wide - width) / 2, y: y - (high - height) / 2, width: wide, height: high)
  }
}

extension Image {
  /// What is in a box; the photo's edge is repeated where the box reaches over it. Traps when the box is empty.
  public func cropped(to box: FaceBox) -> Image { cropped(x: box.x, y: box.y, width: box.width, height: box.height) }
}
