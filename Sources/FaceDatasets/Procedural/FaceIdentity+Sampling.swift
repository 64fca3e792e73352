extension FaceIdentity {
  /// The person of a seed: the same one on every platform.
  public init(seed: UInt64) {
    var random = SeededRandom(seed: seed, stream: "face identity")
    self.init(using: &random)
  }

  /// Draws a person. Two hidden traits, build and coloring, make the parts go together the way they do in
  /// people, but each part keeps most of its own spread, so that no single part gives an identity away.
  public init(using random: inout SeededRandom) {
    let build = random.spread(0, 1)
    let coloring = random.spread(0.5, 0.5)
    let age = random.spread(0.4, 0.4)
    skull = Skull(width: random.spread(0.695 + 0.015 * build, 0.03), browRidge: random.spread(0.45 + 0.25 * build, 0.3))
    forehead = Forehead(
      height: random.spread(0.66, 0.11), width: random.spread(0.66, 0.055), slope: random.spread(-0.02, 0.05))
    cheek = Cheek(
      boneWidth: random.spread(0.015, 0.045), fullness: random.spread(0.5, 0.5), height: random.spread(0.27, 0.06),
      blush: random.spread(0.45, 0.45))
    jaw = Jaw(width: random.spread(0.56 + 0.025 * build, 0.1), corner: random.spread(0.74, 0.06))
    chin = Chin(
      length: random.spread(1.13 + 0.02 * build, 0.095),
      width: min(random.spread(0.28 + 0.03 * build, 0.1), jaw.width - 0.14),
      prominence: random.spread(0.5, 0.5), cleft: max(0, random.spread(-0.2 + 0.4 * build, 0.8)))
    eyes = Eyes(random: &random, coloring: coloring)
    brows = Brows(
      thickness: random.spread(0.043 + 0.01 * build, 0.021), arch: random.spread(0.045 - 0.015 * build, 0.04),
      tilt: random.spread(0.04, 0.13), height: random.spread(0.225 - 0.02 * build, 0.04),
      length: random.spread(0.215, 0.035), spacing: random.spread(0.32, 0.025), density: random.spread(0.65, 0.35))
    nose = Nose(random: &random, coloring: coloring, build: build)
    mouth = Mouth(
      width: random.spread(0.25, 0.05), upperLip: random.spread(0.057 + 0.02 * (coloring - 0.5), 0.026),
      lowerLip: random.spread(0.08 + 0.025 * (coloring - 0.5), 0.03), corner: random.spread(0, 0.022),
      height: random.spread(0.705, 0.04), bow: random.spread(0.5, 0.5),
      redness: random.spread(0.45 - 0.2 * build, 0.3))
    skin = Skin(
      tone: clamp(random.spread(coloring, 0.12)), warmth: random.spread(0, 1),
      freckles: max(0, random.spread(-0.5 - 0.8 * coloring, 1.5)), age: age,
      texture: UInt32(truncatingIfNeeded: random.next()))
    hair = Hair(random: &random, coloring: coloring, build: build, age: age)
    ears = Ears(size: random.spread(1, 0.15), protrusion: random.spread(0.4, 0.4))
    facialHair = FacialHair(random: &random, build: build)
    glasses = Glasses(random: &random)
  }
}

extension SeededRandom {
  /// A number around `center`, at most `reach` away, the middle likelier than the ends but not by much: people
  /// should differ.
  fileprivate mutating func spread(_ center: Float, _ reach: Float) -> Float {
    let draw = 0.35 * (uniform() + uniform() - 1) + 0.65 * (2 * uniform() - 1)
    return center + reach * Float(draw)
  }
}

extension FaceIdentity.Eyes {
  fileprivate init(random: inout SeededRandom, coloring: Float) {
    let light = random.uniform() < Double(0.75 - 1.1 * coloring)
    self.init(
      size: random.spread(0.156, 0.026), opening: random.spread(0.385, 0.1), spacing: random.spread(0.318, 0.042),
      tilt: random.spread(0.03, 0.16), height: random.spread(0, 0.03), lid: random.spread(0.5, 0.5),
      depth: random.spread(0.5, 0.5), irisHue: light ? random.spread(0.65, 0.35) : random.spread(0.15, 0.15),
      irisLightness: light ? random.spread(0.65, 0.35) : random.spread(0.35, 0.35))
  }
}

extension FaceIdentity.Nose {
  fileprivate init(random: inout SeededRandom, coloring: Float, build: Float) {
    self.init(
      length: random.spread(0.43, 0.065), bridgeWidth: random.spread(0.085 + 0.012 * coloring, 0.025),
      tipWidth: random.spread(0.1 + 0.03 * coloring, 0.03),
      wingWidth: random.spread(0.155 + 0.035 * coloring, 0.03),
      projection: random.spread(0.245 - 0.03 * coloring + 0.015 * build, 0.055), tipTurn: random.spread(0, 1),
      hump: random.spread(0.003 + 0.008 * build, 0.024))
  }
}

extension FaceIdentity.Hair {
  fileprivate init(random: inout SeededRandom, coloring: Float, build: Float, age: Float) {
    let styles: [Style] =
      build > 0
      ? [.bald, .receding, .buzz, .short, .short, .swept, .swept, .fringe, coloring > 0.6 ? .afro : .curly, .tied]
      : [.short, .fringe, .curly, coloring > 0.6 ? .afro : .swept, .tied, .tied, .bob, .bob, .long, .long]
    let dark = random.uniform() < Double(1.25 * coloring)
    self.init(
      style: styles[Int(random.uniform() * Double(styles.count))],
      lightness: dark ? random.spread(0.12, 0.12) : random.spread(0.5, 0.5),
      red: dark ? 0 : max(0, random.spread(-0.2, 1.1)), gray: age > 0.55 ? random.spread(0.5, 0.5) : 0,
      volume: random.spread(1, 0.4), parting: random.spread(0, 1))
  }
}

extension FaceIdentity.FacialHair {
  fileprivate init(random: inout SeededRandom, build: Float) {
    let kind = random.uniform()
    let density = random.spread(0.65, 0.35)
    switch kind + (build > 0.1 ? 0 : 1) {
    case ..<0.15: self.init(mustache: density, chin: density, cheeks: density)
    case ..<0.25: self.init(mustache: density, chin: density, cheeks: 0.08)
    case ..<0.33: self.init(mustache: density, chin: 0.05, cheeks: 0.05)
    case ..<0.65: self.init(mustache: 0.3 * density, chin: 0.3 * density, cheeks: 0.25 * density)
    default: self.init(mustache: 0, chin: 0, cheeks: 0)
    }
  }
}

extension FaceIdentity.Glasses {
  /// One person in eight wears glasses.
  fileprivate init?(random: inout SeededRandom) {
    let wears = random.uniform() < 0.125
    self.init(
      width: random.spread(0.25, 0.03), height: random.spread(0.19, 0.04), squareness: random.spread(3.5, 1.5),
      rim: random.spread(0.022, 0.012), lightness: random.spread(0.4, 0.4))
    if !wears { return nil }
  }
}
