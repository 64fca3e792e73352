import Testing

@testable import FaceDatasets

@Suite struct FaceKinshipTests {
  private func people(_ size: Int, apart: Int, count: Int = 20, seed: UInt64 = 5) throws -> [FaceIdentity] {
    let faces = try ProceduralFaces(
      identities: count, photosPerIdentity: 1, seed: seed, kinship: FaceKinship(familySize: size, partsApart: apart))
    return (0..<count).map(faces.identity(label:))
  }

  /// The parts in which two people differ; nil when they differ in something that no part owns.
  private func differences(_ a: FaceIdentity, _ b: FaceIdentity) -> Set<FacePart>? {
    let parts = FaceKinship.parts.filter { a.exchanging($0, with: b) != a }
    return parts.reduce(a) { $0.exchanging($1, with: b) } == b ? Set(parts) : nil
  }

  @Test func partsAreAllThatCanBeExchanged() {
    #expect(FaceKinship.parts == [.brow, .leftEye, .nose, .mouth, .chin, .jaw, .cheek, .forehead])
  }

  @Test func siblingsDifferFromTheFirstInOnePartEachByTurns() throws {
    let people = try people(9, apart: 1)
    for family in [0, 9] {
      for member in 1..<9 {
        #expect(differences(people[family], people[family + member]) == [FaceKinship.parts[member - 1]])
      }
    }
    #expect(differences(people[0], people[9]) == nil)
  }

  @Test(arguments: [2, 3, 8]) func membersDifferInAsManyPartsAsAskedFor(apart: Int) throws {
    let people = try people(10, apart: apart)
    for member in 1..<10 { #expect(differences(people[0], people[member])?.count == apart) }
    #expect(Set(people).count == 20)
  }

  @Test func strangersAreWhoTheyWere() throws {
    let faces = try ProceduralFaces(identities: 4, photosPerIdentity: 1, seed: 5)
    #expect(faces.kinship == .strangers)
    for label in 0..<4 {
      var random = SeededRandom(seed: 5, stream: "procedural identity", label)
      #expect(faces.identity(label: label) == FaceIdentity(using: &random))
    }
    let first = try people(9, apart: 4)[0]
    #expect(first == faces.identity(label: 0))
  }

  @Test func familiesGoOnWhereASetBegins() throws {
    let kinship = FaceKinship(familySize: 5, partsApart: 2)
    let later = try ProceduralFaces(
      identities: 6, photosPerIdentity: 1, seed: 5, firstIdentity: 7, kinship: kinship)
    let all = try people(5, apart: 2)
    for label in 0..<6 { #expect(later.identity(label: label) == all[7 + label]) }
  }

  @Test func relativesMayStandForTheSamePhotos() throws {
    func faces(_ shares: Bool) throws -> ProceduralFaces {
      try ProceduralFaces(
        identities: 6, photosPerIdentity: 2, seed: 5, firstIdentity: 1,
        kinship: FaceKinship(familySize: 3, partsApart: 1, sharesConditions: shares))
    }
    // People 1 and 2 are of one family, 3, 4 and 5 of the next.
    let (shared, own) = (try faces(true), try faces(false))
    #expect(
      shared.conditions(at: 0) == shared.conditions(at: 2) && shared.conditions(at: 0) != shared.conditions(at: 1))
    #expect(
      shared.conditions(at: 4) == shared.conditions(at: 6) && shared.conditions(at: 0) != shared.conditions(at: 4))
    #expect(own.conditions(at: 0) != own.conditions(at: 2))
    // Two who differ in one part: most of the picture is the same.
    let (a, b) = (shared.face(at: 4).image.pixels, shared.face(at: 6).image.pixels)
    let alike = zip(a, b).count { abs(Int($0) - Int($1)) <= 4 }
    #expect(a != b && alike > a.count / 2)
  }

  @Test func impossibleFamiliesAreRefused() throws {
    for (size, apart, word) in [(0, 1, "family size"), (4, 0, "parts apart"), (4, 9, "parts apart")] {
      let error = #expect(throws: ProceduralFacesError.self) { try people(size, apart: apart) }
      #expect(error?.description.contains(word) == true)
    }
  }
}
