extension Image {
  /// The picture with `map` laid over it in color. The map is stretched to the picture's size and read as 0...1.
  ///
  /// Where the map is 0 the face is untouched; the color grows with the value up to `opacity` at 1, so that
  /// what the map points at stands out and the rest stays recognizable.
  /// - Parameter opacity: Share of the color where the map is 1; clamped to 0...1.
  public func overlaid(with map: FloatMap, colorMap: ColorMap = .inferno, opacity: Float = 0.7) -> Image {
    let fitted = map.resized(width: width, height: height)
    let colors = fitted.image(colorMap: colorMap)
    let limit = opacity > 0 ? min(opacity, 1) : 0
    return Image(width: width, height: height) { output in
      for i in 0..<(width * height) {
        let value = fitted.values[i]
        let share = (value > 0 ? min(value, 1) : 0) * limit
        for c in (3 * i)..<(3 * i + 3) {
          output[c] = UInt8(Float(pixels[c]) * (1 - share) + Float(colors.pixels[c]) * share + 0.5)
        }
      }
    }
  }
}
