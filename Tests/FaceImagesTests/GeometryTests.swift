import Testing

@testable import FaceImages

@Suite struct GeometryTests {
  @Test(arguments: [(1, 1), (13, 40), (112, 112), (300, 7)])
  func resizeKeepsConstants(_ width: Int, _ height: Int) {
    let color = RGB(17, 130, 254)
    let image = Image(width: 50, height: 31, color: color).resized(width: width, height: height)
    #expect(image == Image(width: width, height: height, color: color))
  }

  @Test func resizeToTheSameSizeChangesNothing() {
    let image = noise(width: 23, height: 9, seed: 12)
    #expect(image.resized(width: 23, height: 9) == image)
  }

  @Test func resizeKeepsGradients() {
    let image = gradient(width: 256, height: 256).resized(width: 64, height: 32)
    for i in 1..<31 {
      // The centers of output pixels, 4 and 8 input pixels wide.
      #expect(abs(Int(image[2 * i, i].red) - (8 * i + 2)) <= 1)
      #expect(abs(Int(image[2 * i, i].green) - (8 * i + 4)) <= 1)
    }
  }

  @Test func resizeAveragesFinePatterns() {
    var board = Image(width: 100, height: 100)
    for y in 0..<100 {
      for x in 0..<100 where (x + y) % 2 == 0 { board[x, y] = RGB(255, 255, 255) }
    }
    for size in [10, 23, 40] {
      let small = board.resized(width: size, height: size)
      #expect(small.pixels.allSatisfy { abs(Int($0) - 128) <= 12 }, "\(size)")
    }
  }

  /// The weights of the triangle filter, worked out on paper.
  @Test func resizeMatchesTheTriangleByHand() {
    // Reducing 4 to 2: weights 3/7, 3/7, 1/7 at the left edge, mirrored at the right.
    let values: [UInt8] = [0, 70, 140, 210]
    let image = Image(width: 4, height: 1, pixels: values.flatMap { [$0, $0, $0] }).resized(width: 2, height: 1)
    #expect(image[0, 0].red == 50)
    #expect(image[1, 0].red == 160)
    // Doubling 2: quarters of the way between the centers.
    let pair = Image(width: 2, height: 1, pixels: [0, 0, 0, 200, 200, 200]).resized(width: 4, height: 1)
    #expect((0..<4).map { pair[$0, 0].green } == [0, 50, 150, 200])
  }

  @Test func cropRepeatsTheEdge() {
    let image = noise(width: 6, height: 5, seed: 13)
    let crop = image.cropped(x: -2, y: 3, width: 5, height: 4)
    for y in 0..<4 {
      for x in 0..<5 { #expect(crop[x, y] == image[max(0, x - 2), min(4, y + 3)]) }
    }
    #expect(image.cropped(x: 0, y: 0, width: 6, height: 5) == image)
    #expect(image.cropped(x: Int.max, y: Int.min, width: 2, height: 1)[1, 0] == image[5, 0])
    #expect(image.centerCropped(fraction: 0.5) == image.cropped(x: 1, y: 1, width: 3, height: 3))
    #expect(image.centerCropped(fraction: 1) == image)
  }

  @Test func mirrorSwapsSides() {
    let image = noise(width: 7, height: 3, seed: 14)
    #expect(image.mirrored()[0, 2] == image[6, 2])
    #expect(image.mirrored().mirrored() == image)
  }

  @Test func pasteLeavesOutWhatFallsOutside() {
    let image = noise(width: 4, height: 4, seed: 15)
    var target = Image(width: 6, height: 5)
    target.paste(image, x: -1, y: 3)
    #expect(target[0, 3] == image[1, 0] && target[2, 4] == image[3, 1])
    #expect(target[3, 3] == RGB(0, 0, 0) && target[0, 2] == RGB(0, 0, 0))
    let before = target
    target.paste(image, x: 6, y: 0)
    target.paste(image, x: 0, y: -4)
    #expect(target == before)
  }

  @Test func warpByIdentityAndQuarterTurnIsExact() throws {
    let image = noise(width: 9, height: 9, seed: 16)
    #expect(image.warped(by: .identity, width: 9, height: 9) == image)
    let turn = AffineTransform2D.similarity(degrees: 90, center: (4, 4))
    let turned = image.warped(by: turn, width: 9, height: 9)
    for y in 0..<9 {
      // The turn leads from (x, y) in the output to (8 - y, x) in the input.
      for x in 0..<9 { #expect(turned[x, y] == image[8 - y, x]) }
    }
    let back = try #require(turn.inverted())
    #expect(turned.warped(by: back, width: 9, height: 9) == image)
  }

  @Test func warpInterpolatesAndRepeatsTheEdge() {
    let image = Image(width: 2, height: 1, pixels: [0, 0, 0, 200, 200, 200])
    let shift = AffineTransform2D.similarity(shiftX: -0.75)
    let moved = image.warped(by: shift, width: 4, height: 2)
    #expect((0..<4).map { moved[$0, 1].red } == [0, 50, 200, 200])
    let far = AffineTransform2D(a: 1e300, b: .nan, c: 0, d: 0, tx: .infinity, ty: -1e300)
    #expect(image.warped(by: far, width: 3, height: 3).pixels.count == 27)
  }

  @Test func similarityTurnsScalesAndShifts() {
    let point = AffineTransform2D.similarity(scale: 2, degrees: 90, shiftX: 10, shiftY: -1, center: (1, 1)).apply(3, 1)
    #expect(point == (11, 4))
    let diagonal = AffineTransform2D.similarity(degrees: 45).apply(1, 0)
    #expect(abs(diagonal.x - diagonal.y) < 1e-12 && abs(diagonal.x - 0.5.squareRoot()) < 1e-12)
  }

  @Test func inverseAndConcatenationAgree() throws {
    let first = AffineTransform2D(a: 1.5, b: -0.25, c: 0.5, d: 2, tx: 3, ty: -7)
    let second = AffineTransform2D.similarity(scale: 0.5, degrees: 30, shiftX: 4, center: (2, 9))
    let both = first.concatenating(second).apply(5, 6)
    let middle = first.apply(5, 6)
    let end = second.apply(middle.x, middle.y)
    #expect(abs(both.x - end.x) < 1e-9 && abs(both.y - end.y) < 1e-9)
    let back = try #require(first.inverted()).apply(middle.x, middle.y)
    #expect(abs(back.x - 5) < 1e-12 && abs(back.y - 6) < 1e-12)
    #expect(AffineTransform2D(a: 1, b: 2, c: 2, d: 4, tx: 0, ty: 0).inverted() == nil)
  }
}
