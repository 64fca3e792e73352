/// A value known by its place on the command line.
///
/// A property without a default is required; an optional one may be left out; an array takes all that is left and
/// must be the last. An array without a default needs at least one value.
@propertyWrapper
public struct Argument<Value>: ArgumentSource {
  private var box: ArgumentBox<Value>
  private let help: String
  private let valueName: String?

  /// What was typed, or the default. Traps when a required value is read before parsing.
  public var wrappedValue: Value {
    get { box.current }
    set { box = box.copy(with: newValue) }
  }

  private init(box: ArgumentBox<Value>, help: String, valueName: String?) {
    self.box = box
    self.help = help
    self.valueName = valueName
  }

  /// A required value. `valueName` is what help calls it, the property's name unless given.
  public init(help: String = "", valueName: String? = nil) where Value: ExpressibleByArgument {
    self.init(box: .single(nil), help: help, valueName: valueName)
  }

  /// A value with a default.
  public init(wrappedValue: Value, help: String = "", valueName: String? = nil) where Value: ExpressibleByArgument {
    self.init(box: .single(wrappedValue), help: help, valueName: valueName)
  }

  /// A value that may be left out.
  public init<T: ExpressibleByArgument>(wrappedValue: T? = nil, help: String = "", valueName: String? = nil)
  where Value == T? {
    self.init(box: .optional(wrappedValue), help: help, valueName: valueName)
  }

  /// One value or more.
  public init<T: ExpressibleByArgument>(help: String = "", valueName: String? = nil) where Value == [T] {
    self.init(box: .array(nil), help: help, valueName: valueName)
  }

  /// Any number of values.
  public init<T: ExpressibleByArgument>(wrappedValue: [T], help: String = "", valueName: String? = nil)
  where Value == [T] {
    self.init(box: .array(wrappedValue), help: help, valueName: valueName)
  }

  func definitions(label: String) -> [ArgumentDefinition] {
    let reading = box.reading
    return [
      ArgumentDefinition(
        kind: .positional, valueName: valueName ?? kebabCased(label), help: help, defaultText: reading.defaultText,
        choices: reading.choices, isRequired: reading.isRequired, isRepeating: reading.isRepeating, store: box.store)
    ]
  }
}
