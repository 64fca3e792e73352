import FaceDatasets
import Torch

extension HeadSettings {
  /// Chooses the identities of a step, one sample for the weights of all heads over them: those of the step's photos, and random
  /// others. Follows from seed and step. Throws ``NetworkError`` for a label that is no identity.
  public func choose(_ labels: [Int], in weights: [SampledRows], seed: UInt64, step: Int) throws {
    guard let identities = weights.first?.matrix.size(0) else { return }
    var random = SeededRandom(seed: seed, stream: "identities", step)
    guard let sample = try sample(labels, of: identities, using: &random) else { return }
    for rows in weights { try rows.choose(sample) }
  }

  /// The identities that a step's softmax runs over, ascending: all of `labels`, and others drawn without bias up to the share
  /// ``sampled`` of all; nil for every one of them, which a share of 1 means. At least two, and never fewer than the labels
  /// name. O(identities) for a byte each and O(the sample) otherwise.
  ///
  /// - Throws: ``NetworkError`` for a label that is no identity.
  public func sample(_ labels: [Int], of identities: Int, using random: inout SeededRandom) throws -> [Int]? {
    if let label = labels.first(where: { !(0..<identities).contains($0) }) {
      throw NetworkError(message: "label \(label) is not below the number of identities, \(identities)")
    }
    guard sampled < 1 else { return nil }
    var isChosen = [Bool](repeating: false, count: identities)
    for label in labels { isChosen[label] = true }
    let own = Set(labels).sorted()
    let wanted = max(2, Int((sampled * Double(identities)).rounded()))
    HeadSettings.draw(min(wanted, identities) - own.count, beside: own, into: &isChosen, using: &random)
    return isChosen.indices.filter { isChosen[$0] }
  }

  /// Marks `count` of what is not in `own` (ascending), each set of them equally likely: Floyd's algorithm (Bentley and Floyd
  /// 1987), which draws once for each.
  private static func draw(
    _ count: Int, beside own: [Int], into isChosen: inout [Bool], using random: inout SeededRandom
  ) {
    guard count > 0 else { return }
    // Numbers below `others` stand for what is not in `own`: themselves, or what lies above in place of those in `own`.
    let others = isChosen.count - own.count
    let above = (others..<isChosen.count).filter { !isChosen[$0] }
    let replaced = own.filter { $0 < others }
    let stand = Dictionary(uniqueKeysWithValues: zip(replaced, above))
    for last in (others - count)..<others {
      let drawn = random.int(below: last + 1)
      let first = stand[drawn] ?? drawn
      isChosen[isChosen[first] ? stand[last] ?? last : first] = true
    }
  }
}
