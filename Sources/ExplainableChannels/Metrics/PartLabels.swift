import FaceDatasets

/// How the parts of a face are written in a byte: their place in `FacePart.allCases`.
enum FacePartLabel {
  /// How many parts there are.
  static let count = FacePart.allCases.count
  /// The label of "no part".
  static let none: UInt8 = 255
  /// In arrays of assignments only: this channel is not counted in this image.
  static let uncounted: UInt8 = 254

  private static let indices = [FacePart: Int](
    uniqueKeysWithValues: FacePart.allCases.enumerated().map { ($1, $0) })

  static func index(of part: FacePart) -> Int { indices[part]! }
}

/// The true part of every pixel of a source photo, as a generated face knows it.
public struct PartLabels: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `width * height` labels, row by row from the top left: a part's place in `FacePart.allCases`, 255 for none.
  public let labels: [UInt8]
  /// Whether any pixel belongs to a part.
  public let hasParts: Bool

  /// Throws `MetricError` when the count does not fit the size or a label is not known. O(pixels).
  public init(width: Int, height: Int, labels: [UInt8]) throws {
    guard width > 0, height > 0, labels.count == width * height else {
      throw MetricError.labelCount(got: labels.count, width: width, height: height)
    }
    var hasParts = false
    for label in labels where label != FacePartLabel.none {
      guard label < FacePartLabel.count else { throw MetricError.unknownLabel(label) }
      hasParts = true
    }
    self.width = width
    self.height = height
    self.labels = labels
    self.hasParts = hasParts
  }

  /// The label at a point in continuous pixels; 255 outside of the photo.
  public func label(x: Double, y: Double) -> UInt8 {
    guard x >= 0, y >= 0, x < Double(width), y < Double(height) else { return FacePartLabel.none }
    return labels[Int(y) * width + Int(x)]
  }

  /// The label at a point, or where that is "none", the label of the nearest labeled pixel whose center is at most
  /// `radius` pixels away. Ties go to the upper, then the left pixel. O(radius squared).
  public func label(x: Double, y: Double, within radius: Double) -> UInt8 {
    let here = label(x: x, y: y)
    guard here == FacePartLabel.none, radius > 0, x.isFinite, y.isFinite, radius.isFinite else { return here }
    let top = Int(max(0, y - radius).rounded(.down).clamped(to: 0...Double(height)))
    let left = Int(max(0, x - radius).rounded(.down).clamped(to: 0...Double(width)))
    let bottom = Int((y + radius).rounded(.up).clamped(to: 0...Double(height)))
    let right = Int((x + radius).rounded(.up).clamped(to: 0...Double(width)))
    guard top < bottom, left < right else { return here }
    var nearest = radius * radius
    var found = here
    for row in top..<bottom {
      let dy = Double(row) + 0.5 - y
      for column in left..<right where labels[row * width + column] != FacePartLabel.none {
        let dx = Double(column) + 0.5 - x
        let distance = dx * dx + dy * dy
        if distance < nearest || (distance == nearest && found == FacePartLabel.none) {
          nearest = distance
          found = labels[row * width + column]
        }
      }
    }
    return found
  }
}

extension Double {
  fileprivate func clamped(to range: ClosedRange<Double>) -> Double {
    Swift.min(Swift.max(self, range.lowerBound), range.upperBound)
  }
}
