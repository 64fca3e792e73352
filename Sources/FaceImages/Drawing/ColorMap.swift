/// Colors for numbers from 0 to 1, even in lightness and safe for color-blind readers.
///
/// The tables hold every eighth color of matplotlib's maps (CC0), joined by straight lines.
public enum ColorMap: String, CaseIterable, Sendable {
  /// Purple, green, yellow (van der Walt and Smith, 2015).
  case viridis
  /// Black, red, pale yellow (van der Walt and Smith, 2015).
  case inferno
  /// Blue, gray, yellow; looks nearly alike with and without color vision deficiency (Nunez et al., 2018).
  case cividis

  /// The color of `value`, clamped to 0...1; not a number counts as 0.
  public func color(_ value: Float) -> RGB {
    let place = value > 0 ? min(value, 1) : 0
    return table[Int(place * 255 + 0.5)]
  }

  /// 256 colors from the lowest to the highest.
  var table: [RGB] {
    switch self {
    case .viridis: ColorMap.viridisTable
    case .inferno: ColorMap.infernoTable
    case .cividis: ColorMap.cividisTable
    }
  }

  private static let viridisTable = interpolate([
    0x440154, 0x470D60, 0x48186A, 0x482374, 0x472D7B, 0x453781, 0x424086, 0x3E4989, 0x3B528B,
    0x375B8D, 0x33638D, 0x2F6B8E, 0x2C728E, 0x297A8E, 0x26828E, 0x23898E, 0x21918C, 0x1F978B,
    0x1F9F88, 0x21A685, 0x27AD81, 0x31B57B, 0x3DBC74, 0x4CC26C, 0x5CC863, 0x6ECE58, 0x81D34D,
    0x95D840, 0xAADC32, 0xC0DF25, 0xD5E21A, 0xEAE51A, 0xFDE725,
  ])

  private static let infernoTable = interpolate([
    0x000004, 0x040312, 0x0B0724, 0x150B37, 0x210C4A, 0x2F0A5B, 0x3D0965, 0x4A0C6B, 0x57106E,
    0x64156E, 0x71196E, 0x7D1E6D, 0x8A226A, 0x972766, 0xA32C61, 0xB0315B, 0xBC3754, 0xC63D4D,
    0xD04545, 0xDA4E3C, 0xE35933, 0xEB6429, 0xF1711F, 0xF67E14, 0xF98C0A, 0xFB9B06, 0xFCAA0F,
    0xFBBA1F, 0xF9C932, 0xF5D949, 0xF2E865, 0xF3F586, 0xFCFFA4,
  ])

  private static let cividisTable = interpolate([
    0x00224E, 0x00285B, 0x002E6A, 0x053371, 0x1A386F, 0x273E6E, 0x32436D, 0x3B496C, 0x434E6C,
    0x4B546C, 0x535A6D, 0x5A5F6E, 0x61656F, 0x686A71, 0x6F7073, 0x767676, 0x7D7C78, 0x838179,
    0x8B8778, 0x928D78, 0x9A9376, 0xA29975, 0xAAA073, 0xB3A670, 0xBBAD6D, 0xC3B369, 0xCCBA64,
    0xD4C15F, 0xDDC858, 0xE6D051, 0xEFD748, 0xF8DF3C, 0xFEE838,
  ])

  private static func interpolate(_ anchors: [UInt32]) -> [RGB] {
    (0..<256).map { step in
      let place = Double(step) / 255 * Double(anchors.count - 1)
      let index = min(Int(place), anchors.count - 2)
      let (low, high) = (anchors[index], anchors[index + 1])
      func channel(_ shift: UInt32) -> UInt8 {
        let (from, to) = (Double(low >> shift & 0xFF), Double(high >> shift & 0xFF))
        return UInt8((from + (to - from) * (place - Double(index))).rounded())
      }
      return RGB(channel(16), channel(8), channel(0))
    }
  }
}

extension FloatMap {
  /// One pixel of color a cell; values are read as 0...1. Traps when the map is empty.
  public func image(colorMap: ColorMap = .viridis) -> Image {
    let table = colorMap.table
    return Image(width: width, height: height) { output in
      for (i, value) in values.enumerated() {
        let color = table[value > 0 ? Int(min(value, 1) * 255 + 0.5) : 0]
        output[3 * i] = color.red
        output[3 * i + 1] = color.green
        output[3 * i + 2] = color.blue
      }
    }
  }
}
