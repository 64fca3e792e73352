import FaceDatasets
import Testing
import Torch

@testable import ExplainableChannels

@Suite struct GenericFaceTests {
  private typealias Points = (x: [Double], y: [Double])

  private func landmarks(alone: Int = 4, pairs: Int = 6) throws -> [GenericFace.Landmark] {
    try #require(GenericFace.landmarks(alone: alone, pairs: pairs))
  }

  /// A head of which a distance between the eyes takes `size` sides of the picture, turned about its axis by `yaw` and in the picture by
  /// `tilt`, a slope, seen from far away.
  private func seen(
    _ landmarks: [GenericFace.Landmark], size: Double = 0.3, yaw: (cos: Double, sin: Double) = (1, 0), tilt: Double = 0
  )
    -> Points
  {
    let across = landmarks.map { $0.x * yaw.cos + $0.z * yaw.sin }
    return (
      zip(across, landmarks).map { 0.5 + size * ($0 - tilt * $1.y) },
      landmarks.map { 0.4 + size * ($0.y + tilt * $0.x) }
    )
  }

  private func misfit(_ points: Points, _ landmarks: [GenericFace.Landmark], weights: [Double]? = nil) throws -> Double
  {
    let shape = [1, landmarks.count]
    return try FaceFit(landmarks, .float64).misfit(
      x: Tensor(points.x, shape), y: Tensor(points.y, shape),
      weights: Tensor(weights ?? landmarks.map { _ in 1 }, shape)
    ).item()
  }

  @Test func namesMirroredLandmarksInPairs() throws {
    let all = try landmarks(alone: 5, pairs: 7)
    #expect(all.count == 19)
    #expect(all[..<5].allSatisfy { $0.x == 0 })
    for pair in 0..<7 {
      let (right, left) = (all[5 + 2 * pair], all[6 + 2 * pair])
      #expect(right.x > 0 && left.x == -right.x && left.y == right.y && left.name == right.name, "\(right.name)")
    }
    #expect(GenericFace.landmarks(alone: GenericFace.middle.count + 1, pairs: 0) == nil)
    #expect(GenericFace.landmarks(alone: 0, pairs: GenericFace.pairs.count + 1) == nil)
  }

  @Test func landmarksAreChosenByName() throws {
    var settings = ECLossSettings()
    (settings.layout, settings.parts, settings.midline) = (2, 9, 3)
    settings.landmarks = ["brow", "forehead", "mouth", "eye", "nose", "cheek"]
    let found = try #require(try settings.faceLandmarks())
    #expect(
      found.map(\.name) == ["forehead", "mouth", "nose", "brow", "brow", "eye", "eye", "cheek", "cheek"])
    #expect(found.map { $0.x > 0 } == [false, false, false, true, false, true, false, true, false])
    #expect(found[0].look == .bright && found[1].look == .dark)
    settings.landmarks = []
    #expect(try settings.faceLandmarks()?.map(\.name).prefix(3) == ["mouth", "nose", "chin"])
    settings.layout = 0
    #expect(try settings.faceLandmarks() == nil)
  }

  @Test(arguments: [(4, 6), (5, 7), (2, 3), (7, 7)])
  func headsFromAllSidesAreFaces(alone: Int, pairs: Int) throws {
    let face = try landmarks(alone: alone, pairs: pairs)
    let views: [(yaw: (cos: Double, sin: Double), tilt: Double)] = [
      ((1, 0), 0), ((0.8, 0.6), 0.1), ((0.5, -0.87), -0.2),
    ]
    for (yaw, tilt) in views {
      #expect(try misfit(seen(face, yaw: yaw, tilt: tilt), face) < 1e-9, "\(yaw) \(tilt)")
    }
  }

  @Test func aPointAwayFromItsPlaceCostsByTheFacesOwnSize() throws {
    let face = try landmarks()
    func moved(_ size: Double, by share: Double) throws -> Double {
      var points = seen(face, size: size)
      points.x[0] += share * size
      return try misfit(points, face)
    }
    let (near, far) = (try moved(0.3, by: 0.1), try moved(0.3, by: 0.2))
    // The mouth, less what the whole face takes back of it: sixteen points share the square of 0.1.
    #expect(near > 0.5 * 0.01 / 16 && near < 0.01 / 16, "\(near)")
    #expect(abs(far / near - 4) < 1e-6, "\(far / near)")
    #expect(abs(try moved(0.15, by: 0.1) / near - 1) < 1e-6)
  }

  /// Turned, a head is narrower; never wider than it is high.
  @Test func squashedFacesCost() throws {
    let face = try landmarks()
    let points = seen(face)
    let low = (x: points.x, y: points.y.map { 0.4 + 0.8 * ($0 - 0.4) })
    // (0.3 - 0.24)^2 in squares of 0.24.
    #expect(abs(try misfit(low, face) - 0.0625) < 1e-6)
    #expect(try misfit((points.x.map { 0.5 + 0.8 * ($0 - 0.5) }, points.y), face) < 1e-9)
  }

  @Test func absentTemplatesCountLess() throws {
    let face = try landmarks()
    var points = seen(face)
    points.x[2] += 0.1
    var weights = face.map { _ in 1.0 }
    let whole = try misfit(points, face, weights: weights)
    weights[2] = 0
    #expect(try misfit(points, face, weights: weights) < 0.5 * whole)
  }

  /// A profile: what its hidden half shows is anywhere, and the nearest face is that of the half that is seen.
  @Test func absentTemplatesDoNotPull() throws {
    let face = try landmarks()
    var points = seen(face, yaw: (0.5, 0.87))
    var weights = face.map { _ in 1.0 }
    for hidden in face.indices where face[hidden].x < 0 {
      (points.x[hidden], points.y[hidden], weights[hidden]) = (0.5, 0.5, 0)
    }
    let pulled = try misfit(points, face)
    let fitted = try misfit(points, face, weights: weights)
    #expect(pulled > 0.05 && fitted < 0.02 * pulled, "\(pulled) \(fitted)")
  }

  @Test func facesThatAreNoneCost() throws {
    let face = try landmarks()
    let upright = seen(face)
    // All in one place: neither width nor height.
    #expect(abs(try misfit((face.map { _ in 0.5 }, face.map { _ in 0.5 }), face) - 2) < 1e-6)
    #expect(try misfit((upright.x, upright.y.map { 1 - $0 }), face) > 4)
    #expect(try misfit((upright.x.map { 1 - $0 }, upright.y), face) > 4)
  }

  /// From the side a face has no width, and may have none, but not all faces.
  @Test func profilesNeedNoWidth() throws {
    let face = try landmarks()
    let (front, side) = (seen(face), seen(face, yaw: (0, 1)))
    #expect(try abs(misfit(side, face) - 1) < 1e-9)
    let shape = [2, face.count]
    let both = try FaceFit(face, .float64).misfit(
      x: Tensor(front.x + side.x, shape), y: Tensor(front.y + side.y, shape), weights: Tensor.ones(shape).to(.float64))
    #expect(try both.item() < 1e-9)
  }

  /// What is out of its place on a face half turned counts half, and on one from the side nothing.
  @Test func facesCountAsTheyAreTurnedToTheViewer() throws {
    let face = try landmarks()
    func cost(_ yaw: (cos: Double, sin: Double)) throws -> Double {
      var points = seen(face, yaw: yaw)
      points.y[0] += 0.05
      let shape = [2, face.count]
      let front = seen(face)
      return try FaceFit(face, .float64).misfit(
        x: Tensor(front.x + points.x, shape), y: Tensor(front.y + points.y, shape),
        weights: Tensor.ones(shape).to(.float64)
      ).item()
    }
    let (whole, half, none) = (try cost((0.95, 0.31)), try cost((0.5, 0.87)), try cost((0, 1)))
    #expect(whole > 1e-4 && abs(half / whole - 0.5 / 0.95) < 1e-3 && none < 1e-9, "\(whole) \(half) \(none)")
  }

  /// Of low faces, wider than the least height: a face's own size is a unit and not something to make larger, nor how far it is turned
  /// something to change, so that in others derivatives are not what differences are.
  @Test func hasRightGradients() throws {
    let face = try landmarks(alone: 3, pairs: 2)
    var random = SeededRandom(seed: 1)
    let points = seen(face)
    func noisy(_ places: [Double], scale: Double) throws -> Tensor {
      try Tensor((places + places).map { 0.5 + scale * ($0 - 0.5) + random.uniform(-0.02...0.02) }, [2, 7])
    }
    let fit = try FaceFit(face, .float64)
    let weights = try Tensor((0..<14).map { _ in random.uniform(0.1...1) }, [2, 7])
    try expectGradients(of: [noisy(points.x, scale: 1), noisy(points.y, scale: 0.2)]) {
      try fit.misfit(x: $0[0], y: $0[1], weights: weights)
    }
  }
}
