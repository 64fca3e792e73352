extension FaceConditions {
  /// How far photos of one person may differ: the largest deviation of each condition from a plain photo.
  public struct Variation: Sendable, Hashable, Codable {
    /// Degrees that most photos stay within; one in eight goes on to `extremeYaw`.
    public var yaw: Float
    public var extremeYaw: Float
    public var pitch: Float
    public var roll: Float
    /// Relative change of size, 0.1 is a tenth.
    public var scale: Float
    /// Of the picture's shorter side.
    public var shift: Float
    /// 0 (neutral) to 1 (any expression).
    public var expression: Float
    /// 0 (soft light from the front) to 1 (any side, hard, colored).
    public var light: Float
    /// 0 to 1.
    public var clutter: Float
    /// As `FaceConditions.blur`.
    public var blur: Float
    /// As `FaceConditions.noise`.
    public var noise: Float
    /// Stops.
    public var exposure: Float

    public init(
      yaw: Float, extremeYaw: Float, pitch: Float, roll: Float, scale: Float, shift: Float, expression: Float,
      light: Float, clutter: Float, blur: Float, noise: Float, exposure: Float
    ) {
      self.yaw = yaw
      self.extremeYaw = extremeYaw
      self.pitch = pitch
      self.roll = roll
      self.scale = scale
      self.shift = shift
      self.expression = expression
      self.light = light
      self.clutter = clutter
      self.blur = blur
      self.noise = noise
      self.exposure = exposure
    }

    /// Passport photos.
    public static let mild = Variation(
      yaw: 8, extremeYaw: 12, pitch: 4, roll: 3, scale: 0.04, shift: 0.015, expression: 0.3, light: 0.35,
      clutter: 0.3, blur: 0.3, noise: 0.01, exposure: 0.15)
    /// Snapshots: mostly within 35 degrees of yaw, some up to 55.
    public static let standard = Variation(
      yaw: 32, extremeYaw: 55, pitch: 12, roll: 8, scale: 0.1, shift: 0.035, expression: 1, light: 0.8,
      clutter: 1, blur: 0.9, noise: 0.03, exposure: 0.4)
    /// Any pose up to 60 degrees, hard and colored light, poor cameras.
    public static let hard = Variation(
      yaw: 50, extremeYaw: 60, pitch: 20, roll: 14, scale: 0.16, shift: 0.05, expression: 1, light: 1,
      clutter: 1, blur: 1.6, noise: 0.06, exposure: 0.7)
  }

  /// The photo of a seed.
  public init(seed: UInt64, variation: Variation = .standard) {
    var random = SeededRandom(seed: seed, stream: "face conditions")
    self.init(using: &random, variation: variation)
  }

  /// Draws a photo.
  public init(using random: inout SeededRandom, variation v: Variation = .standard) {
    let extreme = random.uniform() < 0.125
    let turn = random.signed()
    yaw = extreme ? (turn < 0 ? -1 : 1) * mix(v.yaw, v.extremeYaw, abs(turn)) : v.yaw * turn
    pitch = v.pitch * random.signed()
    roll = v.roll * random.signed()
    scale = 1 + v.scale * random.signed()
    shiftX = v.shift * random.signed()
    shiftY = v.shift * random.signed()
    sampleExpression(using: &random, amount: v.expression)
    sampleLight(using: &random, amount: v.light)
    backgroundSeed = random.next()
    backgroundClutter = v.clutter * random.fraction()
    // Squared: most photos are sharp.
    let softness = random.fraction()
    blur = v.blur * softness * softness
    noise = v.noise * random.fraction()
    noiseSeed = random.next()
    exposure = v.exposure * random.signed()
  }

  private mutating func sampleExpression(using random: inout SeededRandom, amount: Float) {
    let mood = random.fraction()
    smile = amount * (mood < 0.4 ? 0.25 * random.signed() : mood < 0.85 ? random.fraction() : -0.4 * random.fraction())
    let open = random.fraction()
    mouthOpen = amount * (open < 0.6 ? 0 : open < 0.9 ? 0.4 * random.fraction() : random.fraction())
    let blink = random.fraction()
    eyesOpen = 1 + amount * (blink < 0.05 ? -0.85 * random.fraction() : 0.2 * random.signed() - 0.05)
    browRaise = amount * random.signed() * random.fraction()
    gazeX = amount * random.signed() * 0.8
    gazeY = amount * random.signed() * 0.5
  }

  private mutating func sampleLight(using random: inout SeededRandom, amount: Float) {
    lightAzimuth = 80 * amount * random.signed()
    lightElevation = 28 + 32 * amount * random.signed()
    lightStrength = 1 + 0.35 * amount * random.signed()
    ambient = 0.42 + 0.22 * amount * random.signed()
    lightWarmth = amount * random.signed()
  }
}

extension SeededRandom {
  /// In [0, 1).
  fileprivate mutating func fraction() -> Float { Float(uniform()) }

  /// In [-1, 1).
  fileprivate mutating func signed() -> Float { Float(2 * uniform() - 1) }
}
