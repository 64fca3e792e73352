import FaceDatasets

/// The constants of the explainability metrics. The defaults are those of docs/metrics.md.
public struct ExplainabilitySettings: Codable, Sendable, Equatable {
  /// A peak belongs to the nearest part center if it is no further than this, in eye-mouth distances.
  public var purityRadius = 0.35
  /// A part is covered when a channel has at least this purity at it.
  public var coveragePurity = 0.7
  /// Energy within this many eye-mouth distances of the peak counts as concentrated.
  public var concentrationRadius = 0.5
  /// The landmarks of location instability.
  public var landmarks: [FacePart] = [.nose, .mouth, .chin]
  /// How far from a peak a part's true mask may be, in eye-mouth distances, when the peak itself is on none.
  public var maskTolerance = 0.0
  /// A channel is active in an image when its strongest activation is above this.
  public var activeAbove: Float = 0
  /// The share of a channel's activations, over all cells of all images, that part interpretability and network dissection
  /// call strong.
  public var topShare = 0.005
  /// Part interpretability: the IoU with a part's mask above which an image is a hit.
  public var partIoU = 0.2
  /// Network dissection: the IoU with a part's masks above which a channel is a detector.
  public var detectorIoU = 0.04
  /// Strong regions and masks are compared on a grid of this many places a side over what the network sees.
  public var gridSide = 64
  /// How many groups the channels are gathered into for comparing them with landmarks.
  public var groupCount = 12
  /// Bytes for activation maps that are kept for the metrics of strong regions and channel groups: those of all images where
  /// they fit, else of a seeded sample. 0: none, and no such metrics.
  public var mapMemory = 1 << 30
  /// Example images to name for each channel.
  public var exampleCount = 9
  /// Resampled sets for the intervals; 0 for none.
  public var bootstrapReplicates = 200
  /// Seed of the resampling.
  public var seed: UInt64 = 0

  public init() {}

  /// Throws `MetricError.setting` for the first setting outside of its range.
  func validate() throws {
    try check("purityRadius", purityRadius, purityRadius >= 0 && purityRadius.isFinite, "0 or more")
    try check("coveragePurity", coveragePurity, (0...1).contains(coveragePurity), "from 0 to 1")
    try check(
      "concentrationRadius", concentrationRadius, concentrationRadius >= 0 && concentrationRadius.isFinite, "0 or more")
    try check("maskTolerance", maskTolerance, maskTolerance >= 0 && maskTolerance.isFinite, "0 or more")
    try check("activeAbove", activeAbove, activeAbove >= 0 && activeAbove.isFinite, "0 or more")
    try check("topShare", topShare, topShare > 0 && topShare < 1, "above 0 and below 1")
    try check("partIoU", partIoU, (0...1).contains(partIoU), "from 0 to 1")
    try check("detectorIoU", detectorIoU, (0...1).contains(detectorIoU), "from 0 to 1")
    try check("gridSide", gridSide, (1...1024).contains(gridSide), "from 1 to 1024")
    try check("groupCount", groupCount, groupCount >= 2, "2 or more")
    try check("mapMemory", mapMemory, mapMemory >= 0, "0 or more")
    try check("exampleCount", exampleCount, exampleCount >= 0, "0 or more")
    try check("bootstrapReplicates", bootstrapReplicates, bootstrapReplicates >= 0, "0 or more")
  }

  private func check(_ name: String, _ value: some CustomStringConvertible, _ fine: Bool, _ range: String) throws {
    if !fine { throw MetricError.setting(name: name, value: value.description, expected: range) }
  }
}
