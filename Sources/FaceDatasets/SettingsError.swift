/// A value in a recipe or on the command line that makes no sense; the text names it and says what is allowed.
public struct SettingsError: Error, CustomStringConvertible, Sendable, Equatable {
  public let message: String
  public var description: String { message }
  public init(message: String) { self.message = message }
}
