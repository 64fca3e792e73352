/// A named value: `--name value`, `--name=value`, `-n value`.
///
/// A property without a default is required; an optional one may be left out; an array may be typed any number of
/// times, and what is typed replaces its default. When a single value is typed twice the last one counts, so that a
/// script's settings can be overridden at its end.
@propertyWrapper
public struct Option<Value>: ArgumentSource {
  private var box: ArgumentBox<Value>
  private let name: NameSpecification
  private let help: String
  private let valueName: String?

  /// What was typed, or the default. Traps when a required value is read before parsing.
  public var wrappedValue: Value {
    get { box.current }
    set { box = box.copy(with: newValue) }
  }

  private init(box: ArgumentBox<Value>, name: NameSpecification, help: String, valueName: String?) {
    self.box = box
    self.name = name
    self.help = help
    self.valueName = valueName
  }

  /// A required value. `valueName` is what help calls it, the property's name unless given.
  public init(name: NameSpecification = .long, help: String = "", valueName: String? = nil)
  where Value: ExpressibleByArgument {
    self.init(box: .single(nil), name: name, help: help, valueName: valueName)
  }

  /// A value with a default.
  public init(wrappedValue: Value, name: NameSpecification = .long, help: String = "", valueName: String? = nil)
  where Value: ExpressibleByArgument {
    self.init(box: .single(wrappedValue), name: name, help: help, valueName: valueName)
  }

  /// A value that may be left out.
  public init<T: ExpressibleByArgument>(
    wrappedValue: T? = nil, name: NameSpecification = .long, help: String = "", valueName: String? = nil
  ) where Value == T? {
    self.init(box: .optional(wrappedValue), name: name, help: help, valueName: valueName)
  }

  /// Any number of values, none unless typed or given as the default.
  public init<T: ExpressibleByArgument>(
    wrappedValue: [T] = [], name: NameSpecification = .long, help: String = "", valueName: String? = nil
  ) where Value == [T] {
    self.init(box: .array(wrappedValue), name: name, help: help, valueName: valueName)
  }

  var takesStandardOutput: Bool { (box.value as? OutputPath)?.isStandardOutput ?? false }

  func definitions(label: String) -> [ArgumentDefinition] {
    let reading = box.reading
    return [
      ArgumentDefinition(
        kind: .option, names: name.names(label: label), valueName: valueName ?? kebabCased(label), help: help,
        defaultText: reading.defaultText, choices: reading.choices, isRequired: reading.isRequired,
        isRepeating: reading.isRepeating, store: box.store)
    ]
  }
}
