import ExplainableChannels

/// What one explainer's way of speaking of parts reached in the inpainting game.
public struct GameResult: Codable, Sendable, Equatable {
  public var reading: InpaintingGame.Reading
  /// Over all triplets.
  public var all: Share
  /// Over the triplets whose non-mate the network tells from the mate: the score falls by at least the margin.
  public var noticed: Share
  /// By exchanged part, over all triplets and over the noticed ones.
  public var byPart: [GamePart: Share]
  public var noticedByPart: [GamePart: Share]
  /// How often each part was named when it was not the one exchanged.
  public var wronglyNamed: [GamePart: Int]
  /// The pointing game of the same maps; nil for parts without a map.
  public var pointing: Share?
  /// Whether each triplet was won, in their order, for comparing two explainers triplet by triplet.
  var wins: [Bool]

  /// Adds up verdicts: which part was named, which was exchanged, whether the network noticed.
  init(_ reading: InpaintingGame.Reading, _ verdicts: [Verdict]) {
    self.reading = reading
    func share(_ verdicts: [Verdict]) -> Share { Share(hits: verdicts.count(where: \.isRight), of: verdicts.count) }
    func byPart(_ verdicts: [Verdict]) -> [GamePart: Share] {
      Dictionary(grouping: verdicts, by: \.exchanged).mapValues(share)
    }
    all = share(verdicts)
    noticed = share(verdicts.filter(\.isNoticed))
    self.byPart = byPart(verdicts)
    noticedByPart = byPart(verdicts.filter(\.isNoticed))
    wronglyNamed = Dictionary(
      grouping: verdicts.filter { !$0.isRight }.compactMap(\.named), by: { $0 }
    ).mapValues(\.count)
    wins = verdicts.map(\.isRight)
    let pointed = verdicts.compactMap(\.points)
    pointing = pointed.isEmpty ? nil : Share(hits: pointed.count { $0 }, of: pointed.count)
  }

  /// What came of one triplet.
  struct Verdict {
    var exchanged: GamePart
    var named: GamePart?
    var isNoticed: Bool
    /// Nil where there is no map of its own.
    var points: Bool?

    var isRight: Bool { named == exchanged }
  }
}
