/// One photo of a procedural person: pose, expression, light, background and camera. Nothing here tells who it is.
public struct FaceConditions: Sendable, Hashable, Codable {
  /// Degrees, positive to the right of the picture, -75 to 75.
  public var yaw: Float = 0
  /// Degrees, positive looks up, -40 to 40.
  public var pitch: Float = 0
  /// Degrees clockwise in the picture, -180 to 180.
  public var roll: Float = 0
  /// Size of the face; at 1 the hairline-to-chin height is about 0.68 of the shorter side of the picture.
  public var scale: Float = 1
  /// Of the picture's shorter side, to the right.
  public var shiftX: Float = 0
  /// Of the picture's shorter side, down.
  public var shiftY: Float = 0

  /// -0.5 (frown) to 1.
  public var smile: Float = 0
  /// 0 to 1.
  public var mouthOpen: Float = 0
  /// Factor of the opening of the lids, 0 (shut) to 1.3.
  public var eyesOpen: Float = 1
  /// -1 (drawn together) to 1.
  public var browRaise: Float = 0
  /// -1 to 1, to the right of the picture.
  public var gazeX: Float = 0
  /// -1 to 1, down.
  public var gazeY: Float = 0

  /// Degrees from the camera to the right.
  public var lightAzimuth: Float = 20
  /// Degrees above the camera.
  public var lightElevation: Float = 30
  /// Of the key light, 0 to 2.
  public var lightStrength: Float = 1
  /// Light from everywhere, 0 to 1.
  public var ambient: Float = 0.4
  /// -1 (blue) to 1 (orange).
  public var lightWarmth: Float = 0

  /// Background and clothes are drawn from this.
  public var backgroundSeed: UInt64 = 0
  /// How much is going on behind, 0 (plain) to 1.
  public var backgroundClutter: Float = 0.3

  /// Standard deviation in 1/100 of the picture's shorter side, 0 to 4.
  public var blur: Float = 0
  /// Standard deviation of the sensor noise in [0, 1] intensity, 0 to 0.2.
  public var noise: Float = 0
  public var noiseSeed: UInt64 = 0
  /// Stops, -2 to 2.
  public var exposure: Float = 0

  /// A frontal, neutral, evenly lit photo.
  public init() {}
}

extension FaceConditions {
  /// Every value brought into its documented range; a value that is not a number becomes an end of the range.
  func bounded() -> FaceConditions {
    var c = self
    c.yaw = clamp(yaw, -75, 75)
    c.pitch = clamp(pitch, -40, 40)
    c.roll = clamp(roll, -180, 180)
    c.scale = clamp(scale, 0.1, 4)
    c.shiftX = clamp(shiftX, -2, 2)
    c.shiftY = clamp(shiftY, -2, 2)
    c.smile = clamp(smile, -0.5, 1)
    c.mouthOpen = clamp(mouthOpen)
    c.eyesOpen = clamp(eyesOpen, 0, 1.3)
    c.browRaise = clamp(browRaise, -1, 1)
    c.gazeX = clamp(gazeX, -1, 1)
    c.gazeY = clamp(gazeY, -1, 1)
    c.lightAzimuth = clamp(lightAzimuth, -180, 180)
    c.lightElevation = clamp(lightElevation, -90, 90)
    c.lightStrength = clamp(lightStrength, 0, 2)
    c.ambient = clamp(ambient)
    c.lightWarmth = clamp(lightWarmth, -1, 1)
    c.backgroundClutter = clamp(backgroundClutter)
    c.blur = clamp(blur, 0, 4)
    c.noise = clamp(noise, 0, 0.2)
    c.exposure = clamp(exposure, -2, 2)
    return c
  }
}
