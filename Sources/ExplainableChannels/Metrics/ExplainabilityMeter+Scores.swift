import FaceDatasets

extension ExplainabilityMeter {
  /// The numbers over all images so far. Throws `MetricError.noImages` when there are none.
  ///
  /// O(N * C * P * bootstrap replicates) for P parts, and O(P * grid * grid) for each kept map.
  public func scores() throws -> ExplainabilityScores {
    guard images > 0 else { throw MetricError.noImages }
    let bootstrap = Bootstrap(groups: groups, replicates: settings.bootstrapReplicates, seed: settings.seed)
    var summaries = summaries(bootstrap)
    let dead = summaries.filter { $0.activeShare == 0 }.map(\.index)
    let regions = try strongRegions(dead: Set(dead))
    regions?.describe(&summaries, images: images)
    return ExplainabilityScores(
      images: images, annotatedImages: annotatedImages, labeledImages: labeledImages, channels: channels,
      deadChannels: dead,
      instability: bootstrap.estimate(instability.metric(.eyeMouth)),
      diagonalInstability: bootstrap.estimate(instability.metric(.diagonal)),
      purity: purityScores(purity, .full, bootstrap, images: annotatedImages),
      fivePartPurity: purityScores(fivePartPurity, .five, bootstrap, images: annotatedImages),
      maskPurity: labeledImages > 0 ? purityScores(maskPurity, .full, bootstrap, images: labeledImages) : nil,
      concentration: bootstrap.estimate(concentration),
      maskConcentration: summaries.compactMap(\.maskConcentration).definedMean.defined,
      peakSpread: PeakSpreadScores(
        averagePlaces: bootstrap.estimate(facePlaces), inputPixels: bootstrap.estimate(inputPlaces),
        withinFace: bootstrap.estimate(peakDistances)),
      mapImages: keptMaps.count,
      partInterpretability: regions.flatMap { bootstrap.estimate($0.interpretability) },
      dissection: regions?.dissectionScores(bootstrap, leastIoU: settings.detectorIoU, images: images),
      channelGroups: try groupScores(strengths: summaries.map(\.meanStrength)),
      perChannel: summaries, settings: settings)
  }

  private var everyImage: [Float] { [Float](repeating: 1, count: images) }

  private func purityScores(
    _ metric: PartPurity, _ vocabulary: PartVocabulary, _ bootstrap: Bootstrap, images: Int
  ) -> PurityScores {
    let shares = metric.shares(weights: everyImage)
    // What is active on fewer speaks too seldom to detect anything.
    let least = Float(0.05 * Double(images))
    let speaking = (0..<channels).filter { shares.counted[$0] >= least }
    let best = vocabulary.names.enumerated().map { part, name in
      var best = PurityScores.Best(part: name, channel: nil, purity: 0)
      for channel in speaking where shares.share(channel, part: part) > best.purity {
        best.channel = channel
        best.purity = shares.share(channel, part: part)
      }
      return best
    }
    let covered = best.filter { $0.channel != nil && $0.purity >= settings.coveragePurity }
    let strict = metric.shown.contains { $0 != 0 } ? metric.countingSilence(shares).definedMean.defined : nil
    return PurityScores(
      mean: bootstrap.estimate(metric), meanCountingSilence: strict, covered: covered.count, best: best)
  }

  private func summaries(_ bootstrap: Bootstrap) -> [ChannelSummary] {
    let shares = purity.shares(weights: everyImage)
    let maskShares = maskPurity.shares(weights: everyImage)
    let instability = bootstrap.perChannel(instability.metric(.eyeMouth))
    let concentration = bootstrap.perChannel(concentration)
    let activity = activity()
    return (0..<channels).map { channel in
      let maskPart = maskShares.modalPart(channel)
      return ChannelSummary(
        index: channel,
        part: shares.modalPart(channel).map { FacePart.allCases[$0] },
        purity: shares.purity(channel).defined,
        instability: instability[channel].defined,
        concentration: concentration[channel].defined,
        maskPart: maskPart.map { FacePart.allCases[$0] },
        maskPurity: maskShares.purity(channel).defined,
        maskConcentration: maskShares.counted[channel] > 0
          ? maskPart.map { partEnergy.share(channel, part: $0) } ?? 0 : nil,
        meanStrength: activity[channel].mean, activeShare: activity[channel].share,
        examples: strongestImages(channel))
    }
  }

  private func activity() -> [(mean: Double, share: Double)] {
    var sums = [Double](repeating: 0, count: channels)
    var counts = [Double](repeating: 0, count: channels)
    for image in 0..<images {
      for channel in 0..<channels where peaks.strength[image * channels + channel] > settings.activeAbove {
        sums[channel] += Double(peaks.strength[image * channels + channel])
        counts[channel] += 1
      }
    }
    return zip(sums, counts).map { ($1 > 0 ? $0 / $1 : 0, $1 / Double(images)) }
  }

  /// The dataset indices of the images in which a channel is strongest, among those in which it is active.
  private func strongestImages(_ channel: Int) -> [Int] {
    var strongest: [(strength: Float, image: Int)] = []
    guard settings.exampleCount > 0 else { return [] }
    for image in 0..<images {
      let strength = peaks.strength[image * channels + channel]
      guard strength > settings.activeAbove else { continue }
      if strongest.count == settings.exampleCount {
        guard strength > strongest[strongest.count - 1].strength else { continue }
        strongest.removeLast()
      }
      let place = strongest.firstIndex { $0.strength < strength } ?? strongest.count
      strongest.insert((strength, image), at: place)
    }
    return strongest.map { indices[$0.image] }
  }
}
