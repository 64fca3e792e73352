import FaceNetworks

extension ExplainabilityMeter {
  /// What each channel detects, to be kept with the model. scores: this meter's; data: the photos, in words.
  public func catalog(_ scores: ExplainabilityScores, data: String) -> ChannelCatalog {
    let means = scores.perChannel.map { Float(max($0.meanStrength, 1e-12)) }
    // Each channel counts by its strength in the photo against its own mean.
    let weights = peaks.strength.enumerated().map {
      $1 > settings.activeAbove ? $1 / means[$0 % channels] : 0
    }
    let frame = FaceFrame(xy: peaks.xy, weights: weights, channels: channels)
    let entries = scores.perChannel.map { channel in
      let place = frame.places[channel.index]
      return ChannelCatalog.Entry(
        index: channel.index, name: name(channel, place), part: channel.part?.rawValue, purity: channel.purity,
        place: place, strength: strength(channel.index), activeShare: channel.activeShare)
    }
    var catalog = ChannelCatalog(
      data: data, photos: images, annotatedPhotos: scores.annotatedImages, channels: entries)
    // Places are named by where the parts are, so after these.
    let names = PartNames(catalog)
    for index in entries.indices where entries[index].name.isEmpty {
      catalog.channels[index].name = names.label(entries[index]).name
    }
    return catalog
  }

  /// The part where most peaks are on it; a channel that is there now and then is better named by its place: empty for these.
  private func name(_ channel: ChannelSummary, _ place: ChannelCatalog.Place?) -> String {
    if let part = channel.part, let purity = channel.purity, purity >= ChannelCatalog.Entry.detectingFrom {
      return part.title
    }
    return place == nil ? "silent" : ""
  }

  private func strength(_ channel: Int) -> ChannelCatalog.Strength {
    let values = (0..<images).map { Double(peaks.strength[$0 * channels + channel]) }.sorted()
    let moments = Moments(values)
    let energy = (0..<images).reduce(0) { $0 + Double(peaks.energy[$1 * channels + channel]) }
    func point(_ share: Double) -> Double { values[Int((share * Double(values.count - 1)).rounded())] }
    return .init(
      mean: moments.mean, deviation: moments.deviation, low: point(0.05), median: point(0.5), high: point(0.95),
      average: energy / Double(images * mapWidth * mapHeight))
  }
}
