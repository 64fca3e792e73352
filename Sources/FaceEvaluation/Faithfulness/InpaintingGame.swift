import ExplainableChannels
import FaceDatasets
import FaceImages
import Torch

/// The inpainting game (Williford, May, Byrne, "Explainable Face Recognition", ECCV 2020) on procedural faces.
///
/// A probe, a mate (the same person in another photo) and a non-mate: the mate's photo with exactly one part of another
/// person. The photo is drawn again with that part, and the pixels that show it before or after are taken from there; all
/// others stay the mate's, so that the truth is known pixel by pixel. (Alone, drawing again would also move what a part
/// carries along: hair on another forehead, shadows under another chin.) An explanation is right when the exchanged part is
/// the one whose contribution falls most from (probe, mate) to (probe, non-mate).
///
/// A triplet is drawn again until at least ``leastPixels`` of the part are seen in the probe, the mate and the non-mate, and
/// the exchange changes the part's pixels by at least ``leastChange`` on average: a forehead under a fringe decides nothing.
public struct InpaintingGame: Sendable {
  public var seed: UInt64
  /// Pixels of the network's input.
  public var leastPixels = 12
  /// In gray levels of 255.
  public var leastChange = 3.0
  /// Draws for one triplet, until it is given up.
  public var attempts = 500
  /// How photos of one person differ.
  public var variation = FaceConditions.Variation.standard
  let input: InputSettings

  public init(_ input: InputSettings, seed: UInt64) {
    self.input = input
    self.seed = seed
  }

  /// Three photos, of which the last shows the exchanged part.
  public struct Triplet: Sendable {
    public let part: GamePart
    /// Probe, mate, non-mate, as large as stored photos are.
    public let photos: [Image]
    /// Which part every pixel of the network's input shows: probe, mate, non-mate.
    public let labels: [PartMap]
  }

  /// Triplet `number`; parts take turns. The same for the same seed and number, whatever else is drawn.
  /// Throws `SettingsError` when no such triplet is found, which happens only with strange settings.
  public func triplet(_ number: Int) throws -> Triplet {
    let part = GamePart.allCases[number % GamePart.allCases.count]
    for attempt in 0..<attempts {
      if let triplet = draw(part, number, attempt) { return triplet }
    }
    throw SettingsError(
      message: "no triplet with a visible, changed \(part.rawValue) in \(attempts) draws; ask for fewer pixels or less "
        + "change")
  }

  private func draw(_ part: GamePart, _ number: Int, _ attempt: Int) -> Triplet? {
    var random = SeededRandom(seed: seed, stream: "inpainting game", number, attempt)
    let person = FaceIdentity(using: &random)
    let twin = person.exchanging(part.parts[0], with: FaceIdentity(using: &random))
    let views = (0..<2).map { _ in FaceConditions(using: &random, variation: variation) }
    let (probe, mate) = (render(person, views[0]), render(person, views[1]))
    guard area(part, probe.parts) >= leastPixels, area(part, mate.parts) >= leastPixels else { return nil }
    let nonmate = replaced(part, in: mate, from: render(twin, views[1]))
    guard area(part, nonmate.parts) >= leastPixels, change(part, mate, nonmate) >= leastChange else { return nil }
    let faces = [probe, mate, nonmate]
    return Triplet(part: part, photos: faces.map(\.image), labels: faces.map { seen($0.parts) })
  }

  private func render(_ identity: FaceIdentity, _ conditions: FaceConditions) -> RenderedFace {
    FaceRenderer.render(identity, conditions: conditions, width: input.storedSide, height: input.storedSide)
  }

  /// The middle window that the network is shown: whole pixels, so that labels need no resampling.
  private func seen(_ map: PartMap) -> PartMap {
    let (side, margin) = (input.size, (input.storedSide - input.size) / 2)
    let labels = (0..<(side * side)).map { place in
      map.labels[(place / side + margin) * map.width + place % side + margin]
    }
    return PartMap(width: side, height: side, labels: labels)
  }

  private func area(_ part: GamePart, _ map: PartMap) -> Int {
    let seen = seen(map)
    return part.parts.reduce(0) { $0 + seen.area(of: $1) }
  }

  /// `face` with the pixels that show the part in either photo from `other`.
  private func replaced(_ part: GamePart, in face: RenderedFace, from other: RenderedFace) -> RenderedFace {
    var result = face
    for place in places(part, face.parts, other.parts) {
      result.parts.labels[place] = other.parts.labels[place]
      for color in (3 * place)..<(3 * place + 3) { result.image.pixels[color] = other.image.pixels[color] }
    }
    return result
  }

  /// Pixels that show the part in either map.
  private func places(_ part: GamePart, _ a: PartMap, _ b: PartMap) -> [Int] {
    let labels = Set(part.parts.map { PartMap.label(of: $0) })
    return a.labels.indices.filter { labels.contains(a.labels[$0]) || labels.contains(b.labels[$0]) }
  }

  /// The mean change of a color value over the pixels that show the part in either photo.
  private func change(_ part: GamePart, _ a: RenderedFace, _ b: RenderedFace) -> Double {
    let colors = places(part, a.parts, b.parts).flatMap { (3 * $0)..<(3 * $0 + 3) }
    let sum = colors.reduce(0) { $0 + abs(Int(a.image.pixels[$1]) - Int(b.image.pixels[$1])) }
    return colors.isEmpty ? 0 : Double(sum) / Double(colors.count)
  }

  /// The triplet's photos as network input, [3, 3, S, S].
  public func photos(_ triplet: Triplet) throws -> Tensor {
    let side = input.storedSide
    let bytes = try Tensor(triplet.photos.flatMap(\.pixels), [triplet.photos.count, side, side, 3])
    let maps = [AffineMap](repeating: .centered(input), count: triplet.photos.count)
    return try Tensor.networkInput(bytes, through: maps, size: input.size)
  }

  /// The pairs to explain: probe with mate, probe with non-mate.
  public static let pairs = [PhotoPair(0, 1), PhotoPair(0, 2)]
}

extension InpaintingGame {
  /// How the contribution of a part is read from an explanation.
  public enum Reading: String, Codable, CaseIterable, Sendable {
    /// The map summed within the part's true mask, the mean of both faces: generous, since no one knows masks of a real photo.
    case masks
    /// What the explainer itself says of the part.
    case own = "own parts"
  }

  /// Contributions of all parts to one pair, in the order of `GamePart.allCases`, nil for a part of which the explainer says
  /// nothing; nil when it says nothing of parts.
  public static func contributions(
    _ saliency: MatchSaliency, _ reading: Reading, labels: (first: PartMap, second: PartMap)
  ) -> [Double?]? {
    switch reading {
    case .own:
      return saliency.parts.map { own in
        GamePart.allCases.map { part in
          let said = part.parts.compactMap { own[$0] }
          return said.isEmpty ? nil : said.reduce(0, +)
        }
      }
    case .masks:
      let sums = [sums(saliency.first, labels.first), sums(saliency.second, labels.second)]
      return GamePart.allCases.indices.map { (sums[0][$0] + sums[1][$0]) / 2 }
    }
  }

  private static func sums(_ map: FloatMap, _ labels: PartMap) -> [Double] {
    var sums = [Double](repeating: 0, count: GamePart.allCases.count)
    for (value, label) in zip(map.values, labels.labels) {
      if let number = GamePart.numbers[Int(label)] { sums[number] += Double(value) }
    }
    return sums
  }

  /// The part whose contribution falls most from `mate` to `nonmate`; nil when none falls more than the others. A part without a
  /// contribution is never the one.
  public static func fallen(_ mate: [Double?], _ nonmate: [Double?]) -> GamePart? {
    let drops = zip(mate, nonmate).map { mate, nonmate -> Double? in
      if let mate, let nonmate { mate - nonmate } else { nil }
    }
    guard let most = drops.compactMap(\.self).max(), drops.count(where: { $0 == most }) == 1 else { return nil }
    return GamePart.allCases[drops.firstIndex(of: most)!]
  }

  /// Whether the pixel of the second photo that falls most shows the exchanged part before or after the exchange: the
  /// pointing game (Zhang et al. 2018) on the difference of the two maps.
  public static func points(_ mate: MatchSaliency, _ nonmate: MatchSaliency, at triplet: Triplet) -> Bool {
    let drops = zip(mate.second.values, nonmate.second.values).map { $0 - $1 }
    guard let most = drops.max(), let pixel = drops.firstIndex(of: most), drops.contains(where: { $0 != most })
    else { return false }
    let labels = Set(triplet.part.parts.map { PartMap.label(of: $0) })
    return triplet.labels[1...].contains { labels.contains($0.labels[pixel]) }
  }
}
