import FaceDatasets
import Foundation
import TestSupport
import Testing

@Suite struct ImageFolderTests {
  @Test func listsPeopleAndPhotosInOrder() throws {
    let folder = try TemporaryFolder()
    for name in ["bea/2.JPG", "bea/1.png", "ann/deep/er/x.webp", "ann/a.jpeg", "ann/notes.txt", "readme.md"] {
      try folder.write(name)
    }
    for hidden in [".cache/x.jpg", "bea/.thumb.jpg", "bea/.git/x.jpg"] { try folder.write(hidden) }
    let people = try ImageFolder(root: folder.path)
    #expect(people.identityNames == ["ann", "bea"])
    let sources = (0..<people.count).map { people.source(at: $0).dropFirst(folder.path.count + 1) }
    #expect(sources == ["ann/a.jpeg", "ann/deep/er/x.webp", "bea/1.png", "bea/2.JPG"])
    #expect((0..<people.count).map(people.label) == [0, 0, 1, 1])
    #expect(people.name == folder.path.split(separator: "/").last.map(String.init))
  }

  @Test func photosBesidePeopleAreStrays() throws {
    let folder = try TemporaryFolder()
    for name in ["b.png", "a.jpg", "notes.txt"] { try folder.write(name) }
    #expect(ImageFolder.strays(root: folder.path).isEmpty, "there are no people yet")
    try folder.write("ann/1.jpg")
    #expect(ImageFolder.strays(root: folder.path) == ["a.jpg", "b.png"])
    #expect(ImageFolder.strayNote(root: folder.path)?.contains("2 photos lie") == true)
    #expect(ImageFolder.strayNote(root: folder.path + "/ann") == nil)
    #expect(try ImageFolder(root: folder.path).count == 1)
    #expect(ImageFolder.strays(root: folder.path + "/none").isEmpty)
  }

  @Test func leavesOutPeopleWithTooFewPhotos() throws {
    let folder = try TemporaryFolder()
    for name in ["a/1.jpg", "b/1.jpg", "b/2.jpg", "c/none.txt"] { try folder.write(name) }
    let people = try ImageFolder(root: folder.path, name: "mine", minimumPhotos: 2)
    #expect(people.identityNames == ["b"] && people.count == 2 && people.leftOut == ["a", "c"])
    #expect(people.name == "mine" && people.label(at: 1) == 0)
    expectDatasetError(.empty, "3 or more photos", folder.path) {
      _ = try ImageFolder(root: folder.path, minimumPhotos: 3)
    }
    expectDatasetError(.invalidRequest, "0 photos") { _ = try ImageFolder(root: folder.path, minimumPhotos: 0) }
  }

  @Test func ofRenderedFacesThePhotosAreTakenAndNotTheirMasks() throws {
    let folder = try TemporaryFolder()
    for place in ["photos", "parts"] {
      for name in ["000000/01.png", "000000/02.png", "000001/01.png"] { try folder.write("drawn/\(place)/\(name)") }
    }
    // Until something says what they are, these are two people.
    #expect(try ImageFolder(root: folder.path + "/drawn").identityNames == ["parts", "photos"])
    try folder.write("drawn/landmarks.json", "[]")
    let people = try ImageFolder(root: folder.path + "/drawn")
    #expect(people.name == "drawn" && people.identityNames == ["000000", "000001"])
    let sources = (0..<people.count).map { people.source(at: $0).dropFirst(folder.path.count + 1) }
    #expect(sources == ["000000/01.png", "000000/02.png", "000001/01.png"].map { "drawn/photos/" + $0 })
    let list = try ImageList(folder: folder.path + "/drawn")
    #expect(list.name == "drawn" && (0..<list.count).map(list.source) == (0..<people.count).map(people.source))
  }

  @Test func saysWhatIsWrongWithAFolder() throws {
    let folder = try TemporaryFolder()
    expectDatasetError(.missing, "no such folder") { _ = try ImageFolder(root: folder.path + "/nowhere") }
    expectDatasetError(.empty, "the folder is empty") { _ = try ImageFolder(root: folder.path) }
    let file = try folder.write("flat.jpg")
    expectDatasetError(.empty, "no folders of people", "a folder of their own") {
      _ = try ImageFolder(root: folder.path)
    }
    expectDatasetError(.missing, "is a file") { _ = try ImageFolder(root: file) }
    try folder.write("person/notes.txt")
    expectDatasetError(.empty, "1 or more photos") { _ = try ImageFolder(root: folder.path) }
  }

  @Test func aLoopOfLinksIsAnErrorAndNotAHang() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/1.jpg")
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/a/back", withDestinationPath: "..")
    expectDatasetError(.unreadable, "symbolic link") { _ = try ImageFolder(root: folder.path) }
  }

  @Test func aDamagedPhotoThrows() throws {
    let folder = try TemporaryFolder()
    try folder.write("a/1.jpg", "not a photo")
    let people = try ImageFolder(root: folder.path)
    #expect(throws: (any Error).self) { try people.image(at: 0, minimumSide: nil) }
    try FileManager.default.removeItem(atPath: people.source(at: 0))
    #expect(throws: (any Error).self) { try people.image(at: 0, minimumSide: 32) }
  }
}
