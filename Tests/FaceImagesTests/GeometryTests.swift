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

  /// Reductions of few taps and of many, enlargements and borders, each against the kernel taken sample by sample.
  @Test(arguments: [(125, 112), (224, 112), (31, 30), (9, 40), (100, 7), (2, 1), (1, 5)])
  func resizeAcrossIsTheKernel(_ from: Int, _ to: Int) {
    let image = noise(width: from, height: 5, seed: 3)
    let resized = image.resized(width: to, height: 5)
    let kernel = ResampleKernel(inputSize: from, outputSize: to)
    let weights = kernel.fixedWeights
    for y in 0..<5 {
      for x in 0..<to {
        let sum = (0..<kernel.counts[x]).reduce(1 << (ResampleKernel.fixedBits - 1)) {
          $0 + Int(image[kernel.starts[x] + $1, y].green) * Int(weights[x * kernel.taps + $1])
        }
        #expect(Int(resized[x, y].green) == min(255, sum >> ResampleKernel.fixedBits))
      }
    }
  }

  /// Across and down are the same, turned.
  @Test(arguments: [(125, 112), (31, 30), (9, 40), (100, 7), (2, 1), (1, 5)])
  func resizeDownIsResizeAcrossTurned(_ from: Int, _ to: Int) {
    let image = noise(width: from, height: 6, seed: 5)
    func turned(_ image: Image) -> Image {
      var result = Image(width: image.height, height: image.width)
      for y in 0..<image.height { for x in 0..<image.width { result[y, x] = image[x, y] } }
      return result
    }
    #expect(turned(turned(image).resized(width: 6, height: to)) == image.resized(width: to, height: 6))
    #expect(image.resized(width: from, height: 6) == image)
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

  /// A crop that keeps a picture's partial pixels has them at the same ends; one that repeats the edge fills what it adds.
  @Test func cropKeepsPartsOfPixels() {
    var image = noise(width: 6, height: 5, seed: 16)
    image.frame = Image.Frame(x: 0.25, y: 0, width: 5.75, height: 4.5)
    func frame(_ x: Int, _ y: Int, _ width: Int, _ height: Int) -> [Double] {
      let frame = image.cropped(x: x, y: y, width: width, height: height).frame
      return [frame.x, frame.y, frame.width, frame.height]
    }
    #expect(frame(0, 0, 6, 5) == [0.25, 0, 5.75, 4.5])
    #expect(frame(0, 1, 3, 4) == [0.25, 0, 2.75, 3.5])
    #expect(frame(1, 1, 3, 3) == [0, 0, 3, 3])
    #expect(frame(-2, 4, 3, 1) == [0, 0, 3, 0.5])
    #expect(frame(-2, 4, 9, 3) == [0, 0, 9, 3])
    #expect(frame(Int.max, Int.min, 2, 1) == [0, 0, 2, 1])
  }

  /// Worked out on paper: the middle two of four samples as one, and 2.5 of three as two.
  @Test func resizeStretchesTheFrame() {
    func resized(_ values: [UInt8], x: Double, width: Double, to side: Int) -> [UInt8] {
      var image = Image(width: values.count, height: 1, pixels: values.flatMap { [$0, $0, $0] })
      image.frame = Image.Frame(x: x, y: 0, width: width, height: 1)
      let across = image.resized(width: side, height: 1)
      #expect(across.frame == Image(width: side, height: 1).frame)
      var turned = Image(width: 1, height: values.count, pixels: image.pixels)
      turned.frame = Image.Frame(x: 0, y: x, width: 1, height: width)
      #expect(turned.resized(width: 1, height: side).pixels == across.pixels)
      return (0..<side).map { across[$0, 0].red }
    }
    // The center is 2, the support 2: weights 1/4, 3/4, 3/4, 1/4.
    #expect(resized([0, 80, 160, 240], x: 1, width: 2, to: 1) == [120])
    // The centers are 0.625 and 1.875, the support 1.25: weights 9 : 3 : 0 and 0 : 7 : 5 over tenths of it.
    #expect(resized([0, 120, 240], x: 0, width: 2.5, to: 2) == [30, 170])
    // As large as the pixels, but a part of them: not the same picture.
    #expect(resized([0, 100, 200], x: 0.5, width: 2, to: 2) == [50, 150])
    #expect(resized([0, 100, 200], x: 0, width: 2.4, to: 3) != [0, 100, 200])
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
}
