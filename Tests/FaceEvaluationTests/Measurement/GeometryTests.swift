import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages
import Testing
import Torch

/// Where a map cell is said to lie in the photo must be where the network looked: a dot that is drawn into a photo is
/// found in the network's input and sent back.
@Suite struct GeometryTests {
  /// The middle of the bright pixels of an input [1, 3, S, S], in pixels; centers of pixels are whole numbers.
  private func brightest(_ input: Tensor) throws -> (x: Double, y: Double)? {
    let side = input.size(3)
    let values = try (input + 1).floats().prefix(side * side).map(Double.init)
    let sum = values.reduce(0, +)
    guard sum > 0.5 else { return nil }
    let x = values.enumerated().map { Double($0 % side) * $1 }.reduce(0, +) / sum
    let y = values.enumerated().map { Double($0 / side) * $1 }.reduce(0, +) / sum
    return (x, y)
  }

  private static let sizes = [(width: 72, height: 72), (width: 90, height: 54), (width: 40, height: 120)]

  @Test(arguments: sizes, [PhotoView.asCropped, .moved(MovedFaces())])
  func aDotComesBackToItsPlace(size: (width: Int, height: Int), view: PhotoView) throws {
    let scan = try tinyScan()
    let (input, cells) = (scan.model.info.input, scan.model.network.targetSide)
    #expect(cells == 8)
    var found = 0
    for (index, share) in [(0.5, 0.5), (0.3, 0.4), (0.7, 0.35), (0.4, 0.7), (0.62, 0.58)].enumerated() {
      let place = (x: Int(share.0 * Double(size.width)), y: Int(share.1 * Double(size.height)))
      var photo = Image(width: size.width, height: size.height)
      photo.fillRectangle(x: place.x - 2, y: place.y - 2, width: 5, height: 5, color: RGB(255, 255, 255))
      let store = PhotoStore(Pictures(images: [photo]), side: input.storedSide)
      let map = view.map(input, index: index)
      let seen = try Tensor.networkInput(store.batch([0]).photos, through: [map], size: input.size)
      guard let dot = try brightest(seen) else { continue }
      found += 1
      let step = Double(input.size / cells)
      let geometry = scan.geometry(width: size.width, height: size.height, map: map)
      // Cells tile the input from left to right and sit at their receptive fields from top to bottom.
      let back = geometry((dot.x - (step - 1) / 2) / step, dot.y / step)
      // The middle of pixel i lies at i + 0.5.
      #expect(abs(back.x - Double(place.x) - 0.5) < 1, "x \(back.x) for \(place.x)")
      #expect(abs(back.y - Double(place.y) - 0.5) < 1, "y \(back.y) for \(place.y)")
    }
    #expect(found >= 4)
  }

  @Test func aMirroredMapComesBackToo() throws {
    let scan = try tinyScan()
    let input = scan.model.info.input
    var photo = Image(width: 72, height: 72)
    photo.fillRectangle(x: 20, y: 30, width: 5, height: 5, color: RGB(255, 255, 255))
    let map = AffineMap.centered(input).thenMirrored
    let store = PhotoStore(Pictures(images: [photo]), side: input.storedSide)
    let dot = try #require(
      try brightest(Tensor.networkInput(store.batch([0]).photos, through: [map], size: input.size)))
    let back = scan.geometry(width: 72, height: 72, map: map)((dot.x - 1.5) / 4, dot.y / 4)
    #expect(abs(back.x - 22.5) < 1 && abs(back.y - 32.5) < 1)
    #expect(dot.x > 15.5, "the dot is on the other side in the input")
  }

  @Test func theCornerCellsLieByHand() throws {
    // Stored 36, input 32: the input begins 2 of 36 of the way in; column 0 is the middle of the first four input pixels,
    // row 0 the first of them.
    let scan = try tinyScan()
    let geometry = scan.geometry(width: 360, height: 180, map: .centered(scan.model.info.input))
    let (first, last) = (geometry(0, 0), geometry(7, 7))
    #expect(abs(first.x - 40) < 1e-9 && abs(first.y - 12.5) < 1e-9)
    #expect(abs(last.x - 320) < 1e-9 && abs(last.y - 152.5) < 1e-9)
  }
}
