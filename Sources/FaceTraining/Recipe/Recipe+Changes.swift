import Foundation

extension Recipe {
  /// Whether a training may go on with this recipe that began with the other one: they differ at most in what changes
  /// neither weights nor measurements.
  func continues(_ begun: Recipe) -> Bool { begun.leveled(with: self) == self }

  /// The first setting, by name, for which a training that began with the other recipe cannot go on with this one, in words;
  /// nil when it can.
  func firstChange(since begun: Recipe) throws -> String? {
    guard !continues(begun) else { return nil }
    let (was, now) = (try begun.leveled(with: self).settings(), try settings())
    let key = now.keys.sorted().first { was[$0] != now[$0] }
    return key.map { "\($0) is \(was[$0] ?? "unset") there, \(now[$0] ?? "unset") here" } ?? "they differ"
  }

  /// This recipe with what changes neither weights nor measurements as the other one has it.
  private func leveled(with other: Recipe) -> Recipe {
    var recipe = self
    recipe.training.recomputedBlocks = other.training.recomputedBlocks
    recipe.training.checkpointSeconds = other.training.checkpointSeconds
    recipe.training.cacheMegabytes = other.training.cacheMegabytes
    return recipe
  }

  /// Every setting by its dotted key, as text.
  private func settings() throws -> [String: String] {
    var settings: [String: String] = [:]
    func add(_ value: Any, _ key: String) {
      if let object = value as? [String: Any] {
        for (name, inner) in object { add(inner, key.isEmpty ? name : "\(key).\(name)") }
      } else {
        settings[key] = (value as? String).map { "'\($0)'" } ?? "\(value)"
      }
    }
    add(try JSONSerialization.jsonObject(with: Data(RecipeFile.text(self).utf8)), "")
    return settings
  }
}
