import FaceImages

extension InputSettings {
  /// The middle of a photo that a network is shown, `side` pixels high and in the photo's own proportions, as far as 0.6 to 1.6
  /// times as wide: for pictures that people look at.
  public func window(of photo: Image, side: Int) -> Image {
    let proportion = min(1.6, max(0.6, photo.frame.width / photo.frame.height))
    let (height, width) = (side, max(1, Int((Double(side) * proportion).rounded())))
    let border = Double(storedSide) / Double(size)
    let (tall, wide) = (Int((Double(height) * border).rounded()), Int((Double(width) * border).rounded()))
    return photo.resized(width: wide, height: tall)
      .cropped(x: (wide - width) / 2, y: (tall - height) / 2, width: width, height: height)
  }
}
