import FaceDatasets
import Foundation
import Testing

@testable import ExplainableChannels

@Suite struct CellPlacementTests {
  @Test func tiledCellsCoverTheCropEvenly() {
    let crop = SourceCrop(x: 10, y: 20, width: 224, height: 112)
    let geometry = AffineMap(mapWidth: 7, mapHeight: 7, inputWidth: 112, inputHeight: 112, crop: crop)
    let first = geometry(0, 0)
    let last = geometry(6, 6)
    #expect(agrees(first.x, 26) && agrees(first.y, 28))
    #expect(agrees(last.x, 218) && agrees(last.y, 124))
    #expect(agrees(geometry.diagonal(mapWidth: 7, mapHeight: 7), hypot(224, 112)))
  }

  @Test func receptiveFieldCellsSitOnInputPixelCenters() {
    let crop = SourceCrop(x: 0, y: 0, width: 112, height: 112)
    let geometry = AffineMap(
      mapWidth: 14, mapHeight: 14, inputWidth: 112, inputHeight: 112, crop: crop, placement: .receptiveField)
    #expect(agrees(geometry(0, 0).x, 0.5))
    #expect(agrees(geometry(3, 5).x, 24.5))
    #expect(agrees(geometry(3, 5).y, 40.5))
  }

  @Test func mirroredCellsAreSymmetricAcrossAndReceptiveFieldsDown() {
    let crop = SourceCrop(x: 0, y: 0, width: 112, height: 112)
    let geometry = AffineMap(
      mapWidth: 14, mapHeight: 14, inputWidth: 112, inputHeight: 112, crop: crop, placement: .mirrored)
    for column in 0..<14 {
      let (left, right) = (
        geometry(Double(column), 5), geometry(Double(13 - column), 5)
      )
      #expect(agrees(left.x + right.x, 112))
      #expect(agrees(left.y, 40.5))
    }
  }

  @Test func inverseUndoes() throws {
    var random = SeededRandom(seed: 4)
    for _ in 0..<50 {
      let motion = AffineMap.similarity(
        scale: random.uniform(0.5...2), degrees: random.uniform(-180...180), shiftX: random.uniform(-20...20),
        shiftY: random.uniform(-20...20), centerX: 56, centerY: 56)
      let geometry = AffineMap(
        mapWidth: 14, mapHeight: 7, inputWidth: 112, inputHeight: 112,
        crop: SourceCrop(x: random.uniform(-50...50), y: 3, width: random.uniform(20...300), height: 80),
        motion: motion)
      let inverse = try #require(geometry.inverse)
      let (u, v) = (random.uniform(0...13), random.uniform(0...6))
      let there = geometry(u, v)
      let back = inverse(there.x, there.y)
      #expect(agrees(back.x, u, within: 1e-9) && agrees(back.y, v, within: 1e-9))
      let chained = geometry.then(inverse)(u, v)
      #expect(agrees(chained.x, u, within: 1e-9) && agrees(chained.y, v, within: 1e-9))
    }
  }

  @Test func flatMapsHaveNoInverse() {
    #expect(AffineMap(a: 1, b: 2, c: 2, d: 4, tx: 0, ty: 0).inverse == nil)
    #expect(AffineMap(a: .nan, b: 0, c: 0, d: 1, tx: 0, ty: 0).inverse == nil)
    #expect(AffineMap(a: 1, b: 0, c: 0, d: 1, tx: .infinity, ty: 0).inverse == nil)
  }

  @Test func similarityTurnsAboutItsCenterThenShifts() {
    let turn = AffineMap.similarity(scale: 2, degrees: 90, shiftX: 1, shiftY: -1, centerX: 10, centerY: 10)
    let center = turn(10, 10)
    #expect(agrees(center.x, 11) && agrees(center.y, 9))
    let right = turn(11, 10)
    #expect(agrees(right.x, 11) && agrees(right.y, 11))
  }

  @Test func motionComesBeforeTheCrop() {
    let crop = SourceCrop(x: 100, y: 50, width: 224, height: 224)
    let geometry = AffineMap(
      mapWidth: 7, mapHeight: 7, inputWidth: 112, inputHeight: 112, crop: crop,
      motion: .similarity(shiftX: 8))
    // Cell (0, 0) is at input (8, 8), was sampled from (16, 8), and the crop is twice the size of the input.
    let place = geometry(0, 0)
    #expect(agrees(place.x, 132) && agrees(place.y, 66))
  }
}
