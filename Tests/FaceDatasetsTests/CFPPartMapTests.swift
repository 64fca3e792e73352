import Foundation
import TestSupport
import Testing

@testable import FaceDatasets

@Suite struct CFPPartMapTests {
  func landmarks(_ points: Landmarks) throws -> CFPLandmarks {
    let folder = try TemporaryFolder()
    return try CFPLandmarks(contentsOf: try folder.write("landmarks.txt", points.csv))
  }

  @Test func theCentersOfPartsAreInTheirMasks() throws {
    for (kind, points) in [(CFP.Kind.frontal, frontalLandmarks), (.profile, profileLandmarks)] {
      let landmarks = try landmarks(points)
      let map = landmarks.partMap(kind: kind, width: 200, height: 200)
      for center in landmarks.annotation(kind: kind).centers where center.part != .jaw {
        #expect(map[Int(center.x), Int(center.y)] == center.part, "\(kind)")
      }
      #expect(map.area(of: .jaw) > 300)
      #expect(map[0, 0] == nil && map[100, 199] == nil)
    }
  }

  @Test func aFrontalFaceIsSymmetricAndItsEyesAreTold() throws {
    // The midline is x = 100, so that column c of the picture is mirrored to 199 - c.
    let map = try landmarks(frontalLandmarks).partMap(kind: .frontal, width: 200, height: 200)
    var different = 0
    for row in 0..<200 {
      for column in 0..<100 {
        let (here, there) = (map[column, row], map[199 - column, row])
        let mirrored: FacePart? = there == .leftEye ? .rightEye : there == .rightEye ? .leftEye : there
        if here != mirrored { different += 1 }
      }
    }
    // Pixels whose centers lie on an outline fall on one side only.
    #expect(different < 20)
    #expect(map[65, 60] == .rightEye && map[134, 60] == .leftEye)
    #expect(map.area(of: .rightEye) > 200)
  }

  @Test func whatAProfileHidesHasNoMask() throws {
    let right = try landmarks(profileLandmarks).partMap(kind: .profile, width: 200, height: 200)
    #expect(right.area(of: .leftEye) == 0 && right.area(of: .rightEye) > 0)
    let mirrored = profileLandmarks.map { (200 - $0.0, $0.1) }
    let left = try landmarks(mirrored).partMap(kind: .profile, width: 200, height: 200)
    #expect(left.area(of: .rightEye) == 0)
    for part in FacePart.allCases where ![.leftEye, .rightEye].contains(part) {
      let (one, other) = (left.area(of: part), right.area(of: part))
      #expect(one > 100 && abs(one - other) < 6 + one / 40, "\(part): \(one) and \(other) pixels")
    }
  }

  @Test func aTurnedFaceTurnsItsMasks() throws {
    let upright = try landmarks(frontalLandmarks).partMap(kind: .frontal, width: 220, height: 220)
    let turned = try landmarks(frontalLandmarks.turned(cos: cos(0.3), sin: sin(0.3), by: (40, 5)))
      .partMap(kind: .frontal, width: 260, height: 260)
    for part in FacePart.allCases {
      let (before, after) = (Double(upright.area(of: part)), Double(turned.area(of: part)))
      #expect(abs(after - before) < 0.06 * before, "\(part)")
    }
  }

  @Test func polygonsAreFilledByPixelCentersAndCutOff() {
    var map = PartMap(width: 6, height: 5, labels: [UInt8](repeating: PartMap.none, count: 30))
    map.fill([SIMD2(1, 1), SIMD2(4, 1), SIMD2(4, 3), SIMD2(1, 3)], with: .nose)
    #expect(map.area(of: .nose) == 6 && map[1, 1] == .nose && map[3, 2] == .nose && map[4, 1] == nil)
    map.fill([SIMD2(-9, 3.6), SIMD2(90, 3.6), SIMD2(90, 40), SIMD2(-9, 40)], with: .chin)
    #expect(map.area(of: .chin) == 6 && map[0, 4] == .chin && map[0, 3] == nil)
    map.fill([SIMD2(-9, -9), SIMD2(-1, -9), SIMD2(-1, 90)], with: .brow)
    map.fill([SIMD2(.nan, 0), SIMD2(6, .nan), SIMD2(0, 5)], with: .brow)
    map.fill([SIMD2(0, 0), SIMD2(6, 5)], with: .brow)
    #expect(map.area(of: .brow) == 0)
  }

  @Test func photosWithoutLandmarksHaveNoMasks() throws {
    let folder = try TemporaryFolder()
    let root = try miniatureCFP(in: folder)
    try FileManager.default.removeItem(atPath: root + "/Data/Fiducials")
    #expect(try CFP(root: root).partMap(at: 0) == nil)
  }
}
