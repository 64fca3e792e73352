import ExplainableChannels
import FaceDatasets

extension NetworkScan {
  /// Where each channel of the target layer peaks in every photo of a store: x, y in pixels of the photo, [N, C, 2], and
  /// how strongly, [N, C]. Photos that cannot be read have NaN.
  public func peaks(
    _ store: PhotoStore, progress: (Int) -> Void = { _ in }
  ) throws -> (xy: [Float], strength: [Float], damaged: [DamagedPhoto]) {
    let (count, channels) = (store.dataset.count, model.network.targetChannels)
    // Peaks need no annotations; the meter finds them the same way as for the metrics.
    var settings = ExplainabilitySettings()
    settings.bootstrapReplicates = 0
    settings.mapMemory = 0
    let (meter, damaged) = try measureChannels(
      store, Array(0..<count), annotations: false, settings: settings, progress: progress)
    var xy = [Float](repeating: .nan, count: count * channels * 2)
    var strength = [Float](repeating: .nan, count: count * channels)
    for (row, index) in meter.indices.enumerated() {
      for channel in 0..<channels {
        let point = meter.peaks.point(image: row, channel: channel)
        xy[(index * channels + channel) * 2] = point.x
        xy[(index * channels + channel) * 2 + 1] = point.y
        strength[index * channels + channel] = meter.peaks.strength[row * channels + channel]
      }
    }
    return (xy, strength, damaged)
  }
}
