/// One thing that can be typed, without its type.
struct ArgumentDefinition {
  enum Kind { case positional, option, flag }

  var kind: Kind
  /// Empty for positional arguments.
  var names: [ArgumentName] = []
  /// The spellings that turn a flag off.
  var inverseNames: [ArgumentName] = []
  var valueName = ""
  var help = ""
  var defaultText: String?
  var choices: [String] = []
  var isRequired = false
  var isRepeating = false
  /// The help section, or nil for the common one.
  var section: String?
  /// Reads and keeps a value; flags get "true" or "false".
  var store: (String) throws -> Void

  /// How messages call it.
  var displayName: String { names.first(where: \.isLong)?.spelled ?? names.first?.spelled ?? "<\(valueName)>" }

  /// How it is typed: `--epochs <n>`, `<photo>`, `--verbose`.
  var usage: String {
    switch kind {
    case .positional: "<\(valueName)>" + (isRepeating ? " ..." : "")
    case .option: "\(displayName) <\(valueName)>"
    case .flag: displayName
    }
  }
}

/// A property wrapper that can be typed, or that groups such wrappers.
protocol ArgumentSource {
  func definitions(label: String) -> [ArgumentDefinition]
  /// Whether what was typed has data written to standard output.
  var takesStandardOutput: Bool { get }
  /// Runs the checks of the arguments inside, where there are any.
  func validate() throws
}

extension ArgumentSource {
  var takesStandardOutput: Bool { false }
  func validate() throws {}
}

/// A typed text that is not of the wanted type; the parser knows whose value it was.
struct ArgumentValueError: Error {
  var text: String
  var kind: String
  var choices: [String]
}

/// Holds a wrapper's value and how to read one.
final class ArgumentBox<Value> {
  /// How a wrapper's values are read and explained.
  struct Reading {
    var choices: [String]
    var defaultText: String?
    var isRequired: Bool
    var isRepeating = false
    /// Makes the new value of a text and what was typed before it, nil at the first.
    var read: (String, Value?) throws -> Value
  }

  var value: Value?
  let reading: Reading
  private var typed: Value?

  init(value: Value?, reading: Reading) {
    self.value = value
    self.reading = reading
  }

  func store(_ text: String) throws {
    let new = try reading.read(text, typed)
    typed = new
    value = new
  }

  func copy(with value: Value) -> ArgumentBox { ArgumentBox(value: value, reading: reading) }

  /// The value, which parsing has made sure of.
  var current: Value {
    guard let value else { preconditionFailure("a required argument was read before the command was parsed") }
    return value
  }
}

func readArgument<T: ExpressibleByArgument>(_ text: String, as type: T.Type) throws -> T {
  guard let value = T(argument: text) else {
    throw ArgumentValueError(text: text, kind: T.argumentKind, choices: T.argumentChoices)
  }
  return value
}

extension ArgumentBox {
  /// A single value, required when there is no default.
  static func single(_ initial: Value?) -> ArgumentBox where Value: ExpressibleByArgument {
    let shown = initial?.argumentDescription ?? ""
    return ArgumentBox(
      value: initial,
      reading: Reading(
        choices: Value.argumentChoices, defaultText: shown.isEmpty ? nil : shown, isRequired: initial == nil,
        read: { text, _ in try readArgument(text, as: Value.self) }))
  }

  /// A value that may be missing.
  static func optional<T: ExpressibleByArgument>(_ initial: T?) -> ArgumentBox where Value == T? {
    ArgumentBox(
      value: .some(initial),
      reading: Reading(
        choices: T.argumentChoices, defaultText: initial?.argumentDescription, isRequired: false,
        read: { text, _ in try readArgument(text, as: T.self) }))
  }

  /// Any number of values; what is typed replaces the default. Without a default, at least one is required.
  static func array<T: ExpressibleByArgument>(_ initial: [T]?) -> ArgumentBox where Value == [T] {
    let shown = (initial ?? []).map(\.argumentDescription).joined(separator: ", ")
    return ArgumentBox(
      value: initial,
      reading: Reading(
        choices: T.argumentChoices, defaultText: shown.isEmpty ? nil : shown, isRequired: initial == nil,
        isRepeating: true, read: { text, typed in (typed ?? []) + [try readArgument(text, as: T.self)] }))
  }
}
