import FaceDatasets
import Testing
import Torch

/// Input 32, border 0.125: photos are stored as squares of 36.
private let input: InputSettings = {
  var input = InputSettings()
  input.size = 32
  return input
}()

private func expect(
  _ place: (x: Double, y: Double), _ x: Double, _ y: Double, location: SourceLocation = #_sourceLocation
) {
  #expect(abs(place.x - x) < 1e-12 && abs(place.y - y) < 1e-12, "\(place)", sourceLocation: location)
}

/// A photo whose red counts columns and whose green counts rows.
private func ramp(_ side: Int) throws -> Tensor {
  let bytes = (0..<side).flatMap { y in (0..<side).flatMap { x in [UInt8(x), UInt8(y), UInt8(7)] } }
  return try Tensor(bytes, [1, side, side, 3])
}

/// The pixels of a network input as bytes again, [channel][row][column].
private func pixels(_ images: Tensor) throws -> [[[Float]]] {
  let (height, width) = (images.size(2), images.size(3))
  let values = try ((images * 127.5) + 127.5).floats()
  return (0..<3).map { c in
    (0..<height).map { y in (0..<width).map { x in values[(c * height + y) * width + x] } }
  }
}

@Suite struct AffineMapTests {
  @Test func aWholePhotoIsNotResampled() throws {
    let photo = try ramp(32)
    let input = try Tensor.networkInput(photo, through: [.identity], size: 32)
    #expect(input.isChannelsLast && input.shape == [1, 3, 32, 32])
    let numbers = try input.floats()
    let bytes = try photo.permuted(0, 3, 1, 2).floats()
    #expect(zip(numbers, bytes).allSatisfy { abs($0 - ($1 - 127.5) / 127.5) < 1e-6 })
    // A map that is next to nothing takes the other way, to the same picture.
    var nearly = AffineMap.identity
    nearly.tx = 1e-9
    let sampled = try Tensor.networkInput(photo, through: [nearly], size: 32).floats()
    #expect(zip(numbers, sampled).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func theStoredSideIsTheInputAndItsBorder() {
    #expect(input.storedSide == 36)
    var none = input
    none.border = 0
    #expect(none.storedSide == 32)
    #expect(InputSettings().storedSide == 126)
  }

  @Test(arguments: [(0, 0.1), (31, 0.1), (-16, 0.1), (1040, 0.1), (32, -0.1), (32, 1.1)])
  func impossibleInputsAreRefused(size: Int, border: Double) {
    var settings = InputSettings()
    (settings.size, settings.border) = (size, border)
    #expect(throws: SettingsError.self) { try settings.validate() }
  }

  @Test func mapsSendPlacesWhereTheyShould() {
    expect(AffineMap.identity(0.3, -0.7), 0.3, -0.7)
    let centered = AffineMap.centered(input)
    expect(centered(0, 0), 0, 0)
    expect(centered(-1, 1), -32.0 / 36, 32.0 / 36)
    // The window from (0, 4): its left edge is the photo's, its lower edge too.
    let window = AffineMap.window(input, x: 0, y: 4)
    expect(window(-1, 1), -1, 1)
    expect(window(1, -1), 64.0 / 36 - 1, 1 - 64.0 / 36)
    #expect(AffineMap.window(input, x: 2, y: 2) == centered)
  }

  @Test func similaritiesTurnScaleAndShiftInThatOrder() {
    // A quarter turn takes x to y (clockwise on the screen); a shift of 0.25 of the side is 0.5 in places.
    let map = AffineMap.identity.thenSimilarity(scale: 2, degrees: 90, shiftX: 0.25, shiftY: -0.1)
    expect(map(0.1, 0), 0.5, 0.2 - 0.2)
    expect(map(0, 0.1), 0.5 - 0.2, -0.2)
    let turned = AffineMap.centered(input).thenSimilarity(scale: 1, degrees: 30, shiftX: 0, shiftY: 0)
    expect(turned(1, 0), 32.0 / 36 * 0.75.squareRoot(), 32.0 / 36 * 0.5)
  }

  @Test func mirroringComesAfterTheSimilarity() {
    let map = AffineMap.window(input, x: 1, y: 3).thenSimilarity(scale: 1.1, degrees: 12, shiftX: 0.05, shiftY: 0.02)
    for (x, y) in [(0.0, 0.0), (0.4, -0.9), (-1, 1)] {
      let (straight, mirrored) = (map(x, y), map.thenMirrored(x, y))
      expect(mirrored, -straight.x, straight.y)
    }
    #expect(map.thenMirrored.thenMirrored == map)
  }

  @Test func aCenteredWindowIsTheVeryPixels() throws {
    let images = try Tensor.networkInput(ramp(36), through: [.centered(input)], size: 32)
    #expect(images.shape == [1, 3, 32, 32])
    let seen = try images.floats()
    let expected = (0..<3).flatMap { c in
      (2..<34).flatMap { y in (2..<34).map { x in (Float([x, y, 7][c]) - 127.5) / 127.5 } }
    }
    #expect(seen == expected)
  }

  @Test func windowsAreCutOrInterpolatedToTheSame() throws {
    let map = AffineMap.window(input, x: 1, y: 3)
    let cut = try Tensor.networkInput(ramp(36), through: [map], size: 32)
    #expect(cut.isChannelsLast)
    let pixels36 = try ramp(36).permuted(0, 3, 1, 2).to(.float32)
    let interpolated = try Tensor.warped(pixels36, through: [map], size: 32).normalizedPixels()
    // Weights of the sampling differ from 0 and 1 in the last bits at most.
    #expect(zip(try cut.floats(), try interpolated.floats()).allSatisfy { abs($0 - $1) < 3e-6 })
    let beyond = try pixels(Tensor.networkInput(ramp(36), through: [.window(input, x: -1, y: 5)], size: 32))
    #expect(abs(beyond[0][0][0]) < 1e-3 && abs(beyond[0][0][2] - 1) < 1e-3 && abs(beyond[1][31][0] - 35) < 1e-3)
    let between = try pixels(Tensor.networkInput(ramp(36), through: [.window(input, x: 1.5, y: 2)], size: 32))
    #expect(abs(between[0][0][0] - 1.5) < 1e-3)
  }

  @Test func withoutABorderTheInputIsThePhoto() throws {
    let images = try Tensor.networkInput(ramp(32), through: [.identity], size: 32)
    let row = try pixels(images)[0][5]
    #expect(row.enumerated().allSatisfy { abs($1 - Float($0)) < 1e-3 })
    #expect(try images.floats()[0] == -1)
  }

  @Test func windowsAndMirrorsMovePixels() throws {
    let corner = try pixels(Tensor.networkInput(ramp(36), through: [.window(input, x: 0, y: 4)], size: 32))
    #expect(abs(corner[0][0][0]) < 1e-3 && abs(corner[1][0][0] - 4) < 1e-3)
    let mirrored = try pixels(Tensor.networkInput(ramp(36), through: [.centered(input).thenMirrored], size: 32))
    #expect(abs(mirrored[0][9][0] - 33) < 1e-3 && abs(mirrored[0][9][31] - 2) < 1e-3)
    #expect(abs(mirrored[1][9][0] - 11) < 1e-3)
  }

  @Test func outsideThePhotoItsEdgeIsRepeated() throws {
    let far = AffineMap.identity.thenSimilarity(scale: 1, degrees: 0, shiftX: 1, shiftY: 0)
    let seen = try pixels(Tensor.networkInput(ramp(16), through: [far], size: 16))
    #expect(seen[0][3].allSatisfy { abs($0 - 15) < 1e-3 })
  }

  @Test func everyPhotoOfABatchHasItsOwnMap() throws {
    let photo = try ramp(36)
    let maps = [AffineMap.window(input, x: 0, y: 0), .window(input, x: 4, y: 4)]
    let both = try Tensor.networkInput(Tensor.concatenated([photo, photo], 0), through: maps, size: 32)
    for (row, map) in maps.enumerated() {
      let alone = try Tensor.networkInput(photo, through: [map], size: 32)
      #expect(try both[row].floats() == alone[0].floats())
    }
  }
}

@Suite struct MovedFacesTests {
  @Test func everyPhotoMovesInItsOwnWayAlways() {
    let moved = MovedFaces()
    let maps = (0..<50).map { moved.map(input, index: $0) }
    #expect(maps == (0..<50).map { MovedFaces().map(input, index: $0) })
    #expect(Set(maps.map(\.tx)).count == 50)
    var other = MovedFaces()
    other.seed = 2
    #expect(other.map(input, index: 0) != maps[0])
  }

  @Test func movesStayWithinTheirRanges() {
    let moved = MovedFaces()
    for index in 0..<500 {
      let map = moved.map(input, index: index)
      let scale = (map.a * map.d - map.b * map.c).squareRoot() * 36 / 32
      #expect(abs(scale - 1) <= 0.15 + 1e-9)
      #expect(abs(map.c / map.a) <= 0.363970234 + 1e-6, "the tangent of 20 degrees")
      #expect(abs(map.tx) <= 0.2 + 1e-9 && abs(map.ty) <= 0.2 + 1e-9, "a tenth of the side")
    }
  }

  @Test func withoutRangesNothingMoves() {
    var still = MovedFaces()
    (still.scale, still.degrees, still.shift) = (0, 0, 0)
    #expect(still.map(input, index: 9) == .centered(input))
  }
}
