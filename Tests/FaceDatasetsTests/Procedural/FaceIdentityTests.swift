import FaceImages
import Foundation
import Testing

@testable import FaceDatasets

@Suite struct FaceIdentityTests {
  @Test func seedsAreRepeatableAndPersonsDiffer() throws {
    #expect(FaceIdentity(seed: 1) == FaceIdentity(seed: 1))
    #expect(Set((0..<200).map { FaceIdentity(seed: $0) }).count == 200)
    let person = FaceIdentity(seed: 12)
    #expect(try JSONDecoder().decode(FaceIdentity.self, from: JSONEncoder().encode(person)) == person)
  }

  @Test func valuesStayInPlausibleBounds() {
    for seed in 0..<500 as Range<UInt64> {
      let p = FaceIdentity(seed: seed)
      #expect(p.chin.length > p.mouth.height + p.mouth.lowerLip + 0.1)
      #expect(p.mouth.height - p.mouth.upperLip > p.nose.length + 0.05)
      #expect(p.eyes.spacing - p.eyes.size > 0.05)
      #expect(p.jaw.width < p.skull.width + 0.05 && p.chin.width < p.jaw.width)
      #expect(p.forehead.height > 0.5)
      for value in [p.skin.tone, p.skin.freckles, p.hair.red, p.hair.gray, p.brows.density, p.eyes.irisHue] {
        #expect((0...1).contains(value))
      }
    }
  }

  @Test func exchangeReplacesOnePartsParameters() {
    let (a, b) = (FaceIdentity(seed: 1), FaceIdentity(seed: 2))
    let nose = a.exchanging(.nose, with: b)
    #expect(nose.nose == b.nose && nose.exchanging(.nose, with: a) == a)
    #expect(a.exchanging(.leftEye, with: b) == a.exchanging(.rightEye, with: b))
    for part in FacePart.allCases {
      #expect(a.exchanging(part, with: b) != a)
      #expect(a.exchanging(part, with: b).exchanging(part, with: a) == a)
    }
  }

  @Test(arguments: FacePart.allCases) func exchangeChangesOnlyThePartsRegion(part: FacePart) {
    let (a, b) = (plainPerson(21), plainPerson(22))
    let before = draw(a)
    let after = draw(a.exchanging(part, with: b))
    let parts: Set<FacePart> = part == .leftEye || part == .rightEye ? [.leftEye, .rightEye] : [part]
    // Parts of the outline move the hair, ears and neck beside them.
    let outline: Set<FacePart> = [.chin, .jaw, .cheek, .forehead]
    let reach = outline.contains(part) ? 9 : 4
    let near = grown(parts, in: [before.parts, after.parts], by: reach)
    let change = differences(before.image, after.image)
    let inside = change.indices.filter { near[$0] }.map { change[$0] }.reduce(0, +)
    let outside = change.indices.filter { !near[$0] }.map { change[$0] }
    let strong = outside.filter { $0 > 12 }.count
    #expect(inside > 100, "the exchange is to be seen")
    #expect(strong <= 6, "\(part): \(strong) pixels far from it changed")
    #expect(Double(outside.reduce(0, +)) < 0.1 * Double(inside), "\(part)")
  }

  @Test func everyPartTellsPersonsApart() {
    // Each part alone changes its own region for nearly every pair of persons: identity is not in color alone.
    for part in [FacePart.brow, .leftEye, .nose, .mouth, .chin, .jaw] {
      let changed = (0..<4 as Range<UInt64>).filter { seed in
        let a = plainPerson(30 + seed)
        let exchanged = a.exchanging(part, with: plainPerson(40 + seed))
        let change = differences(draw(a).image, draw(exchanged).image)
        return change.filter { $0 > 12 }.count >= 8
      }
      #expect(changed.count >= 3, "\(part)")
    }
  }

  @Test func personsDifferMoreThanPixelNoiseUnderTheSameConditions() {
    let photo = FaceConditions()
    let faces = (0..<5 as Range<UInt64>).map { draw(plainPerson(50 + $0), photo, size: 48).image }
    for i in faces.indices {
      for j in faces.indices where j > i { #expect(meanDifference(faces[i], faces[j]) > 3) }
    }
    // Photos of one person differ, too, about as much: pixels alone must not be enough.
    let photos = (0..<3 as Range<UInt64>).map { draw(plainPerson(50), FaceConditions(seed: $0), size: 48).image }
    #expect(meanDifference(photos[0], photos[1]) > 10 && meanDifference(photos[1], photos[2]) > 10)
  }
}
