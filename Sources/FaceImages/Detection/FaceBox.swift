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
