import FaceDatasets

/// The metrics that compare the strongest regions of channels with true masks.
struct StrongRegions {
  let interpretability: PartInterpretability
  let dissection: NetworkDissection

  /// What network dissection says; nil when no channel is live.
  func dissectionScores(_ bootstrap: Bootstrap, leastIoU: Double, images: Int) -> DissectionScores? {
    guard let mean = bootstrap.estimate(dissection) else { return nil }
    let best = dissection.best(weights: [Float](repeating: 1, count: images))
    let detected = best.compactMap { $0 }.filter { $0.share > leastIoU }
    return DissectionScores(meanIoU: mean, detectors: detected.count, parts: Set(detected.map(\.part)).count)
  }

  /// Writes what is known of each channel into its summary.
  func describe(_ summaries: inout [ChannelSummary], images: Int) {
    let everyImage = [Float](repeating: 1, count: images)
    let interpreted = interpretability.best(weights: everyImage)
    let dissected = dissection.best(weights: everyImage)
    for channel in summaries.indices {
      summaries[channel].partInterpretability = interpreted[channel]?.share
      summaries[channel].interpretedPart = named(interpreted[channel])
      summaries[channel].dissectionIoU = dissected[channel]?.share
      summaries[channel].dissectedPart = named(dissected[channel])
    }
  }

  /// The part, unless the channel has nothing to do with any.
  private func named(_ best: (part: Int, share: Double)?) -> FacePart? {
    best.flatMap { $0.share > 0 ? FacePart.allCases[$0.part] : nil }
  }
}

extension ExplainabilityMeter {
  /// Cuts the kept maps at their thresholds and overlaps them with the masks; nil without any mask. O(kept activations).
  func strongRegions(dead: Set<Int>) throws -> StrongRegions? {
    let entries = keptMaps.inOrder
    guard entries.contains(where: { !$0.parts.isEmpty }) else { return nil }
    let thresholds = try ActivationThresholds.top(
      settings.topShare, of: entries, channels: channels, area: mapWidth * mapHeight)
    let overlaps = try PartOverlaps(
      entries, thresholds: thresholds, mapWidth: mapWidth, mapHeight: mapHeight, grid: settings.gridSide)
    return StrongRegions(
      interpretability: PartInterpretability(overlaps, leastIoU: settings.partIoU, dead: dead),
      dissection: NetworkDissection(overlaps: overlaps, dead: dead))
  }
}
