/// What is behind the head, and the color of the clothes: drawn from a seed, the same for any picture size.
struct Backdrop: Sendable {
  private struct Blob: Sendable {
    var x: Float
    var y: Float
    var radiusX: Float
    var radiusY: Float
    var color: Vector3
    var boxy: Bool
  }

  private let first: Vector3
  private let second: Vector3
  private let slope: (x: Float, y: Float)
  private let blobs: [Blob]
  private let clutter: Float
  private let noiseSeed: UInt32
  let cloth: Vector3
  /// 0 a round collar to 1 a deep one.
  let neckline: Float

  init(_ conditions: FaceConditions) {
    var random = SeededRandom(seed: conditions.backgroundSeed, stream: "backdrop")
    first = Backdrop.color(&random)
    second = mix(first, Backdrop.color(&random), 0.5)
    let angle = Float(random.uniform() * 2 * Double.pi)
    slope = (cosine(angle), sine(angle))
    clutter = conditions.backgroundClutter
    noiseSeed = UInt32(truncatingIfNeeded: random.next())
    cloth = Backdrop.color(&random)
    neckline = Float(random.uniform())
    let count = Int(clutter * 7)
    blobs = (0..<count).map { _ in
      Blob(
        x: Float(random.uniform(-0.6...0.6)), y: Float(random.uniform(-0.6...0.6)),
        radiusX: Float(random.uniform(0.06...0.35)), radiusY: Float(random.uniform(0.06...0.45)),
        color: Backdrop.color(&random), boxy: random.uniform() < 0.4)
    }
  }

  /// Linear; grays are as likely as colors.
  private static func color(_ random: inout SeededRandom) -> Vector3 {
    let lightness = Float(random.uniform(0.08...0.9))
    let colorful = Float(random.uniform()) * Float(random.uniform())
    let c = Vector3(Float(random.uniform()), Float(random.uniform()), Float(random.uniform()))
    let display = mix(Vector3(lightness), c, colorful)
    return display * display
  }

  /// Linear color at a place given in shorter sides from the middle.
  func color(_ x: Float, _ y: Float) -> Vector3 {
    let t = clamp(0.5 + 0.8 * (x * slope.x + y * slope.y))
    var color = mix(first, second, t)
    for blob in blobs {
      let dx = (x - blob.x) / blob.radiusX
      let dy = (y - blob.y) / blob.radiusY
      let alpha = blob.boxy ? hill(max(abs(dx), abs(dy)) * 0.72, 0) : hill(dx, dy)
      color = mix(color, blob.color, blob.boxy ? smoothStep(0.18, 0.3, alpha) * 0.8 : alpha)
    }
    let noise = 0.6 * valueNoise(x * 6, y * 6, seed: noiseSeed) + 0.4 * valueNoise(x * 17, y * 17, seed: noiseSeed ^ 3)
    return color * (1 + 0.28 * clutter * noise)
  }
}
