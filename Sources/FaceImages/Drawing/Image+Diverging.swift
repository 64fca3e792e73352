/// Two colors for what speaks for and against, told apart by color-blind readers (Okabe and Ito's vermilion and blue).
public enum DivergingColors {
  public static let positive = RGB(0xD5, 0x5E, 0x00)
  public static let negative = RGB(0x00, 0x72, 0xB2)

  /// The color of a number's sign.
  public static func color(_ value: Double) -> RGB { value < 0 ? negative : positive }
}

extension Image {
  /// The picture with a map of signed numbers laid over it: vermilion where it is positive, blue where negative, the stronger
  /// the further from 0. The map is stretched to the picture's size and read as -1...1; what is no number counts as 0.
  ///
  /// - Parameter opacity: Share of the color where the map is 1 or -1; clamped to 0...1.
  public func overlaid(withSigned map: FloatMap, opacity: Float = 0.85) -> Image {
    let fitted = map.resized(width: width, height: height)
    let limit = opacity > 0 ? min(opacity, 1) : 0
    return Image(width: width, height: height) { output in
      for i in 0..<(width * height) {
        let value = fitted.values[i].isNaN ? 0 : fitted.values[i]
        let color = DivergingColors.color(Double(value))
        // The root lifts weak places, which the eye would miss.
        let share = min(abs(value), 1).squareRoot() * limit
        func mixed(_ below: UInt8, _ above: UInt8) -> UInt8 {
          UInt8(Float(below) * (1 - share) + Float(above) * share + 0.5)
        }
        output[3 * i] = mixed(pixels[3 * i], color.red)
        output[3 * i + 1] = mixed(pixels[3 * i + 1], color.green)
        output[3 * i + 2] = mixed(pixels[3 * i + 2], color.blue)
      }
    }
  }

  /// The picture without its colors.
  public func gray() -> Image {
    Image(width: width, height: height) { output in
      for i in 0..<(width * height) {
        let (r, g, b) = (Int(pixels[3 * i]), Int(pixels[3 * i + 1]), Int(pixels[3 * i + 2]))
        let value = UInt8((299 * r + 587 * g + 114 * b) / 1000)
        for channel in 0..<3 { output[3 * i + channel] = value }
      }
    }
  }
}
