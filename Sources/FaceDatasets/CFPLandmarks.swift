import Foundation

/// The 30 landmarks of a CFP photo: 1-9 jaw line (9 the chin), 10-12 eyebrow, 13-18 eye, 19-22 ridge of the nose
/// (22 the tip), 23-25 base of the nose (25 the wing), 26 corner of the mouth, 27-28 upper and 30-29 lower lip.
///
/// Only one half of a face is annotated.
struct CFPLandmarks {
  typealias Point = SIMD2<Float>

  /// Landmark `n`, counted from 1, is `points[n - 1]`; pixels of the photo.
  let points: [Point]

  /// Reads one `x,y` a line. Throws `DatasetError` naming the line that is not, or a wrong number of lines.
  init(contentsOf file: String) throws {
    let lines = try Disk.lines(file)
    points = try lines.map { try Self.point($0, of: file) }
    guard points.count == 30 else {
      let line = lines.last?.number ?? 1
      throw Self.malformed(file, line: line, "expected 30 landmarks, found \(points.count)")
    }
    guard length(mean(13...18) - mean(26...30)) > 0, length(self[9] - self[19]) > 0 else {
      throw Self.malformed(file, line: 13, "eye and mouth, or nose and chin, are at the same place")
    }
  }

  /// The point of one line. Throws `DatasetError` naming the line when there is none.
  static func point<Scalar: BinaryFloatingPoint & LosslessStringConvertible & SIMDScalar>(
    _ line: (number: Int, text: String), of file: String
  ) throws -> SIMD2<Scalar> {
    let fields = line.text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = fields.compactMap { Scalar($0.trimmingCharacters(in: .whitespaces)) }
    guard fields.count == 2, numbers.count == 2, numbers.allSatisfy(\.isFinite) else {
      throw malformed(file, line: line.number, "expected \"x,y\", found \"\(line.text)\"")
    }
    return SIMD2(numbers[0], numbers[1])
  }

  private static func malformed(_ file: String, line: Int, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file, line: line, problem: problem, remedy: "restore Data/Fiducials from CFP's archive")
  }

  /// Landmark `number`, from 1.
  subscript(number: Int) -> Point { points[number - 1] }

  func mean(_ numbers: ClosedRange<Int>) -> Point {
    numbers.reduce(Point()) { $0 + self[$1] } / Float(numbers.count)
  }
}

func length(_ vector: SIMD2<Float>) -> Float { (vector * vector).sum().squareRoot() }

/// The straight line that a frontal face is symmetric about.
struct Midline {
  private let origin: SIMD2<Float>
  /// Length 1, from brow to chin.
  let down: SIMD2<Float>

  /// The line with the least squared distances to the points on the middle of the face.
  init(_ landmarks: CFPLandmarks) {
    let points = [19, 20, 21, 22, 27, 28, 9].map { landmarks[$0] }
    let center = points.reduce(SIMD2<Float>(), +) / Float(points.count)
    var xx: Float = 0
    var xy: Float = 0
    var yy: Float = 0
    for offset in points.map({ $0 - center }) {
      xx += offset.x * offset.x
      xy += offset.x * offset.y
      yy += offset.y * offset.y
    }
    let angle = 0.5 * atan2(2 * xy, xx - yy)
    let direction = SIMD2<Float>(cos(angle), sin(angle))
    let towardChin = (direction * (landmarks[9] - landmarks[19])).sum() >= 0
    origin = center
    down = towardChin ? direction : -direction
  }

  /// The nearest point of the line; also the mean of a point and its mirror image.
  func project(_ point: SIMD2<Float>) -> SIMD2<Float> { origin + down * (down * (point - origin)).sum() }

  func mirror(_ point: SIMD2<Float>) -> SIMD2<Float> { 2 * project(point) - point }
}
