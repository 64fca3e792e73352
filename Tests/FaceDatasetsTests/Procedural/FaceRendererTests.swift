import FaceImages
import Testing

@testable import FaceDatasets

@Suite struct FaceRendererTests {
  @Test func sameArgumentsGiveTheSameBytesOnAnyThread() async {
    let person = FaceIdentity(seed: 3)
    let photo = FaceConditions(seed: 4)
    let first = draw(person, photo)
    let others = await withTaskGroup(of: RenderedFace.self, returning: [RenderedFace].self) { group in
      for _ in 0..<3 { group.addTask { draw(person, photo) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    for other in others { #expect(other == first) }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func centersLieInTheirPartsOnFrontalFaces(seed: UInt64) {
    let face = draw(plainPerson(seed))
    #expect(face.annotation.centers.count == 12)
    for part in FacePart.allCases {
      let expected = [.brow, .jaw, .cheek].contains(part) ? 2 : 1
      #expect(face.annotation.centers.filter { $0.part == part }.count == expected, "\(part)")
    }
    for center in face.annotation.centers { #expect(face.parts[Int(center.x), Int(center.y)] == center.part) }
  }

  @Test func leftIsThePersonsOwn() throws {
    let face = draw(plainPerson(5))
    let left = try #require(face.annotation.centers.first { $0.part == .leftEye })
    let right = try #require(face.annotation.centers.first { $0.part == .rightEye })
    #expect(left.x > right.x + 8)
  }

  @Test func partsAreOnTheFaceAndEveryPartHasRoom() {
    let face = draw(plainPerson(6))
    for part in FacePart.allCases { #expect(face.parts.area(of: part) >= 15, "\(part)") }
    let covered = face.parts.labels.filter { $0 != PartMap.none }.count
    #expect(covered > 64 * 64 / 6 && covered < 64 * 64 / 2)
    #expect(face.parts[0, 0] == nil && face.parts[63, 63] == nil)
    for (index, part) in FacePart.allCases.enumerated() { #expect(PartMap.label(of: part) == UInt8(index)) }
  }

  @Test func yawHidesTheFarSide() {
    var photo = FaceConditions()
    photo.yaw = 60
    let right = draw(plainPerson(7), photo)
    // Turned to the right of the picture: the person's left side is the far one.
    #expect(right.parts.area(of: .rightEye) > 2 * right.parts.area(of: .leftEye))
    #expect(right.annotation.centers.filter { $0.part == .jaw }.count == 1)
    photo.yaw = -60
    let left = draw(plainPerson(7), photo)
    #expect(left.parts.area(of: .leftEye) > 2 * left.parts.area(of: .rightEye))
  }

  @Test func eyeMouthDistanceMeasuresSizeNotPose() {
    var photo = FaceConditions()
    let front = draw(plainPerson(8), photo).annotation.eyeMouthDistance
    photo.yaw = 55
    let turned = draw(plainPerson(8), photo).annotation.eyeMouthDistance
    photo.scale = 1.2
    let larger = draw(plainPerson(8), photo).annotation.eyeMouthDistance
    #expect(front > 10 && front < 24)
    #expect(abs(turned - front) < 0.05 * front)
    #expect(abs(larger - 1.2 * turned) < 0.05 * larger)
  }

  @Test func skinIsShadedNotFlat() {
    var photo = FaceConditions()
    photo.lightAzimuth = 70
    let face = draw(plainPerson(9), photo)
    var sums = (left: 0.0, right: 0.0)
    var counts = (left: 0.0, right: 0.0)
    for y in 0..<64 {
      for x in 0..<64 where face.parts[x, y] == .cheek {
        let light = Double(face.image[x, y].green)
        if x < 32 { (sums.left, counts.left) = (sums.left + light, counts.left + 1) }
        if x >= 32 { (sums.right, counts.right) = (sums.right + light, counts.right + 1) }
      }
    }
    #expect(sums.right / counts.right > sums.left / counts.left + 15)
  }

  @Test(arguments: [(1, 1), (1, 40), (40, 1), (33, 90), (7, 5)])
  func oddSizesAreDrawn(width: Int, height: Int) {
    let face = FaceRenderer.render(
      FaceIdentity(seed: 1), conditions: FaceConditions(seed: 1), width: width, height: height)
    #expect(face.image.width == width && face.image.height == height)
    #expect(face.parts.labels.count == width * height)
    for center in face.annotation.centers { #expect(center.x < Float(width) && center.y < Float(height)) }
  }

  @Test func wildConditionsAreBoundedAndDrawn() {
    var photo = FaceConditions()
    photo.yaw = .nan
    photo.pitch = .infinity
    photo.scale = 1e30
    photo.shiftX = -.infinity
    photo.blur = 1e9
    photo.exposure = .nan
    photo.lightAzimuth = .nan
    let face = draw(FaceIdentity(seed: 2), photo, size: 16)
    #expect(face.image.pixels.count == 16 * 16 * 3)
  }

  @Test func noiseAndBlurChangeThePictureButNotTheParts() {
    var photo = FaceConditions()
    let plain = draw(plainPerson(10), photo)
    photo.noise = 0.1
    photo.noiseSeed = 1
    let noisy = draw(plainPerson(10), photo)
    photo.noise = 0
    photo.blur = 2
    let soft = draw(plainPerson(10), photo)
    #expect(meanDifference(plain.image, noisy.image) > 5)
    #expect(meanDifference(plain.image, soft.image) > 0.5)
    #expect(plain.parts == noisy.parts && plain.parts == soft.parts)
  }
}
