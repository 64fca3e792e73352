/// Arguments that several commands share, declared once.
@propertyWrapper
public struct OptionGroup<Group: ParsableArguments>: ArgumentSource {
  private final class Box {
    var group = Group()
  }

  private var box = Box()
  private let title: String?

  /// The group, with what was typed.
  public var wrappedValue: Group {
    get { box.group }
    set {
      box = Box()
      box.group = newValue
    }
  }

  /// Puts the group's options under a heading of their own in help, or among the others without a title.
  public init(title: String? = nil) { self.title = title }

  func definitions(label: String) -> [ArgumentDefinition] {
    argumentDefinitions(of: box.group).map { definition in
      var definition = definition
      if definition.kind != .positional { definition.section = definition.section ?? title }
      return definition
    }
  }

  var takesStandardOutput: Bool { takeStandardOutput(box.group) }

  func validate() throws {
    try validateGroups(of: box.group)
    try box.group.validate()
  }
}

/// Everything that can be typed for these arguments, in the order of the properties.
func argumentDefinitions(of arguments: any ParsableArguments) -> [ArgumentDefinition] {
  Mirror(reflecting: arguments).children.flatMap { child -> [ArgumentDefinition] in
    guard let label = child.label, let source = child.value as? any ArgumentSource else { return [] }
    return source.definitions(label: String(label.drop(while: { $0 == "_" })))
  }
}

/// Runs the checks of the groups inside these arguments.
func validateGroups(of arguments: any ParsableArguments) throws {
  for child in Mirror(reflecting: arguments).children {
    try (child.value as? any ArgumentSource)?.validate()
  }
}
