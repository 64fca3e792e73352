/// Whether a flag can be turned off by name.
public enum FlagInversion: Sendable {
  /// `--x` only.
  case none
  /// `--x` and `--no-x`; the last one typed counts.
  case prefixedNo
}

/// A switch without a value. A `Bool?` tells a flag that was not typed (nil) from one that was turned off.
@propertyWrapper
public struct Flag<Value>: ArgumentSource {
  private var box: ArgumentBox<Value>
  private let name: NameSpecification
  private let inversion: FlagInversion
  private let help: String

  /// Whether the flag was typed, or the default.
  public var wrappedValue: Value {
    get { box.current }
    set { box = box.copy(with: newValue) }
  }

  /// A switch that is off unless typed, or as `wrappedValue` says.
  public init(
    wrappedValue: Value = false, name: NameSpecification = .long, inversion: FlagInversion = .none, help: String = ""
  ) where Value == Bool {
    box = .single(wrappedValue)
    self.name = name
    self.inversion = inversion
    self.help = help
  }

  /// A switch that remembers not having been typed.
  public init(
    wrappedValue: Value = nil, name: NameSpecification = .long, inversion: FlagInversion = .prefixedNo,
    help: String = ""
  ) where Value == Bool? {
    box = .optional(wrappedValue)
    self.name = name
    self.inversion = inversion
    self.help = help
  }

  func definitions(label: String) -> [ArgumentDefinition] {
    let names = name.names(label: label)
    let inverse = inversion == .none ? [] : names.compactMap(\.inverted)
    return [
      ArgumentDefinition(
        kind: .flag, names: names, inverseNames: inverse, help: help,
        defaultText: defaultText(names: names, inverse: inverse), store: box.store)
    ]
  }

  /// The spelling that is in force, for flags that can be turned both ways.
  private func defaultText(names: [ArgumentName], inverse: [ArgumentName]) -> String? {
    guard let off = inverse.first, let text = box.reading.defaultText else { return nil }
    return text == "true" ? names.first(where: \.isLong)?.spelled : off.spelled
  }
}
