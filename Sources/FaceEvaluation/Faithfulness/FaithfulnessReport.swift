import ExplainableChannels
import FaceDatasets

/// How faithful explanations of one network are: what `facet faithfulness` writes and prints.
public struct FaithfulnessReport: Codable, Sendable {
  public var model: String
  public var channelLoss: String
  /// The photos, in words.
  public var data: String
  public var settings: FaithfulnessSettings
  /// The verification protocols of deletion and insertion.
  public var protocols: [RemovalProtocol]
  /// Triplets of the inpainting game, and those that the network noticed; nil without procedural faces.
  public var triplets: Share?
  public var explainers: [ExplainerResult]
  /// Photos left out because they could not be read, each once.
  public var damaged: [DamagedPhoto]
}

/// A set of pairs whose photos lose and gain pixels.
public struct RemovalProtocol: Codable, Sendable, Equatable {
  /// "CFP-FP", ...
  public var name: String
  /// Pairs measured: as many of one person as of two.
  public var pairs: Int
  /// The equal-error threshold of all pairs of the protocol with whole photos, at which every verdict is taken.
  public var threshold: Double
  /// Share of right verdicts on the pairs measured, with whole photos.
  public var accuracy: Double
}

/// What one explainer reached.
public struct ExplainerResult: Codable, Sendable {
  public var kind: ExplainerKind
  public var name: String
  /// One a protocol, in their order.
  public var removal: [RemovalResult]
  /// One a reading; empty without procedural faces.
  public var game: [GameResult]
  public var sanity: [SanityResult]
  /// Seconds to explain one pair from two photos, one pair at a time; nil when nothing was timed.
  public var seconds: MeanEstimate?
}

/// What is left of an explanation when the network knows nothing (Adebayo et al., NeurIPS 2018).
public struct SanityResult: Codable, Sendable, Equatable {
  public var redrawn: RedrawnWeights
  /// Spearman's correlation of a map of the trained network with that of a redrawn one, the mean over draws of the mean over
  /// pairs and both photos' maps.
  public var rankCorrelation: MeanEstimate
  /// The inpainting game with the redrawn network; empty without procedural faces.
  public var game: [GameResult]
}

/// What `facet faithfulness` is asked for.
public struct FaithfulnessSettings: Codable, Sendable {
  public var explainers = ExplainerKind.allCases
  /// Pairs of each protocol at most, half of them of one person.
  public var pairs = 200
  public var triplets = 400
  public var fill = PixelRemoval.Fill.gray
  public var steps = 20
  /// A network notices an exchange that lowers the cosine by at least this.
  public var noticeable = 0.02
  /// Pairs of the sanity check's maps, and triplets of its game.
  public var sanityPairs = 20
  /// How often weights are drawn anew, each time for pairs of their own.
  public var sanityDraws = 5
  public var sanityTriplets = 80
  public var timedPairs = 10
  public var seed: UInt64 = 1

  public init() {}

  /// Throws `SaliencyError` when a value measures nothing.
  public func validate() throws {
    func require(_ condition: Bool, _ name: String, _ value: Int, _ expected: String) throws {
      if !condition { throw SaliencyError.setting(name: name, value: "\(value)", expected: expected) }
    }
    try require((2...1_000_000).contains(pairs), "the number of pairs", pairs, "between 2 and 1000000")
    // Their photos are kept: half a megabyte each at 112 x 112 pixels.
    try require((0...20_000).contains(triplets), "the number of triplets", triplets, "between 0 and 20000")
    try require(sanityPairs >= 0, "the number of the sanity check's pairs", sanityPairs, "at least 0")
    try require(sanityDraws >= 1, "the number of the sanity check's draws", sanityDraws, "at least 1")
    try require(sanityTriplets >= 0, "the number of the sanity check's triplets", sanityTriplets, "at least 0")
    try require(timedPairs >= 0, "the number of timed pairs", timedPairs, "at least 0")
    try require(!explainers.isEmpty, "the number of explainers", 0, "at least 1")
    try removal.validate()
  }

  var removal: PixelRemoval {
    var removal = PixelRemoval()
    (removal.fill, removal.steps) = (fill, steps)
    return removal
  }
}
