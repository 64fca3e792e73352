#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Foundation
#endif

/// Three numbers: a point, a direction or a linear color. A plain struct rather than `SIMD3`, whose generic
/// operators are some hundred times slower in debug builds and no faster here in release builds.
struct Vector3: Sendable {
  var x: Float
  var y: Float
  var z: Float

  init(_ x: Float, _ y: Float, _ z: Float) {
    self.x = x
    self.y = y
    self.z = z
  }

  init(_ value: Float) { self.init(value, value, value) }

  static func + (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x + b.x, a.y + b.y, a.z + b.z) }
  static func - (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x - b.x, a.y - b.y, a.z - b.z) }
  static func * (a: Vector3, b: Vector3) -> Vector3 { Vector3(a.x * b.x, a.y * b.y, a.z * b.z) }
  static func * (a: Vector3, s: Float) -> Vector3 { Vector3(a.x * s, a.y * s, a.z * s) }
  static func += (a: inout Vector3, b: Vector3) { a = a + b }

  func dot(_ b: Vector3) -> Float { x * b.x + y * b.y + z * b.z }

  func cross(_ b: Vector3) -> Vector3 { Vector3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x) }

  func normalized() -> Vector3 {
    let square = dot(self)
    return square > 1e-20 ? self * (1 / square.squareRoot()) : Vector3(0, 0, 1)
  }
}

/// A turn of the head: yaw about the vertical axis, then pitch, then roll in the picture plane.
/// x points to the right of the picture, y down, z to the viewer.
struct Rotation: Sendable {
  private let rowX: Vector3
  private let rowY: Vector3
  private let rowZ: Vector3

  /// Angles in radians. Positive yaw turns the face to the right of the picture, positive pitch looks up,
  /// positive roll turns clockwise.
  init(yaw: Float, pitch: Float, roll: Float) {
    let (sy, cy) = (sin(yaw), cos(yaw))
    let (sp, cp) = (sin(pitch), cos(pitch))
    let (sr, cr) = (sin(roll), cos(roll))
    let x = Vector3(cy, 0, sy)
    let y = Vector3(sp * sy, cp, -sp * cy)
    rowZ = Vector3(-cp * sy, sp, cp * cy)
    rowX = x * cr - y * sr
    rowY = x * sr + y * cr
  }

  func callAsFunction(_ p: Vector3) -> Vector3 { Vector3(rowX.dot(p), rowY.dot(p), rowZ.dot(p)) }
}

/// A soft hill of height 1 at 0 that is exactly 0 from `squaredRadius` 1 on. Its support is compact, so that
/// exchanging one part of a face cannot change a pixel far from it.
@inline(__always) func hill(_ squaredRadius: Float) -> Float {
  guard squaredRadius < 1 else { return 0 }
  let t = 1 - squaredRadius
  return t * t
}

/// The hill over an ellipse: arguments are distances divided by the radii.
@inline(__always) func hill(_ x: Float, _ y: Float) -> Float { hill(x * x + y * y) }

/// 0 below `low`, 1 above `high`, a cubic between.
@inline(__always) func smoothStep(_ low: Float, _ high: Float, _ x: Float) -> Float {
  let t = clamp((x - low) / (high - low))
  return t * t * (3 - 2 * t)
}

/// Into [0, 1]; not-a-number becomes 0 or 1, never a trap later on.
@inline(__always) func clamp(_ x: Float) -> Float { max(0, min(1, x)) }

@inline(__always) func clamp(_ x: Float, _ low: Float, _ high: Float) -> Float { max(low, min(high, x)) }

@inline(__always) func mix(_ a: Float, _ b: Float, _ t: Float) -> Float { a + (b - a) * t }

@inline(__always) func mix(_ a: Vector3, _ b: Vector3, _ t: Float) -> Vector3 {
  Vector3(mix(a.x, b.x, t), mix(a.y, b.y, t), mix(a.z, b.z, t))
}

/// Value noise in [-1, 1]: random values at whole coordinates, a cubic between.
func valueNoise(_ x: Float, _ y: Float, seed: UInt32) -> Float {
  let (ix, iy) = (latticeIndex(x), latticeIndex(y))
  let (tx, ty) = (x - Float(ix), y - Float(iy))
  let (sx, sy) = (tx * tx * (3 - 2 * tx), ty * ty * (3 - 2 * ty))
  let top = mix(latticeValue(ix, iy, seed), latticeValue(ix &+ 1, iy, seed), sx)
  let bottom = mix(latticeValue(ix, iy &+ 1, seed), latticeValue(ix &+ 1, iy &+ 1, seed), sx)
  return mix(top, bottom, sy)
}

/// The whole number at or below. By truncation: without SSE 4.1, rounding is a call into the C library.
@inline(__always) private func latticeIndex(_ x: Float) -> Int32 {
  let bounded = max(-1e6, min(1e6, x))
  let whole = Int32(bounded)
  return bounded < Float(whole) ? whole - 1 : whole
}

/// A random value in [-1, 1] at a lattice point.
@inline(__always) func latticeValue(_ x: Int32, _ y: Int32, _ seed: UInt32) -> Float {
  var h = UInt32(bitPattern: x) &* 0x9e37_79b1 ^ UInt32(bitPattern: y) &* 0x85eb_ca77 ^ seed
  h = (h ^ (h >> 15)) &* 0x2c1b_3c6d
  h = (h ^ (h >> 12)) &* 0x297a_2d39
  h ^= h >> 15
  return Float(h >> 8) * (2 / 16_777_215) - 1
}

/// A smooth curve through given points: cubic Hermite with finite-difference slopes.
struct Curve: Sendable {
  private let xs: [Float]
  private let ys: [Float]

  /// Points by rising x, at least two.
  init(_ points: [(Float, Float)]) {
    xs = points.map(\.0)
    ys = points.map(\.1)
  }

  func callAsFunction(_ x: Float) -> Float {
    let last = xs.count - 1
    if x <= xs[0] { return ys[0] }
    if x >= xs[last] { return ys[last] }
    var i = 0
    while i < last - 1 && x > xs[i + 1] { i += 1 }
    let width = xs[i + 1] - xs[i]
    let t = (x - xs[i]) / width
    let (m0, m1) = (slope(i) * width, slope(i + 1) * width)
    let (t2, t3) = (t * t, t * t * t)
    return (2 * t3 - 3 * t2 + 1) * ys[i] + (t3 - 2 * t2 + t) * m0 + (3 * t2 - 2 * t3) * ys[i + 1] + (t3 - t2) * m1
  }

  private func slope(_ i: Int) -> Float {
    let (a, b) = (max(i - 1, 0), min(i + 1, xs.count - 1))
    return (ys[b] - ys[a]) / (xs[b] - xs[a])
  }
}

func power(_ x: Float, _ exponent: Float) -> Float { pow(x, exponent) }

func sine(_ x: Float) -> Float { sin(x) }

func cosine(_ x: Float) -> Float { cos(x) }

func arcSine(_ x: Float) -> Float { asin(clamp(x, -1, 1)) }

func exponential(_ x: Float) -> Float { exp(x) }
