import Foundation
import Torch

/// Maps from places in a network's input to places in the stored square photo, both in normalized coordinates: -1 and 1 are the
/// outer edges. The identity shows the whole photo.
extension AffineMap {
  /// The middle window of `input.size` pixels.
  public static func centered(_ input: InputSettings) -> AffineMap {
    let share = Double(input.size) / Double(input.storedSide)
    return AffineMap(a: share, b: 0, c: 0, d: share, tx: 0, ty: 0)
  }

  /// The window that starts `x` and `y` pixels from the stored photo's top left corner.
  public static func window(_ input: InputSettings, x: Double, y: Double) -> AffineMap {
    var map = centered(input)
    let side = Double(input.storedSide)
    map.tx = (2 * x + Double(input.size)) / side - 1
    map.ty = (2 * y + Double(input.size)) / side - 1
    return map
  }

  /// The top left corner of the window of `size` pixels that this map shows of a photo of `side`, where each pixel of the input is
  /// one of the photo's, so that nothing needs to be interpolated; nil elsewhere.
  func corner(ofWindow size: Int, in side: Int) -> Corner? {
    let share = Double(size) / Double(side)
    guard abs(a - share) < 1e-12, abs(d - share) < 1e-12, b == 0, c == 0 else { return nil }
    let (x, y) = (((1 + tx) * Double(side) - Double(size)) / 2, ((1 + ty) * Double(side) - Double(size)) / 2)
    guard abs(x - x.rounded()) < 1e-6, abs(y - y.rounded()) < 1e-6 else { return nil }
    let corners = 0...max(0, Double(side - size))
    guard side >= size, corners.contains(x.rounded()), corners.contains(y.rounded()) else { return nil }
    return Corner(x: Int(x.rounded()), y: Int(y.rounded()))
  }

  struct Corner: Equatable { let x, y: Int }

  /// This map followed by a turn by `degrees`, a scaling, and a shift in shares of the side.
  public func thenSimilarity(scale: Double, degrees: Double, shiftX: Double, shiftY: Double) -> AffineMap {
    let cosine = scale * cos(degrees * .pi / 180)
    let sine = scale * sin(degrees * .pi / 180)
    return then(AffineMap(a: cosine, b: -sine, c: sine, d: cosine, tx: 2 * shiftX, ty: 2 * shiftY))
  }

  /// This map followed by a mirroring of the photo from left to right.
  public var thenMirrored: AffineMap { AffineMap(a: -a, b: -b, c: c, d: d, tx: -tx, ty: ty) }
}

/// A seeded random similarity a photo, for measuring on faces that moved: the definition of "moved" in every table.
public struct MovedFaces: Sendable, Codable, Hashable {
  /// Largest change of scale, turn in degrees, and shift in shares of the side.
  public var scale = 0.15
  public var degrees = 20.0
  public var shift = 0.1
  public var seed: UInt64 = 1

  public init() {}

  /// The map of photo `index`.
  public func map(_ input: InputSettings, index: Int) -> AffineMap {
    var random = SeededRandom(seed: seed, stream: "moved faces", index)
    return AffineMap.centered(input).thenSimilarity(
      scale: 1 + random.uniform(-scale...scale), degrees: random.uniform(-degrees...degrees),
      shiftX: random.uniform(-shift...shift), shiftY: random.uniform(-shift...shift))
  }
}

extension Tensor {
  /// Stored photos [B, S', S', 3] (bytes) seen through one map each, as network input [B, 3, S, S] in [-1, 1]. What becomes of a
  /// photo does not depend on those beside it.
  public static func networkInput(_ photos: Tensor, through maps: [AffineMap], size: Int) throws -> Tensor {
    let isSquare = photos.size(1) == photos.size(2)
    let corners = maps.map { isSquare ? $0.corner(ofWindow: size, in: photos.size(1)) : nil }
    if let corner = corners.first ?? nil, corners.allSatisfy({ $0 == corner }) {
      return try cut(photos, at: corner, size: size)
    }
    let moved = try warped(photos.permuted(0, 3, 1, 2).to(.float32), through: maps, size: size).normalizedPixels()
    guard corners.contains(where: { $0 != nil }) else { return moved }
    let rows = try corners.enumerated().map { row, corner in
      try corner.map { try cut(photos[row..<(row + 1)], at: $0, size: size) } ?? moved[row..<(row + 1)]
    }
    return try concatenated(rows, 0).channelsLast()
  }

  private static func cut(_ photos: Tensor, at corner: AffineMap.Corner, size: Int) throws -> Tensor {
    let window = try photos.sliced(1, corner.y..<(corner.y + size)).sliced(2, corner.x..<(corner.x + size))
    let pixels = try window.permuted(0, 3, 1, 2).to(.float32).channelsLast()
    guard photos.dtype == .uint8 else { return try pixels.normalizedPixels() }
    // Just made, so that it can be written to: fresh memory costs more than the arithmetic.
    try pixels.add(inPlace: -127.5)
    try pixels.divide(inPlace: 127.5)
    return pixels
  }

  /// [B, C, H, W] seen through one map each, bilinearly, the edge repeated outside; [B, C, size, size].
  public static func warped(_ images: Tensor, through maps: [AffineMap], size: Int) throws -> Tensor {
    let numbers = maps.flatMap { [$0.a, $0.b, $0.tx, $0.c, $0.d, $0.ty].map(Float.init) }
    let theta = try Tensor(numbers, [maps.count, 2, 3]).to(images.device).to(images.dtype)
    let grid = try affineGrid(theta, channels: images.size(1), height: size, width: size)
    return try images.sampled(grid).channelsLast()
  }

  /// (v - 127.5) / 127.5, the field's convention.
  public func normalizedPixels() throws -> Tensor { try (self - 127.5) / 127.5 }
}
