import FaceImages
import Foundation
import TestSupport
import Testing

@testable import FaceDatasets

/// Whether `make detect` has been run here.
private let isDetectorHere = (try? FaceDetector()) != nil

@Suite(.enabled(if: isDetectorHere, "skipped: no face detector (make detect)")) struct DetectedFacesTests {
  private static let faces = try! ProceduralFaces(identities: 13, photosPerIdentity: 1, imageSize: 200, seed: 0)

  /// A wide gray photo with faces of some sides, each with its top left corner.
  private func photo(_ places: [(identity: Int, side: Int, x: Int, y: Int)]) -> Image {
    var photo = Image(width: 1000, height: 600, color: RGB(120, 118, 110))
    for place in places {
      let face = Self.faces.face(at: place.identity).image.resized(width: place.side, height: place.side)
      photo.paste(face, x: place.x, y: place.y)
    }
    return photo
  }

  @Test func theLargestFaceIsCut() throws {
    let photo = photo([(12, 160, 80, 60), (11, 300, 600, 200), (10, 150, 300, 400)])
    let (box, found) = try FaceDetector().largestFace(in: photo, name: "three.png")
    #expect(found > 1)
    let (x, y) = (box.x + box.width / 2, box.y + box.height / 2)
    // The second face's middle is at 750, 350.
    #expect(abs(x - 750) < 60 && abs(y - 350) < 60 && (150...350).contains(box.width), "\(box)")
    #expect(abs(box.width - box.height) <= box.width / 20)
  }

  @Test func smallFacesAreFoundAtTheSecondLook() throws {
    let photo = photo([(12, 84, 500, 250)])
    let box = try FaceDetector().largestFace(in: photo, name: "small.png").box
    #expect(abs(box.x + box.width / 2 - 542) < 20 && abs(box.y + box.height / 2 - 292) < 20, "\(box)")
  }

  @Test func datasetsAreCut() throws {
    let folder = try TemporaryFolder()
    try folder.folder("a")
    try photo([(12, 240, 100, 100)]).write(to: folder.path + "/a/1.png")
    try Image(width: 300, height: 300, color: RGB(80, 80, 80)).write(to: folder.path + "/a/2.png")
    let cut = DetectedFaces(try ImageFolder(root: folder.path), detector: try FaceDetector())
    let box = try cut.box(at: 0)
    let image = try cut.image(at: 0, minimumSide: 32)
    #expect(image == (try Image(contentsOf: folder.path + "/a/1.png")).cropped(to: box))
    #expect(try cut.size(at: 0) == (box.width, box.height) && cut.identityNames == ["a"])
    #expect(throws: DetectionError.noFace(name: folder.path + "/a/2.png")) { try cut.image(at: 1, minimumSide: nil) }
    // In a store such a photo is left out and named.
    let read = try PhotoStore(cut, side: 32).batch([0, 1])
    #expect(read.indices == [0] && read.damaged.map(\.index) == [1])
    #expect(read.damaged[0].reason.contains("no face was found") && read.damaged[0].wasRead)

    let target = folder.path + "-shrunk"
    let copy = try ShrunkCopy(of: folder.path, to: target, side: 64, detector: try FaceDetector())
    #expect(try copy.write(threads: 1).map(\.source) == [folder.path + "/a/2.png"])
    #expect(try Image.size(ofFile: target + "/a/1.png").width <= 64 + 4)
    try? FileManager.default.removeItem(atPath: target)
  }

  @Test func annotationsAndMapsMoveWithTheCrop() throws {
    let photo = photo([(12, 240, 100, 100)])
    var map = PartMap(
      width: photo.width, height: photo.height,
      labels: [UInt8](repeating: PartMap.none, count: photo.width * photo.height))
    map.labels[230 * photo.width + 220] = PartMap.label(of: .nose)
    let base = MemoryDataset(
      labels: [0], identityNames: ["a"], photo: photo,
      centers: FaceAnnotation(centers: [.init(.nose, x: 220, y: 230)], eyeMouthDistance: 60), parts: map)
    let cut = DetectedFaces(base, detector: try FaceDetector())
    let box = try cut.box(at: 0)
    let nose = try #require(try cut.annotation(at: 0)?.centers.first)
    #expect(nose.x == 220 - Float(box.x) && nose.y == 230 - Float(box.y))
    let cutMap = try #require(try cut.partMap(at: 0))
    #expect(cutMap.width == box.width && cutMap.height == box.height)
    #expect(cutMap[220 - box.x, 230 - box.y] == .nose && cutMap.labels.count { $0 != PartMap.none } == 1)
  }
}
