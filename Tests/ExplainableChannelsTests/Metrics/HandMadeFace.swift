import ExplainableChannels
import FaceDatasets
import Foundation

/// A frontal face laid out in eye-mouth distances around the point between its eyes.
struct HandMadeFace {
  static let layout: [(part: FacePart, x: Double, y: Double)] = [
    (.brow, -0.5, -0.3), (.brow, 0.5, -0.3), (.leftEye, 0.5, 0), (.rightEye, -0.5, 0), (.nose, 0, 0.6),
    (.mouth, 0, 1), (.chin, 0, 1.6), (.jaw, -0.8, 1.2), (.jaw, 0.8, 1.2), (.cheek, -0.6, 0.55),
    (.cheek, 0.6, 0.55), (.forehead, 0, -0.8),
  ]

  /// Where the point between the eyes is in the photo, and the eye-mouth distance in pixels.
  var x = 200.0
  var y = 184.0
  var unit = 40.0

  var annotation: FaceAnnotation {
    FaceAnnotation(
      centers: HandMadeFace.layout.map { .init($0.part, x: Float(x + $0.x * unit), y: Float(y + $0.y * unit)) },
      eyeMouthDistance: Float(unit))
  }

  func annotation(only parts: Set<FacePart>) -> FaceAnnotation {
    var result = annotation
    result.centers.removeAll { !parts.contains($0.part) }
    return result
  }

  /// The first center of a part.
  func center(_ part: FacePart) -> (x: Double, y: Double) {
    let place = HandMadeFace.layout.first { $0.part == part }!
    return (x + place.x * unit, y + place.y * unit)
  }

  /// A square crop of `side` eye-mouth distances with the face in its middle.
  func crop(side: Double = 3) -> SourceCrop {
    let half = side * unit / 2
    return SourceCrop(x: x - half, y: y + 0.4 * unit - half, width: 2 * half, height: 2 * half)
  }

  /// True labels: a disk of `radius` pixels around each center, later parts on top.
  func labels(width: Int = 400, height: Int = 400, radius: Double = 6) throws -> PartLabels {
    var labels = [UInt8](repeating: 255, count: width * height)
    for place in HandMadeFace.layout {
      let (cx, cy) = (x + place.x * unit, y + place.y * unit)
      let label = UInt8(FacePart.allCases.firstIndex(of: place.part)!)
      for row in max(0, Int(cy - radius))..<min(height, Int(cy + radius) + 1) {
        for column in max(0, Int(cx - radius))..<min(width, Int(cx + radius) + 1)
        where hypot(Double(column) + 0.5 - cx, Double(row) + 0.5 - cy) <= radius {
          labels[row * width + column] = label
        }
      }
    }
    return try PartLabels(width: width, height: height, labels: labels)
  }
}

/// A square map to paint on.
struct Canvas {
  let side: Int
  var values: [Float]

  init(side: Int, fill: Float = 0) {
    self.side = side
    values = [Float](repeating: fill, count: side * side)
  }

  /// One cell.
  static func spot(side: Int, column: Int, row: Int, value: Float = 1) -> [Float] {
    var canvas = Canvas(side: side)
    canvas.values[row * side + column] = value
    return canvas.values
  }

  /// A parabolic hill about a point of the photo, which sub-cell peaks find exactly where it is above zero.
  static func hill(side: Int, geometry: AffineMap, x: Double, y: Double, reach: Double = 3) -> [Float] {
    let middle = geometry.inverse!(x, y)
    var canvas = Canvas(side: side)
    for row in 0..<side {
      for column in 0..<side {
        let (dx, dy) = (Double(column) - middle.x, Double(row) - middle.y)
        canvas.values[row * side + column] = Float(max(0, reach * reach - dx * dx - dy * dy))
      }
    }
    return canvas.values
  }
}

/// A geometry in which a cell is one photo pixel and its center has the cell's own numbers.
let cellsAreUnits = AffineMap.identity

/// An annotation with given centers, one eye-mouth distance being `unit` pixels.
func annotation(_ centers: [(FacePart, Float, Float)], unit: Float = 1) -> FaceAnnotation {
  FaceAnnotation(centers: centers.map { .init($0.0, x: $0.1, y: $0.2) }, eyeMouthDistance: unit)
}

/// Settings without intervals.
func plainSettings(_ change: (inout ExplainabilitySettings) -> Void = { _ in }) -> ExplainabilitySettings {
  var settings = ExplainabilitySettings()
  settings.bootstrapReplicates = 0
  change(&settings)
  return settings
}

func agrees(_ a: Double?, _ b: Double, within tolerance: Double = 1e-5) -> Bool {
  guard let a else { return false }
  return abs(a - b) <= tolerance
}
