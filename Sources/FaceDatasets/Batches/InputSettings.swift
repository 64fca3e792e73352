/// How a photo becomes a network's input: resized to a square a little larger than the input, of which a window is taken.
/// Training moves the window, testing takes the middle.
public struct InputSettings: Codable, Sendable, Hashable {
  /// Side of the network's input in pixels, a multiple of 16.
  public var size = 112
  /// How much larger the resized photo is, as a share of the input's side.
  public var border = 0.125

  public init() {}

  /// Side of the resized photo in pixels.
  public var storedSide: Int { size + 2 * Int((Double(size) * border / 2).rounded()) }

  /// Throws ``SettingsError`` when the values make no input.
  public func validate() throws {
    guard size > 0, size % 16 == 0, size <= 1024 else {
      throw SettingsError(message: "input.size \(size) is not a multiple of 16 up to 1024")
    }
    guard (0...1).contains(border) else {
      throw SettingsError(message: "input.border \(border) is not between 0 and 1")
    }
  }
}
