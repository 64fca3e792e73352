/// A procedural person: the shape and color of every part of the head, nothing about a photo of it.
///
/// Lengths are in units of 10 cm on a head whose eye line is y = 0 (y grows downward) and whose middle is x = 0.
/// Every part has its own absolute parameters, so that one part can be exchanged without moving another.
public struct FaceIdentity: Sendable, Hashable, Codable {
  /// What no single part owns.
  public struct Skull: Sendable, Hashable, Codable {
    /// Half the head's width at the temples.
    public var width: Float
    /// How far the bone over the eyes stands out, 0 to 1.
    public var browRidge: Float
  }

  public struct Forehead: Sendable, Hashable, Codable {
    /// From the eye line to the hairline.
    public var height: Float
    /// Half width.
    public var width: Float
    /// Depth against the brows: negative leans back.
    public var slope: Float
  }

  public struct Cheek: Sendable, Hashable, Codable {
    /// Added to the skull's half width at the cheekbones.
    public var boneWidth: Float
    /// 0 hollow to 1 full.
    public var fullness: Float
    /// y of the cheekbone.
    public var height: Float
    /// Redness, 0 to 1.
    public var blush: Float
  }

  public struct Jaw: Sendable, Hashable, Codable {
    /// Half width at the corners of the jaw.
    public var width: Float
    /// y of the corners.
    public var corner: Float
  }

  public struct Chin: Sendable, Hashable, Codable {
    /// y of its lowest point.
    public var length: Float
    /// Half width.
    public var width: Float
    /// 0 receding to 1 prominent.
    public var prominence: Float
    /// Depth of the cleft, 0 to 1.
    public var cleft: Float
  }

  public struct Eyes: Sendable, Hashable, Codable {
    /// Half the width of one opening.
    public var size: Float
    /// Height of the opening over its width.
    public var opening: Float
    /// x of the centers.
    public var spacing: Float
    /// Slant in radians, positive when the outer corner is higher.
    public var tilt: Float
    /// y of the centers.
    public var height: Float
    /// How far the crease stands from the upper lid, 0 (none to see) to 1.
    public var lid: Float
    /// Depth of the socket, 0 to 1.
    public var depth: Float
    /// From brown over hazel and green to blue and gray, 0 to 1.
    public var irisHue: Float
    /// 0 dark to 1 light.
    public var irisLightness: Float
  }

  public struct Brows: Sendable, Hashable, Codable {
    /// Half thickness at the inner end.
    public var thickness: Float
    public var arch: Float
    /// Slant, positive when the outer end is higher.
    public var tilt: Float
    /// Distance above the eye line.
    public var height: Float
    /// Half length.
    public var length: Float
    /// x of the centers.
    public var spacing: Float
    /// 0 sparse to 1 full.
    public var density: Float
  }

  public struct Nose: Sendable, Hashable, Codable {
    /// y of the tip.
    public var length: Float
    /// Half width of the bridge.
    public var bridgeWidth: Float
    /// Half width of the tip.
    public var tipWidth: Float
    /// Half width over the wings.
    public var wingWidth: Float
    /// How far the tip stands out.
    public var projection: Float
    /// -1 hanging to 1 turned up.
    public var tipTurn: Float
    /// Bump (positive) or saddle of the bridge.
    public var hump: Float
  }

  public struct Mouth: Sendable, Hashable, Codable {
    /// Half width.
    public var width: Float
    public var upperLip: Float
    public var lowerLip: Float
    /// How far the corners hang, negative when they rise.
    public var corner: Float
    /// y of the line between the lips.
    public var height: Float
    /// Depth of the cupid's bow, 0 to 1.
    public var bow: Float
    /// 0 skin-like to 1 red.
    public var redness: Float
  }

  public struct Skin: Sendable, Hashable, Codable {
    /// 0 very light to 1 very dark.
    public var tone: Float
    /// -1 olive to 1 rosy.
    public var warmth: Float
    /// 0 to 1.
    public var freckles: Float
    /// 0 smooth to 1 lined.
    public var age: Float
    /// Where this person's freckles and spots are.
    public var texture: UInt32
  }

  public struct Hair: Sendable, Hashable, Codable {
    public enum Style: String, Sendable, Hashable, Codable, CaseIterable {
      case bald, receding, buzz, short, swept, fringe, curly, afro, tied, bob, long
    }

    public var style: Style
    /// 0 black over brown to 1 blond.
    public var lightness: Float
    /// 0 to 1.
    public var red: Float
    /// 0 to 1.
    public var gray: Float
    /// Thickness of the hair over the scalp, a factor.
    public var volume: Float
    /// Side and size of the parting, -1 to 1.
    public var parting: Float
  }

  public struct Ears: Sendable, Hashable, Codable {
    /// A factor.
    public var size: Float
    /// 0 close to the head to 1 far off.
    public var protrusion: Float
  }

  public struct Glasses: Sendable, Hashable, Codable {
    /// Half width and half height of one glass.
    public var width: Float
    public var height: Float
    /// 2 is an ellipse, larger is squarer.
    public var squareness: Float
    /// Width of the rim.
    public var rim: Float
    /// 0 black to 1 light metal.
    public var lightness: Float
  }

  public struct FacialHair: Sendable, Hashable, Codable {
    /// Each 0 (shaved) to 1 (full).
    public var mustache: Float
    public var chin: Float
    public var cheeks: Float
  }

  public var skull: Skull
  public var forehead: Forehead
  public var cheek: Cheek
  public var jaw: Jaw
  public var chin: Chin
  public var eyes: Eyes
  public var brows: Brows
  public var nose: Nose
  public var mouth: Mouth
  public var skin: Skin
  public var hair: Hair
  public var ears: Ears
  public var facialHair: FacialHair
  public var glasses: Glasses?
}

extension FaceIdentity {
  /// This person with one part of another. `leftEye` and `rightEye` each exchange both eyes, which are one
  /// group of parameters. Color that belongs to no part (skin, hair) stays.
  public func exchanging(_ part: FacePart, with other: FaceIdentity) -> FaceIdentity {
    var result = self
    switch part {
    case .brow: result.brows = other.brows
    case .leftEye, .rightEye: result.eyes = other.eyes
    case .nose: result.nose = other.nose
    case .mouth: result.mouth = other.mouth
    case .chin: result.chin = other.chin
    case .jaw: result.jaw = other.jaw
    case .cheek: result.cheek = other.cheek
    case .forehead: result.forehead = other.forehead
    }
    return result
  }
}
