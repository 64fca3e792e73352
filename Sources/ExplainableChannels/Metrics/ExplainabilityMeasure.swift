/// One number of ``ExplainabilityScores`` with what tables need to know of it.
public struct ExplainabilityMeasure: Sendable {
  /// In words: "part interpretability".
  public let name: String
  /// For the head of a narrow column.
  public let shortName: String
  /// Nil for a number that only helps to read the others.
  public let higherIsBetter: Bool?
  /// Decimals that are worth writing.
  public let digits: Int
  /// Whether it may be negative, so that a ratio of two says nothing.
  public let isSigned: Bool
  /// The number, or nil when it could not be measured.
  public let value: @Sendable (ExplainabilityScores) -> Double?

  init(
    _ name: String, _ shortName: String, higherIsBetter: Bool?, digits: Int = 3, isSigned: Bool = false,
    _ value: @escaping @Sendable (ExplainabilityScores) -> Double?
  ) {
    self.name = name
    self.shortName = shortName
    self.higherIsBetter = higherIsBetter
    self.digits = digits
    self.isSigned = isSigned
    self.value = value
  }

  /// The measures of strong regions, of the places of peaks and of channel groups, in the order of tables.
  public static let ofRegionsPeaksAndGroups: [ExplainabilityMeasure] = [
    .init("part interpretability", "interpr.", higherIsBetter: true) { $0.partInterpretability?.mean },
    .init("dissection IoU", "dissection", higherIsBetter: true) { $0.dissection?.meanIoU.mean },
    .init("dissection: detectors", "detectors", higherIsBetter: true, digits: 0) {
      $0.dissection.map { Double($0.detectors) }
    },
    .init("dissection: parts detected", "detected", higherIsBetter: true, digits: 0) {
      $0.dissection.map { Double($0.parts) }
    },
    .init("peak spread", "spread", higherIsBetter: true) { $0.peakSpread.averagePlaces?.mean },
    .init("peak spread, pixels of 96", "pixels", higherIsBetter: true, digits: 1) { $0.peakSpread.inputPixels?.mean },
    .init("peaks apart in a face", "apart", higherIsBetter: nil) { $0.peakSpread.withinFace?.mean },
    .init("NMI of channel groups", "NMI", higherIsBetter: true) { $0.channelGroups?.nmi },
    .init("ARI of channel groups", "ARI", higherIsBetter: true, isSigned: true) { $0.channelGroups?.ari },
    .init("keypoint error", "keypoints", higherIsBetter: false) { $0.channelGroups?.keypointError },
  ]
}
