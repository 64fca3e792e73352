import FaceDatasets
import Foundation

/// How well the landmarks' places follow linearly from the centroids of part maps: fitted on half of the people, tested on the
/// other half, and the other way round.
struct KeypointRegression {
  /// Mean distance from the predicted to the true place in eye-mouth distances, over all landmarks of all images.
  let error: Double
  /// The same when the prediction is the landmark's mean place in the network's input.
  let errorOfMean: Double

  /// Parts with one center at most; which of a pair of centers is left or right is not annotated.
  static let landmarks: [FacePart] = [.leftEye, .rightEye, .nose, .mouth, .chin, .forehead]
  /// Only there to keep the equations solvable.
  private static let penalty = 1e-6

  /// Nil when nothing could be fitted and tested.
  ///
  /// - Parameter readings: The person and the centroids of each image.
  init?(_ readings: [(person: Int, reading: GroupReading)], seed: UInt64) {
    let half = KeypointRegression.firstHalf(readings.map(\.person), seed: seed)
    var errors: [Double] = []
    var ofMean: [Double] = []
    for testsHalf in [true, false] {
      let test = readings.filter { half.contains($0.person) == testsHalf }
      let train = readings.filter { half.contains($0.person) != testsHalf }
      for part in KeypointRegression.landmarks {
        let found = KeypointRegression.errors(part, train: train.map(\.reading), test: test.map(\.reading))
        errors += found.map(\.fitted)
        ofMean += found.map(\.ofMean)
      }
    }
    guard !errors.isEmpty else { return nil }
    error = errors.definedMean
    errorOfMean = ofMean.definedMean
  }

  /// Half of the people, by a seeded shuffle.
  private static func firstHalf(_ people: [Int], seed: UInt64) -> Set<Int> {
    var everyone = Set(people).sorted()
    var random = SeededRandom(seed: seed, stream: "keypoint regression halves")
    random.shuffle(&everyone)
    return Set(everyone.prefix(everyone.count / 2))
  }

  /// The errors of one landmark in the test images that show it. It is predicted in cells of the map and compared in the photo.
  private static func errors(
    _ part: FacePart, train: [GroupReading], test: [GroupReading]
  ) -> [(fitted: Double, ofMean: Double)] {
    let known = train.compactMap { reading in reading.cell(of: part).map { (reading.centroids, [$0.column, $0.row]) } }
    guard let model = RidgeRegression(known.map(\.0), targets: known.map(\.1), penalty: penalty) else { return [] }
    let mean = [0, 1].map { axis in known.map { $0.1[axis] }.definedMean }
    return test.compactMap { reading in
      guard let fitted = reading.error(of: part, predicted: model.predict(reading.centroids)),
        let ofMean = reading.error(of: part, predicted: mean)
      else { return nil }
      return (fitted, ofMean)
    }
  }
}

extension GroupReading {
  private func center(_ part: FacePart) -> FaceAnnotation.Center? {
    image.annotation?.centers.first { $0.part == part && $0.x.isFinite && $0.y.isFinite }
  }

  /// Where the part is in cells of the map.
  fileprivate func cell(of part: FacePart) -> (column: Double, row: Double)? {
    guard let center = center(part), let inverse = image.geometry.inverse else { return nil }
    let cell = inverse(Double(center.x), Double(center.y))
    return (cell.x, cell.y)
  }

  /// How far a prediction in cells is from the part in the photo, in eye-mouth distances.
  fileprivate func error(of part: FacePart, predicted: [Double]) -> Double? {
    guard let center = center(part), let unit = image.eyeMouthDistance else { return nil }
    let point = image.geometry(predicted[0], predicted[1])
    return hypot(point.x - Double(center.x), point.y - Double(center.y)) / unit
  }
}
