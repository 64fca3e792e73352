import FaceDatasets
import FaceImages
import TestSupport
import Testing

@Suite struct JoinedDatasetTests {
  let first = MemoryDataset(name: "first", labels: [0, 0, 1], identityNames: ["a", "b"])
  let second = MemoryDataset(name: "second", labels: [1, 0, 2], identityNames: ["a", "x", "y"])

  @Test func labelsAreDisjoint() throws {
    let joined = try JoinedDataset([first, second])
    #expect(joined.count == 6 && joined.identityCount == 5 && joined.name == "first + second")
    #expect((0..<6).map(joined.label) == [0, 0, 1, 3, 2, 4])
    #expect(joined.identityNames == ["a", "b", "a", "x", "y"])
    #expect(joined.source(at: 2) == "first/2" && joined.source(at: 3) == "second/0")
    #expect(try joined.image(at: 5, minimumSide: nil).width == 1)
  }

  @Test func matchesGiveOneLabel() throws {
    let folder = try TemporaryFolder()
    let list = try folder.write("same.txt", "b x\nb y\ngone a\n")
    let joined = try JoinedDataset(
      [first, second], name: "both", matches: IdentityMatch.list(contentsOf: list, first: 0, second: 1))
    #expect(joined.identityCount == 3 && (0..<6).map(joined.label) == [0, 0, 1, 1, 2, 1])
    #expect(joined.unused.map(\.first.name) == ["gone"])
    let broken = try folder.write("broken.txt", "b x\nb\n")
    expectDatasetError(.malformed, "broken.txt, line 2") {
      _ = try IdentityMatch.list(contentsOf: broken, first: 0, second: 1)
    }
  }

  @Test func photosOfNobodyKnownStayThat() throws {
    let joined = try JoinedDataset([PartlyLabeled(first, minimumPhotos: 2), second])
    #expect((0..<6).map(joined.label)[..<3] == [0, 0, PartlyLabeled.noLabel] && joined.label(at: 3) > 0)
    // One person has two photos, the others one.
    #expect(RandomPairs.balanced(PartlyLabeled(first, minimumPhotos: 2), count: 10, seed: 1).isEmpty)
  }

  @Test func refusesWhatCannotBeJoined() throws {
    expectDatasetError(.invalidRequest, "nothing to join") { _ = try JoinedDataset([]) }
    let match = IdentityMatch(.init(dataset: 0, name: "a"), .init(dataset: 7, name: "a"))
    expectDatasetError(.invalidRequest, "dataset 7") { _ = try JoinedDataset([first], matches: [match]) }
  }
}

@Suite struct CenterCroppedTests {
  @Test func cutsPhotoAndMovesCenters() throws {
    var photo = Image(width: 10, height: 20)
    photo[2, 5] = RGB(1, 2, 3)
    let face = FaceAnnotation(centers: [.init(.nose, x: 5, y: 10)], eyeMouthDistance: 4)
    let base = MemoryDataset(labels: [0], identityNames: ["a"], photo: photo, centers: face)
    let cropped = try CenterCropped(base, fraction: 0.5)
    let image = try cropped.image(at: 0, minimumSide: 3)
    #expect(image.width == 5 && image.height == 10 && image[0, 0] == RGB(1, 2, 3))
    let moved = try #require(try cropped.annotation(at: 0))
    #expect(moved == FaceAnnotation(centers: [.init(.nose, x: 3, y: 5)], eyeMouthDistance: 4))
    let twice = try CenterCropped(cropped, fraction: 0.5)
    #expect(try twice.image(at: 0, minimumSide: nil).height == 5)
    #expect(try twice.annotation(at: 0)?.centers[0].y == 3)
    #expect(cropped.count == 1 && cropped.label(at: 0) == 0 && cropped.name == "memory")
  }

  @Test(arguments: [0, -1, 1e-18, 0.009, 1.1, .nan, .infinity]) func refusesFractions(fraction: Double) {
    let base = MemoryDataset(labels: [0], identityNames: ["a"])
    expectDatasetError(.invalidRequest, "fraction") { _ = try CenterCropped(base, fraction: fraction) }
  }

  /// Each asks its base for a hundred times the side; no number is large enough for the last.
  @Test func cropsOfCropsAskForWhatANumberCanSay() throws {
    var dataset: any FaceDataset = MemoryDataset(labels: [0], identityNames: ["a"])
    for _ in 0..<12 { dataset = try CenterCropped(dataset, fraction: 0.01) }
    #expect(try dataset.image(at: 0, minimumSide: 4096).width == 1)
  }
}

@Suite struct WrappedPartMapTests {
  @Test func joinedAndCroppedDatasetsHaveTheMapsOfTheirPhotos() throws {
    let faces = try ProceduralFaces(identities: 2, photosPerIdentity: 2, imageSize: 40, supersampling: 1)
    let memory = MemoryDataset(labels: [0], identityNames: ["a"])
    let joined = try JoinedDataset([memory, faces])
    #expect(try joined.partMap(at: 0) == nil)
    let map = try #require(try joined.partMap(at: 3))
    #expect(try map == faces.partMap(at: 2))
    let cropped = try #require(try CenterCropped(joined, fraction: 0.5).partMap(at: 3))
    #expect(cropped.width == 20 && cropped.height == 20)
    for (row, column) in [(0, 0), (7, 3), (19, 19)] { #expect(cropped[column, row] == map[column + 10, row + 10]) }
    #expect(try CenterCropped(memory, fraction: 0.5).partMap(at: 0) == nil)
  }

  @Test func outsideAMapThereIsNoPart() {
    let map = PartMap(width: 2, height: 2, labels: [0, 1, 2, 3])
    let none = PartMap.none
    #expect(map.cropped(x: -1, y: 1, width: 4, height: 2).labels == [none, 2, 3, none, none, none, none, none])
    #expect(map.cropped(x: 1, y: -1, width: 2, height: 2).labels == [none, none, 1, none])
    #expect(map.cropped(x: 5, y: 0, width: 1, height: 1).labels == [none])
    #expect(map.cropped(x: -9, y: 0, width: 3, height: 1).labels == [none, none, none])
  }
}
