/// An 8-bit RGB picture: `height` rows of `width` pixels, three bytes each, row by row from the top left.
///
/// Every decoder produces this one form (gray is spread over the three channels, alpha is laid over white),
/// so that nothing after it has to know how a photo was stored.
public struct Image: Sendable, Equatable {
  /// Width in pixels, at least 1.
  public let width: Int
  /// Height in pixels, at least 1.
  public let height: Int
  /// `width * height * 3` bytes, RGB. Traps when their number is changed.
  public var pixels: [UInt8] {
    didSet { precondition(pixels.count == width * height * 3, "RGB pixels do not fit \(width) x \(height)") }
  }
  /// What the picture fills of the pixels: all of them, but in a JPEG that was decoded small, whose last column and row may
  /// be parts of pixels. ``resized(width:height:)`` stretches this rectangle.
  public internal(set) var frame: Frame

  /// A rectangle in pixels, which may begin and end within one.
  public struct Frame: Sendable, Equatable {
    public var x: Double
    public var y: Double
    public var width: Double
    public var height: Double
  }

  /// Wraps pixels that are already RGB. Traps when the count does not fit the size.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    precondition(pixels.count == width * height * 3, "RGB pixels do not fit \(width) x \(height)")
    self.width = width
    self.height = height
    self.pixels = pixels
    frame = Frame(x: 0, y: 0, width: Double(width), height: Double(height))
  }

  /// One color everywhere.
  public init(width: Int, height: Int, color: RGB = RGB(0, 0, 0)) {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    var pixels = [UInt8](repeating: 0, count: width * height * 3)
    for i in 0..<(width * height) {
      pixels[3 * i] = color.red
      pixels[3 * i + 1] = color.green
      pixels[3 * i + 2] = color.blue
    }
    self.init(width: width, height: height, pixels: pixels)
  }

  /// The pixel at column `x`, row `y`.
  public subscript(x: Int, y: Int) -> RGB {
    get {
      let i = (y * width + x) * 3
      return RGB(pixels[i], pixels[i + 1], pixels[i + 2])
    }
    set {
      let i = (y * width + x) * 3
      pixels[i] = newValue.red
      pixels[i + 1] = newValue.green
      pixels[i + 2] = newValue.blue
    }
  }
}

/// An 8-bit RGB color.
public struct RGB: Sendable, Hashable {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }
}

/// A map of one number a pixel: a channel's activation, a mask, a depth. Row by row from the top left.
public struct FloatMap: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `width * height` values.
  public var values: [Float]

  /// Traps when the count does not fit the size.
  public init(width: Int, height: Int, values: [Float]) {
    precondition(values.count == width * height, "values do not fit \(width) x \(height)")
    self.width = width
    self.height = height
    self.values = values
  }

  public subscript(x: Int, y: Int) -> Float {
    get { values[y * width + x] }
    set { values[y * width + x] = newValue }
  }
}
