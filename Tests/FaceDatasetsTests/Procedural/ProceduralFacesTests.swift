import FaceImages
import Testing

@testable import FaceDatasets

@Suite struct ProceduralFacesTests {
  @Test func labelsPhotosAndSourcesAgree() throws {
    let faces = try ProceduralFaces(identities: 3, photosPerIdentity: 4, imageSize: 40, seed: 1)
    #expect(faces.count == 12 && faces.identityCount == 3)
    #expect((0..<12).map(faces.label(at:)) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2])
    #expect(Set((0..<12).map(faces.source(at:))).count == 12)
    let image = try faces.image(at: 5, minimumSide: nil)
    #expect(image.width == 40 && image.height == 40)
    #expect(try faces.image(at: 5, minimumSide: 16) == image)
    #expect(try faces.image(at: 6, minimumSide: nil) != image)
    #expect(try faces.annotation(at: 5) == faces.face(at: 5).annotation)
    #expect(try faces.partMap(at: 5) == faces.face(at: 5).parts)
  }

  @Test func rangesOfPersonsAreDisjointAndContinue() throws {
    let train = try ProceduralFaces(identities: 20, photosPerIdentity: 1, seed: 9)
    let test = try ProceduralFaces(identities: 20, photosPerIdentity: 1, seed: 9, firstIdentity: 20)
    let all = try ProceduralFaces(identities: 40, photosPerIdentity: 1, seed: 9)
    let seen = Set((0..<20).map(train.identity(label:)))
    #expect(seen.isDisjoint(with: (0..<20).map(test.identity(label:))))
    #expect(all.identity(label: 25) == test.identity(label: 5))
    #expect(all.conditions(at: 25) == test.conditions(at: 5))
  }

  @Test func variationsWidenPose() throws {
    func yaws(_ variation: FaceConditions.Variation) -> [Float] {
      (0..<400 as Range<UInt64>).map { abs(FaceConditions(seed: $0, variation: variation).yaw) }
    }
    #expect(yaws(.mild).max() ?? 90 <= 12)
    let standard = yaws(.standard)
    #expect(standard.max() ?? 90 <= 55 && standard.filter { $0 <= 35 }.count > 320)
    #expect(yaws(.hard).max() ?? 0 > 50)
  }

  @Test func pairsAreBalancedNewAndTrue() throws {
    let faces = try ProceduralFaces(identities: 40, photosPerIdentity: 6, seed: 2)
    let pairs = try faces.pairs(count: 400, seed: 3, folds: 10)
    #expect(pairs.count == 400 && pairs.filter(\.same).count == 200)
    #expect(Set(pairs).count == 400)
    #expect(try faces.pairs(count: 400, seed: 3, folds: 10) == pairs)
    #expect(try faces.pairs(count: 400, seed: 4, folds: 10) != pairs)
    for pair in pairs {
      #expect((faces.label(at: pair.first) == faces.label(at: pair.second)) == pair.same)
      #expect(pair.first != pair.second)
      // No person is in two folds.
      #expect(faces.label(at: pair.first) % 10 == pair.fold && faces.label(at: pair.second) % 10 == pair.fold)
    }
    for fold in 0..<10 { #expect(pairs.filter { $0.fold == fold && $0.same }.count == 20) }
  }

  @Test(arguments: [(2, 2, 2), (3, 4, 18), (6, 10, 270), (25, 3, 75)])
  func smallSetsGiveEachPairOnce(people: Int, photos: Int, same: Int) throws {
    let faces = try ProceduralFaces(identities: people, photosPerIdentity: photos, seed: 2)
    let set = try faces.verificationSet(pairs: 6000, seed: 1)
    #expect(set.pairs.count == 2 * same && set.pairs.filter(\.same).count == same && set.name == faces.name)
    // In whatever fold.
    #expect(Set(set.pairs.map { [$0.first, $0.second] }).count == set.pairs.count)
    for pair in set.pairs { #expect((faces.label(at: pair.first) == faces.label(at: pair.second)) == pair.same) }
    for fold in 0..<10 {
      let own = set.pairs.filter { $0.fold == fold }
      #expect(own.count == 2 * own.filter(\.same).count)
    }
  }

  @Test func fewOfManyPairsAreNotTheFirst() throws {
    let faces = try ProceduralFaces(identities: 3, photosPerIdentity: 4, seed: 2)
    #expect(try faces.pairs(count: 5, seed: 1).map(\.same) == [true, false, true, false, true])
    let drawn = try (0..<20).map { try Set(faces.pairs(count: 30, seed: $0).filter(\.same).map(\.first)) }
    #expect(Set(drawn).count > 1)
  }

  @Test func impossibleSetsAreRefusedWithAReason() throws {
    #expect(throws: ProceduralFacesError.self) { try ProceduralFaces(identities: 0, photosPerIdentity: 1) }
    #expect(throws: ProceduralFacesError.self) {
      try ProceduralFaces(identities: 1, photosPerIdentity: 1, imageSize: 0)
    }
    let many = #expect(throws: ProceduralFacesError.self) {
      try ProceduralFaces(identities: 100_000, photosPerIdentity: 100_000)
    }
    #expect(many?.description.contains("photos in all") == true)
    let lonely = try ProceduralFaces(identities: 1, photosPerIdentity: 3)
    #expect(throws: ProceduralFacesError.self) { try lonely.pairs(count: 4, seed: 0) }
    let single = try ProceduralFaces(identities: 3, photosPerIdentity: 1)
    let error = #expect(throws: ProceduralFacesError.self) { try single.pairs(count: 4, seed: 0) }
    #expect(error?.description.contains("photos per identity") == true)
    #expect(throws: ProceduralFacesError.self) { try single.pairs(count: 4, seed: 0, folds: 0) }
  }
}
