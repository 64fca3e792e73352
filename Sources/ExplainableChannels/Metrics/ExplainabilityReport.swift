import FaceDatasets

/// Explainability of a layer: as the faces were cropped, and with every face moved by a random similarity, since a
/// channel that is tied to a place in the crop looks like a part only while faces stay put.
public struct ExplainabilityReport: Codable, Sendable, Equatable {
  public var asCropped: ExplainabilityScores
  /// Nil when the layer was measured as cropped only.
  public var moved: ExplainabilityScores?

  public init(asCropped: ExplainabilityScores, moved: ExplainabilityScores? = nil) {
    self.asCropped = asCropped
    self.moved = moved
  }

  /// The scores that there are, by what tables call their view.
  public var views: [(name: String, scores: ExplainabilityScores)] {
    [("as cropped", asCropped)] + (moved.map { [("moved", $0)] } ?? [])
  }
}

/// All the numbers of one pass over the images. Each is defined in docs/metrics.md; nil where nothing was there to
/// measure.
public struct ExplainabilityScores: Codable, Sendable, Equatable {
  /// Images measured, those with usable part centers, and those with true masks.
  public var images: Int
  public var annotatedImages: Int
  public var labeledImages: Int
  public var channels: Int
  /// Channels that were active in no image. They are in no average.
  public var deadChannels: [Int]
  /// Location instability in eye-mouth distances; lower is better.
  public var instability: Estimate?
  /// Location instability over the diagonal of the crop, as Zhang et al. (2018) have it; lower is better.
  public var diagonalInstability: Estimate?
  /// Part purity over all nine parts.
  public var purity: PurityScores
  /// Part purity over eye, brow, nose, mouth and chin.
  public var fivePartPurity: PurityScores
  /// Part purity by the true masks; nil without masks.
  public var maskPurity: PurityScores?
  /// Share of the energy near the peak; higher is better.
  public var concentration: Estimate?
  /// Share of the energy inside the true mask of the channel's part; nil without masks.
  public var maskConcentration: Double?
  /// How far the peaks of different channels are from one another.
  public var peakSpread: PeakSpreadScores
  /// Images whose maps were kept for the metrics below.
  public var mapImages: Int
  /// Part interpretability by the true masks (Zhang et al. 2018); higher is better. Nil without masks.
  public var partInterpretability: Estimate?
  /// Network dissection by the true masks (Bau et al. 2017); nil without masks.
  public var dissection: DissectionScores?
  /// How groups of channels agree with the landmarks; nil without annotation.
  public var channelGroups: GroupScores?
  public var perChannel: [ChannelSummary]
  /// The share of the images in which a living channel is active, on average; nil when none lives.
  public var activeShare: Double? {
    let living = perChannel.map(\.activeShare).filter { $0 > 0 }
    return living.isEmpty ? nil : living.reduce(0, +) / Double(living.count)
  }
  /// The constants that the numbers were measured with.
  public var settings: ExplainabilitySettings
}

/// Part purity of a layer.
public struct PurityScores: Codable, Sendable, Equatable {
  /// The best channel for one part.
  public struct Best: Codable, Sendable, Equatable {
    /// The part's name.
    public var part: String
    /// The channel with the most of its peaks on the part, of those active in one image of twenty or more; nil when none of
    /// these ever peaks there.
    public var channel: Int?
    /// The share of that channel's peaks that are on the part.
    public var purity: Double
  }

  /// Mean over channels; nil when no channel could be counted.
  public var mean: Estimate?
  /// The mean where a channel that is silent on an image that shows its part misses it, so that nothing is gained by silence. Nil by masks,
  /// and in files from before it was measured.
  public var meanCountingSilence: Double?
  /// How many parts have at least one channel of the purity asked for that is active in one image of twenty or more.
  public var covered: Int
  /// One entry for every part, covered or not.
  public var best: [Best]
}

/// What one channel does.
public struct ChannelSummary: Codable, Sendable, Equatable {
  public var index: Int
  /// Its most frequent part; nil when it never peaks on one.
  public var part: FacePart?
  /// Share of its peaks on that part; nil when it was never active in an annotated image.
  public var purity: Double?
  /// Location instability in eye-mouth distances.
  public var instability: Double?
  /// Share of its energy near the peak.
  public var concentration: Double?
  /// Its most frequent part by true masks, the share of its peaks there, and of its energy inside that mask.
  public var maskPart: FacePart?
  public var maskPurity: Double?
  public var maskConcentration: Double?
  /// The part whose mask its strongest regions hit most often, and in which share of the images that show it.
  public var interpretedPart: FacePart?
  public var partInterpretability: Double?
  /// The part whose masks its strongest regions overlap with most, and their IoU over all images.
  public var dissectedPart: FacePart?
  public var dissectionIoU: Double?
  /// Mean of the strongest activation over the images in which the channel is active; 0 for a dead channel.
  public var meanStrength: Double
  /// Share of the images in which the channel is active.
  public var activeShare: Double
  /// Dataset indices of the images in which it is strongest, strongest first; ties in the order measured.
  public var examples: [Int]
}
