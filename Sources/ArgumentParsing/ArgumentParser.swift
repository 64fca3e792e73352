/// Reads the words typed after a command's name into its definitions.
struct ArgumentParser {
  private let definitions: [ArgumentDefinition]
  /// Where each spelling leads, and whether it turns a flag off.
  private let lookup: [String: (index: Int, isInverse: Bool)]
  private var given: Set<Int> = []
  private var positionals: [String] = []

  init(_ definitions: [ArgumentDefinition]) {
    self.definitions = definitions
    var lookup: [String: (index: Int, isInverse: Bool)] = [:]
    for (index, definition) in definitions.enumerated() {
      for (names, isInverse) in [(definition.names, false), (definition.inverseNames, true)] {
        for name in names {
          let previous = lookup.updateValue((index, isInverse), forKey: name.spelled)
          precondition(previous == nil, "two arguments are called \(name.spelled)")
        }
      }
    }
    self.lookup = lookup
  }

  /// Whether a command has claimed a spelling that usually has a meaning of its own.
  func knows(_ spelling: String) -> Bool { lookup[spelling] != nil }

  /// Reads and stores everything, or throws ``UsageError`` for the first thing that is wrong.
  mutating func parse(_ words: [String]) throws {
    var rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        positionals += rest
        break
      }
      if looksLikeOption(word) { try parseOption(word, &rest) } else { positionals.append(word) }
    }
    try assignPositionals()
    try checkRequired()
  }

  /// `-` is a common name for standard input and `-0.5` is a number, unless a digit is an option's name.
  private func looksLikeOption(_ word: String) -> Bool {
    guard word.count > 1, word.hasPrefix("-") else { return false }
    guard let second = word.dropFirst().first, second.isNumber || second == ".", Double(word) != nil else {
      return true
    }
    return knows("-" + String(second))
  }

  private mutating func parseOption(_ word: String, _ rest: inout ArraySlice<String>) throws {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let inline = parts.count == 2 ? parts[1] : nil
    if let (index, isInverse) = lookup[parts[0]] {
      try apply(index, isInverse: isInverse, spelled: parts[0], inline: inline, &rest)
    } else if word.hasPrefix("--") || knows("-" + parts[0]) {
      throw unknown(parts[0])
    } else {
      try parseCluster(word, &rest)
    }
  }

  /// `-ab` for `-a -b`, and `-n5` for `-n 5`.
  private mutating func parseCluster(_ word: String, _ rest: inout ArraySlice<String>) throws {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      let spelled = "-" + String(letter)
      guard let (index, isInverse) = lookup[spelled] else { throw unknown(word) }
      if definitions[index].kind == .flag {
        guard letters.first != "=" else { throw UsageError("'\(spelled)' takes no value") }
        try apply(index, isInverse: isInverse, spelled: spelled, inline: nil, &rest)
        continue
      }
      let inline = letters.first == "=" ? letters.dropFirst() : letters
      return try apply(
        index, isInverse: isInverse, spelled: spelled, inline: letters.isEmpty ? nil : String(inline), &rest)
    }
  }

  private mutating func apply(
    _ index: Int, isInverse: Bool, spelled: String, inline: String?, _ rest: inout ArraySlice<String>
  ) throws {
    let definition = definitions[index]
    if definition.kind == .flag {
      guard inline == nil else { throw UsageError("'\(spelled)' takes no value") }
      return try store(isInverse ? "false" : "true", in: index, spelled: spelled)
    }
    if let inline { return try store(inline, in: index, spelled: spelled) }
    guard let next = rest.first, !looksLikeOption(next) else {
      throw missingValue(definition, spelled: spelled, next: rest.first)
    }
    rest.removeFirst()
    try store(next, in: index, spelled: spelled)
  }

  private mutating func store(_ text: String, in index: Int, spelled: String) throws {
    do {
      try definitions[index].store(text)
    } catch let error as ArgumentValueError {
      throw badValue(error, spelled: spelled)
    }
    given.insert(index)
  }

  private mutating func assignPositionals() throws {
    var rest = positionals[...]
    let places = definitions.indices.filter { definitions[$0].kind == .positional }
    for (order, index) in places.enumerated() {
      let definition = definitions[index]
      precondition(
        !definition.isRepeating || order == places.count - 1, "only the last argument can take several values")
      for word in definition.isRepeating ? rest : rest.prefix(1) {
        try store(word, in: index, spelled: definition.displayName)
        rest.removeFirst()
      }
    }
    if let extra = rest.first { throw UsageError("unexpected argument '\(extra)'") }
  }

  private func checkRequired() throws {
    let missing = definitions.indices.filter { definitions[$0].isRequired && !given.contains($0) }
    guard !missing.isEmpty else { return }
    throw UsageError("missing " + missing.map { "'\(definitions[$0].usage)'" }.joined(separator: ", "))
  }
}

extension ArgumentParser {
  private func unknown(_ word: String) -> UsageError {
    let longNames = lookup.keys.filter { $0.hasPrefix("--") }.sorted() + ["--help"]
    let bare = String(word.drop(while: { $0 == "-" }))
    let suggestion = nearest(to: bare, among: longNames.map { String($0.dropFirst(2)) })
    return UsageError("unknown option '\(word)'" + (suggestion.map { "; did you mean '--\($0)'?" } ?? ""))
  }

  private func missingValue(_ definition: ArgumentDefinition, spelled: String, next: String?) -> UsageError {
    let message = "'\(spelled)' needs a value: \(spelled) <\(definition.valueName)>"
    guard let next, next != "--", lookup[next] == nil else { return UsageError(message) }
    let joined = spelled + (spelled.hasPrefix("--") ? "=" : "") + next
    return UsageError("\(message); if '\(next)' is the value, write \(joined)")
  }

  private func badValue(_ error: ArgumentValueError, spelled: String) -> UsageError {
    guard !error.choices.isEmpty else {
      return UsageError("'\(spelled)' needs \(error.kind), not '\(error.text)'")
    }
    let suggestion = nearest(to: error.text, among: error.choices).map { "did you mean '\($0)'? " } ?? ""
    let choices = error.choices.joined(separator: ", ")
    return UsageError("'\(spelled)' cannot be '\(error.text)'; \(suggestion)choices: \(choices)")
  }
}
