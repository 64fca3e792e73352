import Foundation

/// An affine map of the plane, used to place the cells of an activation map in the source photo:
///
///     x = a * column + b * row + tx
///     y = c * column + d * row + ty
///
/// Cells are counted from the top left and an integer (column, row) is the *center* of a cell. Photo coordinates are
/// continuous pixels: the photo covers [0, width] x [0, height] and pixel (0, 0) has its center at (0.5, 0.5).
public struct MapGeometry: Sendable, Hashable, Codable {
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
  public static let identity = MapGeometry(a: 1, b: 0, c: 0, d: 1, tx: 0, ty: 0)

  /// Where (`column`, `row`) lands.
  public func point(column: Double, row: Double) -> (x: Double, y: Double) {
    (a * column + b * row + tx, c * column + d * row + ty)
  }

  /// The factor by which areas grow; negative when the map mirrors.
  public var determinant: Double { a * d - b * c }

  /// The map that undoes this one, or nil when this one is flat or not finite.
  public var inverse: MapGeometry? {
    let det = determinant
    guard det.isFinite, det != 0, tx.isFinite, ty.isFinite else { return nil }
    let back = MapGeometry(a: d / det, b: -b / det, c: -c / det, d: a / det, tx: 0, ty: 0)
    let origin = back.point(column: tx, row: ty)
    guard origin.x.isFinite, origin.y.isFinite else { return nil }
    return MapGeometry(a: back.a, b: back.b, c: back.c, d: back.d, tx: -origin.x, ty: -origin.y)
  }

  /// First this map, then `next`.
  public func then(_ next: MapGeometry) -> MapGeometry {
    let origin = next.point(column: tx, row: ty)
    return MapGeometry(
      a: next.a * a + next.b * c, b: next.a * b + next.b * d,
      c: next.c * a + next.d * c, d: next.c * b + next.d * d,
      tx: origin.x, ty: origin.y)
  }

  /// The diagonal, in photo pixels, of the region that a map of this size covers.
  public func diagonal(mapWidth: Int, mapHeight: Int) -> Double {
    let w = Double(mapWidth) * hypot(a, c)
    let h = Double(mapHeight) * hypot(b, d)
    return hypot(w, h)
  }
}
