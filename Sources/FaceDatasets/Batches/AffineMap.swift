/// An affine map of the plane, x to the right, y down: (x, y) -> (a x + b y + tx, c x + d y + ty).
public struct AffineMap: Sendable, Hashable, Codable {
  public var a: Double
  public var b: Double
  public var c: Double
  public var d: Double
  public var tx: Double
  public var ty: Double

  public init(a: Double, b: Double, c: Double, d: Double, tx: Double, ty: Double) {
    self.a = a
    self.b = b
    self.c = c
    self.d = d
    self.tx = tx
    self.ty = ty
  }

  /// Leaves every point where it is.
  public static let identity = AffineMap(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)

  /// Where a point lands.
  public func callAsFunction(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (a * x + b * y + tx, c * x + d * y + ty)
  }

  /// The factor by which areas grow; negative when the map mirrors.
  public var determinant: Double { a * d - b * c }

  /// The map that undoes this one, or nil when this one is flat or not finite.
  public var inverse: AffineMap? {
    let det = determinant
    guard det.isFinite, det != 0, tx.isFinite, ty.isFinite else { return nil }
    let back = AffineMap(a: d / det, b: -b / det, c: -c / det, d: a / det, tx: 0, ty: 0)
    let origin = back(tx, ty)
    guard origin.x.isFinite, origin.y.isFinite else { return nil }
    return AffineMap(a: back.a, b: back.b, c: back.c, d: back.d, tx: -origin.x, ty: -origin.y)
  }

  /// First this map, then `next`.
  public func then(_ next: AffineMap) -> AffineMap {
    let origin = next(tx, ty)
    return AffineMap(
      a: next.a * a + next.b * c, b: next.a * b + next.b * d,
      c: next.c * a + next.d * c, d: next.c * b + next.d * d,
      tx: origin.x, ty: origin.y)
  }
}
