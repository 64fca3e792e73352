import FaceImages

/// Which face part every pixel of a picture shows.
public struct PartMap: Sendable, Equatable {
  /// The label of pixels that show no part: hair, ears, neck, background.
  public static let none: UInt8 = 255

  public let width: Int
  public let height: Int
  /// `width * height` labels, row by row from the top left: the index of the part in `FacePart.allCases`, or
  /// `PartMap.none`.
  public var labels: [UInt8]

  /// Traps when the count does not fit the size.
  public init(width: Int, height: Int, labels: [UInt8]) {
    precondition(labels.count == width * height, "labels do not fit \(width) x \(height)")
    self.width = width
    self.height = height
    self.labels = labels
  }

  /// The label of a part: its index in `FacePart.allCases`, without a search, as it is asked for every sample.
  public static func label(of part: FacePart) -> UInt8 {
    switch part {
    case .brow: 0
    case .leftEye: 1
    case .rightEye: 2
    case .nose: 3
    case .mouth: 4
    case .chin: 5
    case .jaw: 6
    case .cheek: 7
    case .forehead: 8
    }
  }

  /// The part at column `x`, row `y`, nil for none.
  public subscript(x: Int, y: Int) -> FacePart? {
    let label = Int(labels[y * width + x])
    return label < FacePart.allCases.count ? FacePart.allCases[label] : nil
  }

  /// The `width` x `height` labels from column `x`, row `y` on; outside the map there is no part. Traps when a side is negative.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> PartMap {
    var cut = [UInt8](repeating: PartMap.none, count: newWidth * newHeight)
    let columns = max(0, -x)..<max(max(0, -x), min(newWidth, width - x))
    for row in 0..<newHeight where (0..<height).contains(y + row) {
      for column in columns { cut[row * newWidth + column] = labels[(y + row) * width + x + column] }
    }
    return PartMap(width: newWidth, height: newHeight, labels: cut)
  }

  /// 1 where the part is, 0 elsewhere.
  public func mask(of part: FacePart) -> FloatMap {
    let label = PartMap.label(of: part)
    return FloatMap(width: width, height: height, values: labels.map { $0 == label ? 1 : 0 })
  }

  /// Number of pixels of a part.
  public func area(of part: FacePart) -> Int {
    let label = PartMap.label(of: part)
    return labels.reduce(0) { $0 + ($1 == label ? 1 : 0) }
  }
}

/// A procedural photo with the truth about it.
public struct RenderedFace: Sendable, Equatable {
  public var image: Image
  /// The parts tile the visible skin of the face. Glasses do not hide what is behind them.
  public var parts: PartMap
  /// Centers of the visible parts; pixel (0, 0) covers coordinates 0 to 1.
  public var annotation: FaceAnnotation
}
