extension Scene {
  /// The hair as a shell over the scalp, cut at the hairline and, for long hair, hanging past the neck.
  mutating func addHair(_ identity: FaceIdentity, surface: HeadSurface, camera: Camera, detail: Float) {
    guard identity.hair.style != .bald else { return }
    let cut = HairCut(identity)
    let columns = Int(44 * detail) | 1
    let rowCount = Int(34 * detail)
    var points: [Point] = []
    for row in 0..<rowCount {
      // Dense at the top, where the dome closes.
      let t = Float(row) / Float(rowCount - 1)
      let y = mix(HeadSurface.top, cut.end, t * (0.55 + 0.45 * t))
      let base = surface.section(cut.hangs ? min(y, 0.1) : y)
      for column in 0..<columns {
        let angle = (2 * Float(column) / Float(columns - 1) - 1) * 2.95
        let coverage = cut.coverage(angle: angle, y: y)
        let position = cut.position(base, y: y, angle: angle, coverage: coverage)
        points.append(Point(position: position, x: position.x, y: y, angle: angle, extra: coverage))
      }
    }
    add(.hair, rows: rowCount, columns: columns, camera: camera, points: points)
  }
}

/// Where hair grows and how thick it lies, by style.
struct HairCut: Sendable {
  /// Length of the hair's fringe of single strands at its edge.
  let raggedness: Float
  /// Lowest y.
  let end: Float
  /// Whether hair falls free of the head.
  let hangs: Bool
  private let hair: FaceIdentity.Hair
  private let thickness: Float
  private let lumps: Float
  private let center: Float
  private let recess: Float
  private let sideburn: Float
  private let nape: Float
  private let sideAngle: Float

  init(_ identity: FaceIdentity) {
    hair = identity.hair
    let line = -identity.forehead.height
    center = hair.style == .fringe ? max(line, -0.42) : hair.style == .receding ? line - 0.2 : line
    recess = hair.style == .receding ? 0.22 : hair.style == .fringe ? -0.06 : 0.05
    let volume = hair.volume
    switch hair.style {
    case .bald, .buzz: (thickness, lumps) = (0.025, 0)
    case .receding: (thickness, lumps) = (0.06 * volume, 0.01)
    case .short: (thickness, lumps) = (0.11 * volume, 0.02)
    case .swept: (thickness, lumps) = (0.17 * volume, 0.03)
    case .fringe, .bob: (thickness, lumps) = (0.12 * volume, 0.01)
    case .curly: (thickness, lumps) = (0.22 * volume, 0.09)
    case .afro: (thickness, lumps) = (0.36 * volume, 0.05)
    case .tied: (thickness, lumps) = (0.05 * volume, 0.005)
    case .long: (thickness, lumps) = (0.13 * volume, 0.02)
    }
    switch hair.style {
    case .long: (nape, sideAngle) = (2.3, 1.1)
    case .bob: (nape, sideAngle) = (0.95 + 0.15 * volume, 1.08)
    case .curly: (nape, sideAngle) = (0.65, 1.25)
    case .afro: (nape, sideAngle) = (0.5, 1.3)
    default: (nape, sideAngle) = (0.5, 1.85)
    }
    sideburn = nape > 0.9 ? nape : hair.style == .tied ? 0 : 0.16
    hangs = nape > 0.6
    end = nape + 0.05
    raggedness = hair.style == .buzz ? 0.02 : hair.style == .curly || hair.style == .afro ? 0.08 : 0.04
  }

  /// Above 0 where hair grows; about the distance to its edge.
  func coverage(angle: Float, y: Float) -> Float {
    let a = abs(angle)
    let parted = center - 0.07 * hair.parting * hill((angle - 0.45 * hair.parting) / 0.45, 0)
    var line = parted - recess * hill((a - 0.62) / 0.5, 0)
    line = mix(line, -0.22, smoothStep(0.62, 1.08, a))
    line = mix(line, sideburn, smoothStep(1.05, min(1.3, sideAngle + 0.18), a))
    line = mix(line, nape, smoothStep(min(1.5, sideAngle + 0.1), sideAngle + 0.2, a))
    return line - y
  }

  func position(_ s: HeadSurface.Section, y: Float, angle: Float, coverage: Float) -> Vector3 {
    let lump = lumps * valueNoise(angle * 3.2, y * 4.5, seed: 77) + 0.4 * lumps * valueNoise(angle * 8, y * 9, seed: 78)
    // Thin at the hairline, so that the shell grows out of the skin.
    let lift = smoothStep(-0.02, 0.28, coverage)
    let side = smoothStep(0.2, 1, abs(y + 0.2))
    let out = 0.014 + (thickness * (0.75 + 0.25 * side) + lump) * lift
    let fall = max(0, y - 0.1)
    let (sine, cosine) = (sine(angle), cosine(angle))
    let width = s.width + out + 0.05 * min(1, fall) * (hair.style == .bob ? 2.2 : 1)
    let depth = cosine > 0 ? s.front * power(cosine, s.flatness) + out * cosine : (s.back + out) * cosine
    // Hanging hair keeps the section of the cheekbones and swings a little forward.
    let forward = 0.1 * smoothStep(0.3, 1.4, y) * (hair.style == .long ? 1 : 0)
    let crown = out * smoothStep(-0.5, HeadSurface.top, y)
    return Vector3(width * sine, y - crown, s.center + depth + forward)
  }
}
