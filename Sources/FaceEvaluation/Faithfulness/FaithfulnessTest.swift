import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation
import Torch

/// Measures how faithful explanations are, one explainer after the other on the same pairs and triplets.
public struct FaithfulnessTest {
  public let scan: NetworkScan
  public let settings: FaithfulnessSettings
  /// Called with what is being done, how much of it is done and how much there is.
  public var progress: (String, Int, Int) -> Void = { _, _, _ in }

  private var model: FaceModel { scan.model }

  public init(_ scan: NetworkScan, _ settings: FaithfulnessSettings) {
    self.scan = scan
    self.settings = settings
  }

  /// name: of the model's file; playsGame: whether the inpainting game is played, on procedural faces of its own.
  ///
  /// Throws `SaliencyError` for settings that measure nothing, ``VerificationError`` when the pairs decide nothing.
  public func run(name: String, sets: [VerificationSet], playsGame: Bool) throws -> FaithfulnessReport {
    try settings.validate()
    model.network.setTraining(false)
    let sources = try sets.map { try PairSource($0, scan, settings) }
    let triplets = try playsGame ? drawTriplets() : []
    let explainers = try settings.explainers.map { ($0, try $0.explainer(of: model, seed: settings.seed)) }
    let blanks = try redrawn(sources)
    let results = try explainers.map { kind, explainer in
      let sane = try blanks.map { try sanity(kind, explainer, $0, sources, triplets) }
      return ExplainerResult(
        kind: kind, name: explainer.name, removal: try sources.map { try removal(explainer, $0) },
        game: try play(explainer, triplets, "game"), sanity: sane, seconds: try time(explainer, sources))
    }
    return FaithfulnessReport(
      model: name, channelLoss: model.info.channelLoss,
      data: sets.map { "\($0.name) (\($0.dataset.name))" }.joined(separator: ", "), settings: settings,
      protocols: sources.map(\.summary),
      triplets: playsGame ? Share(hits: triplets.count(where: \.isNoticed), of: triplets.count) : nil,
      explainers: results, damaged: NetworkScan.once(sources.flatMap(\.damaged)))
  }

  private func embed(_ photos: Tensor) throws -> Tensor { try model.network(photos).embedding }

  // MARK: - Deletion and insertion

  private func removal(_ explainer: any MatchExplainer, _ source: PairSource) throws -> RemovalResult {
    var cosines: [PixelRemoval.Cosines] = []
    for start in source.starts {
      let batch = try source.batch(at: start)
      let saliencies = try explainer.explain(batch.pairs, of: batch.photos)
      cosines += try settings.removal.cosines(batch.pairs, of: batch.photos, saliencies, embed: embed)
      progress("\(explainer.name), \(source.summary.name)", cosines.count, source.pairs.count)
    }
    return RemovalResult(cosines, same: source.pairs.map(\.same), threshold: source.summary.threshold)
  }

  // MARK: - The inpainting game

  private struct PlayedTriplet {
    let triplet: InpaintingGame.Triplet
    let photos: Tensor
    let isNoticed: Bool
  }

  private func drawTriplets() throws -> [PlayedTriplet] {
    let game = InpaintingGame(model.info.input, seed: settings.seed)
    return try (0..<settings.triplets).map { number in
      let triplet = try game.triplet(number)
      let photos = try game.photos(triplet).to(scan.device)
      progress("triplets", number + 1, settings.triplets)
      return PlayedTriplet(triplet: triplet, photos: photos, isNoticed: try notices(photos))
    }
  }

  /// Whether the cosine falls enough from the mate to the non-mate.
  private func notices(_ photos: Tensor) throws -> Bool {
    try withoutGradient {
      let unit = try embed(photos).normalized(1)
      let cosines = try unit[1..<3].matmul(unit[0].unsqueezed(1)).flattened().doubles()
      return cosines[0] - cosines[1] >= settings.noticeable
    }
  }

  private func play(
    _ explainer: any MatchExplainer, _ triplets: [PlayedTriplet], _ title: String
  ) throws -> [GameResult] {
    guard !triplets.isEmpty else { return [] }
    var verdicts: [InpaintingGame.Reading: [GameResult.Verdict]] = [:]
    for (number, played) in triplets.enumerated() {
      let pairs = try explainer.explain(InpaintingGame.pairs, of: played.photos)
      for reading in InpaintingGame.Reading.allCases {
        if let verdict = verdict(pairs, played, reading) { verdicts[reading, default: []].append(verdict) }
      }
      progress("\(explainer.name), \(title)", number + 1, triplets.count)
    }
    return InpaintingGame.Reading.allCases.compactMap { reading in
      verdicts[reading].map { GameResult(reading, $0) }
    }
  }

  private func verdict(
    _ pairs: [MatchSaliency], _ played: PlayedTriplet, _ reading: InpaintingGame.Reading
  ) -> GameResult.Verdict? {
    let triplet = played.triplet
    let contributions = [1, 2].map { other in
      InpaintingGame.contributions(pairs[other - 1], reading, labels: (triplet.labels[0], triplet.labels[other]))
    }
    guard let mate = contributions[0], let nonmate = contributions[1] else { return nil }
    return GameResult.Verdict(
      exchanged: triplet.part, named: InpaintingGame.fallen(mate, nonmate), isNoticed: played.isNoticed,
      points: reading == .masks ? InpaintingGame.points(pairs[0], pairs[1], at: triplet) : nil)
  }

  // MARK: - Sanity

  /// The same weights drawn anew several times.
  private typealias Blank = (kind: RedrawnWeights, models: [FaceModel])

  private func redrawn(_ sources: [PairSource]) throws -> [Blank] {
    guard let source = sources.first, settings.sanityPairs > 0 else { return [] }
    let photos = try source.photos(limit: 64)
    guard photos.size(0) > 1 else { return [] }
    let draws = max(1, min(settings.sanityDraws, settings.sanityPairs / 2, source.pairs.count / 2))
    return try RedrawnWeights.allCases.map { kind in
      let models = try (0..<draws).map { draw in
        progress("networks with \(kind.rawValue) redrawn", draw + 1, draws)
        return try kind.of(model, seed: settings.seed &+ UInt64(draw), photos: photos)
      }
      return (kind, models)
    }
  }

  /// Each draw has pairs of its own, of one person and of two by turns. Maps of one draw are alike or not together, so draws are what is averaged.
  private func sanity(
    _ kind: ExplainerKind, _ explainer: any MatchExplainer, _ blank: Blank, _ sources: [PairSource],
    _ triplets: [PlayedTriplet]
  ) throws -> SanityResult {
    let others = try blank.models.map { try kind.explainer(of: $0, seed: settings.seed) }
    var correlations = [[Double]](repeating: [], count: others.count)
    let wanted = min(settings.sanityPairs, sources[0].pairs.count)
    var seen = 0
    for start in sources[0].starts where seen < wanted {
      let batch = try sources[0].batch(at: start)
      let pairs = batch.pairs.prefix(wanted - seen)
      let trained = try explainer.explain(Array(pairs), of: batch.photos)
      for (draw, other) in others.enumerated() {
        let own = pairs.indices.filter { (seen + $0) / 2 % others.count == draw }
        guard !own.isEmpty else { continue }
        let blanks = try other.explain(own.map { pairs[$0] }, of: batch.photos)
        for (index, blank) in zip(own, blanks) {
          // The two maps of a pair are not independent.
          let first = rankCorrelation(trained[index].first.values, blank.first.values)
          correlations[draw].append((first + rankCorrelation(trained[index].second.values, blank.second.values)) / 2)
        }
      }
      seen += pairs.count
      progress("\(explainer.name), maps with \(blank.kind.rawValue) redrawn", seen, wanted)
    }
    let game = try play(
      others[0], Array(triplets.prefix(settings.sanityTriplets)), "game with \(blank.kind.rawValue) redrawn")
    return SanityResult(
      redrawn: blank.kind, rankCorrelation: MeanEstimate(correlations.map { Moments($0).mean }), game: game)
  }

  // MARK: - Time

  private func time(_ explainer: any MatchExplainer, _ sources: [PairSource]) throws -> MeanEstimate? {
    guard let source = sources.first, settings.timedPairs > 0 else { return nil }
    var seconds: [Double] = []
    for start in source.starts where seconds.count <= settings.timedPairs {
      let batch = try source.batch(at: start)
      for pair in batch.pairs where seconds.count <= settings.timedPairs {
        let both = try Tensor.stacked([batch.photos[pair.first], batch.photos[pair.second]]).channelsLast()
        let start = ProcessInfo.processInfo.systemUptime
        _ = try explainer.explain([PhotoPair(0, 1)], of: both)
        seconds.append(ProcessInfo.processInfo.systemUptime - start)
      }
    }
    // The first pays for what is made once.
    return MeanEstimate(Array(seconds.dropFirst()))
  }
}
