/// How an option or a flag is spelled.
public struct NameSpecification: Sendable, ExpressibleByArrayLiteral {
  /// One spelling.
  public enum Element: Sendable, Hashable {
    /// The property's name in kebab case after two dashes: `learningRate` is `--learning-rate`.
    case long
    /// The first letter of the property's name after one dash.
    case short
    /// A name without its dashes: one letter gets one dash, a longer name two.
    case custom(String)
  }

  var elements: [Element]

  /// Several spellings of one argument, the first of which messages use.
  public init(arrayLiteral elements: Element...) { self.elements = elements }

  /// The property's name after two dashes.
  public static let long: NameSpecification = [.long]
  /// The first letter of the property's name after one dash.
  public static let short: NameSpecification = [.short]
  /// Both of them.
  public static let shortAndLong: NameSpecification = [.long, .short]
  /// A name of its own, given without dashes.
  public static func custom(_ name: String) -> NameSpecification { [.custom(name)] }

  /// The spellings for a property called `label`.
  func names(label: String) -> [ArgumentName] {
    elements.map { element in
      switch element {
      case .long: .long(kebabCased(label))
      case .short: .short(label.first ?? "_")
      case .custom(let name) where name.count == 1: .short(name.first ?? "_")
      case .custom(let name): .long(name)
      }
    }
  }
}

/// One spelling with its dashes.
enum ArgumentName: Hashable {
  case long(String)
  case short(Character)

  var spelled: String {
    switch self {
    case .long(let name): "--" + name
    case .short(let letter): "-" + String(letter)
    }
  }

  var isLong: Bool { if case .long = self { true } else { false } }

  /// `--no-name`, for long names.
  var inverted: ArgumentName? { if case .long(let name) = self { .long("no-" + name) } else { nil } }
}

/// `learningRate` as `learning-rate`, `HTMLReport` as `html-report`.
func kebabCased(_ name: String) -> String {
  let letters = Array(name)
  var result = ""
  for (i, letter) in letters.enumerated() {
    if letter == "_" {
      result.append("-")
      continue
    }
    let afterLower = i > 0 && (letters[i - 1].isLowercase || letters[i - 1].isNumber)
    let endsAcronym = i > 0 && letters[i - 1].isUppercase && i + 1 < letters.count && letters[i + 1].isLowercase
    if letter.isUppercase && (afterLower || endsAcronym) { result.append("-") }
    result.append(letter.lowercased())
  }
  return result
}
