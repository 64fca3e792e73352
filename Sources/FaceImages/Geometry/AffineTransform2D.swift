#if canImport(Glibc)
  import Glibc
#else
  import Foundation
#endif

/// An affine map of the plane: `x' = a * x + b * y + tx`, `y' = c * x + d * y + ty`.
///
/// Coordinates are in pixels, whole numbers at pixel centers, y pointing down. `Image.warped(by:width:height:)` uses
/// it to find, for each output pixel, the place in the input that it is taken from.
public struct AffineTransform2D: Sendable, Equatable {
  public var a: Double
  public var b: Double
  public var c: Double
  public var d: Double
  public var tx: Double
  public var ty: Double

  /// The map with these six numbers.
  public init(a: Double, b: Double, c: Double, d: Double, tx: Double, ty: Double) {
    (self.a, self.b, self.c, self.d, self.tx, self.ty) = (a, b, c, d, tx, ty)
  }

  /// Leaves every point where it is.
  public static let identity = AffineTransform2D(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)

  /// Scales and turns points around `center`, then shifts them.
  ///
  /// Positive `degrees` turn clockwise as seen on a screen (from x to y). Multiples of 90 degrees are exact.
  /// - Parameters:
  ///   - scale: Factor of all distances.
  ///   - shiftX: Pixels to the right.
  ///   - shiftY: Pixels down.
  public static func similarity(
    scale: Double = 1, degrees: Double = 0, shiftX: Double = 0, shiftY: Double = 0,
    center: (x: Double, y: Double) = (0, 0)
  ) -> AffineTransform2D {
    let (cosine, sine) = exactRotation(degrees)
    let (a, c) = (scale * cosine, scale * sine)
    return AffineTransform2D(
      a: a, b: -c, c: c, d: a,
      tx: center.x + shiftX - (a * center.x - c * center.y),
      ty: center.y + shiftY - (c * center.x + a * center.y))
  }

  /// Where the point goes.
  public func apply(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (a * x + b * y + tx, c * x + d * y + ty)
  }

  /// The map that undoes this one, or nil when this one squeezes the plane to a line or a point.
  public func inverted() -> AffineTransform2D? {
    let determinant = a * d - b * c
    guard determinant != 0, determinant.isFinite, (1 / determinant).isFinite else { return nil }
    let (ia, ib, ic, id) = (d / determinant, -b / determinant, -c / determinant, a / determinant)
    return AffineTransform2D(a: ia, b: ib, c: ic, d: id, tx: -(ia * tx + ib * ty), ty: -(ic * tx + id * ty))
  }

  /// This map followed by `next`.
  public func concatenating(_ next: AffineTransform2D) -> AffineTransform2D {
    let shift = next.apply(tx, ty)
    return AffineTransform2D(
      a: next.a * a + next.b * c, b: next.a * b + next.b * d,
      c: next.c * a + next.d * c, d: next.c * b + next.d * d,
      tx: shift.x, ty: shift.y)
  }
}

/// Cosine and sine, without rounding errors at quarter turns.
private func exactRotation(_ degrees: Double) -> (cosine: Double, sine: Double) {
  switch degrees.truncatingRemainder(dividingBy: 360) {
  case 0: (1, 0)
  case 90, -270: (0, 1)
  case 180, -180: (-1, 0)
  case 270, -90: (0, -1)
  default: (cos(degrees * .pi / 180), sin(degrees * .pi / 180))
  }
}
