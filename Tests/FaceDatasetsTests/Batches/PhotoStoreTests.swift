import FaceDatasets
import FaceImages
import Foundation
import Testing
import Torch

@Suite struct PhotoStoreTests {
  @Test func photosAreSquaresOfTheSizeAskedFor() throws {
    let store = PhotoStore(NumberedPhotos(), side: 8)
    #expect(store.byteCount == 192)
    let expected = [[UInt8]](repeating: [3, 6, 3], count: 64).flatMap { $0 }
    #expect(try store.pixels(at: 3) == expected)
  }

  @Test func aPhotoIsDecodedOnce() throws {
    let photos = NumberedPhotos()
    let store = PhotoStore(photos, side: 8)
    for _ in 0..<3 { _ = try store.pixels(at: 5) }
    #expect(photos.log.times(5) == 1)
  }

  @Test func memoryIsNotExceeded() throws {
    let photos = NumberedPhotos()
    // Room for two photos and a half.
    let store = PhotoStore(photos, side: 8, memoryLimit: 192 * 5 / 2)
    for _ in 0..<2 { for index in 0..<4 { _ = try store.pixels(at: index) } }
    #expect((0..<4).map(photos.log.times) == [1, 1, 2, 2])
  }

  @Test func nothingIsKeptWithoutMemory() throws {
    let photos = NumberedPhotos()
    let store = PhotoStore(photos, side: 8, memoryLimit: 0)
    for _ in 0..<3 { _ = try store.pixels(at: 0) }
    #expect(photos.log.times(0) == 3)
  }

  @Test(arguments: [0, 1, 3]) func preloadingNamesTheDamagedPhotosInOrder(threads: Int) {
    let photos = NumberedPhotos(damaged: [17, 2, 9])
    let counter = ReadLog()
    let damaged = PhotoStore(photos, side: 8).preload(Array(0..<24), threads: threads) { counter.add($0) }
    #expect(damaged.map(\.index) == [2, 9, 17])
    #expect(damaged.map(\.source) == ["photo 2", "photo 9", "photo 17"])
    #expect(damaged.allSatisfy { $0.reason.contains("damaged") })
    #expect((1...24).allSatisfy { counter.times($0) == 1 }, "progress counts every photo once")
  }

  @Test func preloadedPhotosAreNotDecodedAgain() throws {
    let photos = NumberedPhotos()
    let store = PhotoStore(photos, side: 8)
    _ = store.preload(Array(0..<24), threads: 2)
    for index in 0..<24 { _ = try store.pixels(at: index) }
    #expect(photos.log.total == 24)
  }

  @Test(arguments: [1, 3]) func preloadingStopsWhenAsked(threads: Int) {
    let photos = NumberedPhotos(damaged: [1])
    let damaged = PhotoStore(photos, side: 8).preload(
      Array(0..<24), threads: threads, isStopped: { photos.log.total >= 5 })
    #expect((5..<(5 + threads)).contains(photos.log.total), "at most what the other threads had begun")
    #expect(damaged.map(\.index) == [1])
  }

  @Test func allPhotosAreLookedAtWithoutMemoryToo() {
    let photos = NumberedPhotos(damaged: [23])
    let damaged = PhotoStore(photos, side: 8, memoryLimit: 192).preload(Array(0..<24), threads: 1)
    #expect(damaged.map(\.index) == [23] && photos.log.total == 24)
  }

  @Test func aBatchLeavesOutDamagedPhotosAndNamesThem() throws {
    let store = PhotoStore(NumberedPhotos(damaged: [4]), side: 8)
    let batch = try store.batch([7, 4, 1])
    #expect(batch.indices == [7, 1])
    #expect(batch.photos.shape == [2, 8, 8, 3])
    #expect(try batch.photos.bytes()[0..<3] == [7, 14, 3])
    #expect(batch.damaged.map(\.source) == ["photo 4"])
  }

  @Test func aDamagedPhotoIsNamedOnce() {
    for reason in ["not a JPEG", "gal/text.jpg: not a JPEG"] {
      #expect(
        DamagedPhoto(index: 0, source: "gal/text.jpg", reason: reason).description == "gal/text.jpg: not a JPEG")
    }
    // Another file's trouble, whatever its name begins with.
    #expect(
      DamagedPhoto(index: 0, source: "a.jpg", reason: "a.jpg.idx: no such file").description
        == "a.jpg: a.jpg.idx: no such file")
  }

  @Test func aBatchOfDamagedPhotosIsEmpty() throws {
    let batch = try PhotoStore(NumberedPhotos(damaged: [4, 5]), side: 8).batch([4, 5])
    #expect(batch.indices.isEmpty)
    #expect(batch.photos.shape == [0, 8, 8, 3])
  }
}
