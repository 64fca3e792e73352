/// A value that can be typed on the command line.
///
/// An enumeration with raw values or with `CaseIterable` only has to declare the conformance; its cases become the
/// choices that help lists and mistakes are compared with.
public protocol ExpressibleByArgument {
  /// Reads what was typed; nil when it is no such value.
  init?(argument: String)
  /// Everything that may be typed, or empty when there is no end to it.
  static var argumentChoices: [String] { get }
  /// What is expected, with its article, for messages: "a whole number".
  static var argumentKind: String { get }
  /// How the value would be typed, for showing defaults.
  var argumentDescription: String { get }
}

extension ExpressibleByArgument {
  public static var argumentChoices: [String] { [] }
  public static var argumentKind: String { "a value" }
  public var argumentDescription: String { "\(self)" }
}

extension ExpressibleByArgument where Self: RawRepresentable, RawValue: ExpressibleByArgument {
  public init?(argument: String) {
    guard let raw = RawValue(argument: argument) else { return nil }
    self.init(rawValue: raw)
  }
  public static var argumentKind: String { RawValue.argumentKind }
  public var argumentDescription: String { rawValue.argumentDescription }
}

extension ExpressibleByArgument where Self: CaseIterable {
  public init?(argument: String) {
    guard let match = Self.allCases.first(where: { $0.argumentDescription == argument }) else { return nil }
    self = match
  }
  public static var argumentChoices: [String] { allCases.map(\.argumentDescription) }
}

extension ExpressibleByArgument where Self: CaseIterable, Self: RawRepresentable, RawValue: ExpressibleByArgument {
  public init?(argument: String) {
    guard let raw = RawValue(argument: argument) else { return nil }
    self.init(rawValue: raw)
  }
  public static var argumentChoices: [String] { allCases.map(\.argumentDescription) }
  public static var argumentKind: String { RawValue.argumentKind }
  public var argumentDescription: String { rawValue.argumentDescription }
}

extension String: ExpressibleByArgument {
  public init?(argument: String) { self = argument }
  public static var argumentKind: String { "a text" }
  public var argumentDescription: String { self }
}

extension ExpressibleByArgument where Self: FixedWidthInteger {
  public init?(argument: String) { self.init(argument, radix: 10) }
  public static var argumentKind: String {
    if bitWidth == 64 { return isSigned ? "a whole number" : "a whole number from 0" }
    return "a whole number from \(min) to \(max)"
  }
}

extension Int: ExpressibleByArgument {}
extension Int64: ExpressibleByArgument {}
extension UInt8: ExpressibleByArgument {}
extension UInt64: ExpressibleByArgument {}

/// Only finite numbers: an infinite or undefined setting is always a slip.
extension Double: ExpressibleByArgument {
  public init?(argument: String) {
    guard let value = Double(argument), value.isFinite else { return nil }
    self = value
  }
  public static var argumentKind: String { "a number" }
}

/// Only finite numbers: an infinite or undefined setting is always a slip.
extension Float: ExpressibleByArgument {
  public init?(argument: String) {
    guard let value = Float(argument), value.isFinite else { return nil }
    self = value
  }
  public static var argumentKind: String { "a number" }
}

/// `true`, `yes`, `on`, `1` and `false`, `no`, `off`, `0`, in any case.
extension Bool: ExpressibleByArgument {
  public init?(argument: String) {
    switch argument.lowercased() {
    case "true", "yes", "on", "1": self = true
    case "false", "no", "off", "0": self = false
    default: return nil
    }
  }
  public static var argumentKind: String { "true or false" }
}
