import FaceDatasets
import Foundation
import TestSupport
import Testing

@Suite struct CFPAnnotationTests {
  /// The annotation of the first photo of a kind when its landmark file holds `text`.
  func annotation(_ kind: CFP.Kind, _ text: String) throws -> FaceAnnotation {
    let folder = try TemporaryFolder()
    let cfp = try CFP(root: miniatureCFP(in: folder), kinds: [kind])
    try folder.write("Data/Fiducials/001/\(kind.rawValue)/01.txt", text)
    return try #require(try cfp.annotation(at: 0))
  }

  func centers(_ part: FacePart, _ face: FaceAnnotation) -> [SIMD2<Float>] {
    face.centers.filter { $0.part == part }.map { SIMD2($0.x, $0.y) }.sorted { $0.x < $1.x }
  }

  func near(_ a: SIMD2<Float>, _ x: Float, _ y: Float) -> Bool { abs(a.x - x) < 0.01 && abs(a.y - y) < 0.01 }

  @Test func aFrontalFaceIsMirrored() throws {
    let face = try annotation(.frontal, frontalLandmarks.csv)
    #expect(face.centers.count == 12 && abs(face.eyeMouthDistance - 60) < 0.01)
    #expect(near(centers(.rightEye, face)[0], 65, 60), "the person's right eye is left in the picture")
    #expect(near(centers(.leftEye, face)[0], 135, 60))
    #expect(near(centers(.mouth, face)[0], 100, 120) && near(centers(.nose, face)[0], 100, 90.25))
    #expect(near(centers(.chin, face)[0], 100, 154) && near(centers(.forehead, face)[0], 100, 130.0 / 3 - 15))
    for (part, x, y) in [(FacePart.brow, Float(65), Float(130.0 / 3)), (.jaw, 122.0 / 3, 110)] {
      let both = centers(part, face)
      #expect(both.count == 2 && near(both[0], x, y) && near(both[1], 200 - x, y), "\(part)")
    }
    #expect(centers(.cheek, face).count == 2)
  }

  @Test func aTurnedFaceTurnsItsParts() throws {
    let upright = try annotation(.frontal, frontalLandmarks.csv)
    let (c, s) = (cos(0.4), sin(0.4))
    let turned = try annotation(.frontal, frontalLandmarks.turned(cos: c, sin: s, by: (90, 7)).csv)
    #expect(abs(turned.eyeMouthDistance - upright.eyeMouthDistance) < 0.01)
    for (a, b) in zip(upright.centers, turned.centers) {
      #expect(a.part == b.part)
      let x: Double = c * Double(a.x) - s * Double(a.y) + 90
      let y: Double = s * Double(a.x) + c * Double(a.y) + 7
      #expect(abs(Double(b.x) - x) < 0.05 && abs(Double(b.y) - y) < 0.05, "\(a.part)")
    }
  }

  @Test func aProfileShowsTheEyeOfItsSide() throws {
    let right = try annotation(.profile, profileLandmarks.csv)
    #expect(centers(.rightEye, right).count == 1 && centers(.leftEye, right).isEmpty)
    let left = try annotation(.profile, profileLandmarks.mirrored.csv)
    #expect(centers(.leftEye, left).count == 1 && centers(.rightEye, left).isEmpty)
    #expect(right.centers.count == 8 && abs(right.eyeMouthDistance - left.eyeMouthDistance) < 0.001)
    #expect(near(centers(.mouth, right)[0], 148.4, 120.4))
    let eye = centers(.rightEye, right)[0]
    let away = eye - SIMD2(148.4, 120.4)
    #expect(abs((away * away).sum().squareRoot() - right.eyeMouthDistance) < 0.01)
  }

  @Test(arguments: [
    ("line 29: expected 30 landmarks, found 29", 29, "", ""),
    ("line 12: expected \"x,y\"", 30, "80.0,45.0", "80.0;45.0"),
    ("line 12: expected \"x,y\"", 30, "80.0,45.0", "80.0,nan"),
    ("line 12: expected \"x,y\"", 30, "80.0,45.0", "80.0,45.0,1"),
  ])
  func damagedLandmarksAreNamed(message: String, count: Int, from: String, to: String) throws {
    var text = Array(frontalLandmarks.prefix(count)).csv
    if !from.isEmpty { text = text.replacingOccurrences(of: from, with: to) }
    expectDatasetError(.malformed, "Data/Fiducials/001/frontal/01.txt", message) { _ = try annotation(.frontal, text) }
  }

  @Test func missingLandmarksAreAnErrorUnlessAllAre() throws {
    let folder = try TemporaryFolder()
    let root = try miniatureCFP(in: folder)
    expectDatasetError(.missing, "Fiducials/002/frontal/01.txt") { _ = try CFP(root: root).annotation(at: 3) }
    try FileManager.default.removeItem(atPath: root + "/Data/Fiducials")
    #expect(try CFP(root: root).annotation(at: 3) == nil)
    let same = Landmarks(repeating: (5, 5), count: 30)
    expectDatasetError(.malformed, "the same place") { _ = try annotation(.frontal, same.csv) }
  }
}
