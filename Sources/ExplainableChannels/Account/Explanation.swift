import FaceImages
import FaceNetworks

/// A match as it is written to `explanation.json`: the decision, and lines that add up to the score.
public struct Explanation: Codable, Sendable, Equatable {
  /// A line of the account.
  public struct Line: Codable, Sendable, Equatable {
    public enum Kind: String, Codable, Sendable {
      case part
      /// What each photo's embedding has in common with the average face's. Nothing in it compares the two photos.
      case constant
      /// What the lines leave over, where the network is not affine behind its target layer.
      case remainder
    }

    public var part: String
    public var kind: Kind
    public var contribution: Double
    /// Of the contribution, what the part adds with the same part of the other photo; null for lines that are no part, and where
    /// the network is not affine behind its target layer.
    public var samePart: Double?
    /// The contribution over the sum of all lines' magnitudes, with its sign.
    public var share: Double
    /// How visible the part is in each photo, 0 to 1; null for lines that are no part or of silent channels alone, and
    /// without a channel catalog.
    public var visibleA: Double?
    public var visibleB: Double?
    public var hiddenA: Bool
    public var hiddenB: Bool
    /// Whether the score leaves it out because a photo does not show it.
    public var ignored: Bool
    public var channels: [Int]

    // Nulls are written too: a reader finds every key in every line.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(part, forKey: .part)
      try container.encode(kind, forKey: .kind)
      try container.encode(contribution, forKey: .contribution)
      try container.encode(samePart, forKey: .samePart)
      try container.encode(share, forKey: .share)
      try container.encode(visibleA, forKey: .visibleA)
      try container.encode(visibleB, forKey: .visibleB)
      try container.encode(hiddenA, forKey: .hiddenA)
      try container.encode(hiddenB, forKey: .hiddenB)
      try container.encode(ignored, forKey: .ignored)
      try container.encode(channels, forKey: .channels)
    }
  }

  /// The source of a threshold that was given with the photos.
  public static let givenThreshold = "--threshold"

  /// The photos' paths.
  public var photoA: String
  public var photoB: String
  /// Where the photos were cut to their faces; nil for photos taken as they are.
  public var boxA: FaceBox?
  public var boxB: FaceBox?
  /// How many faces the photos show, of which the largest was taken; nil for photos taken as they are.
  public var facesA: Int?
  public var facesB: Int?
  /// The model's name.
  public var model: String
  public var score: Double
  public var threshold: Double?
  public var thresholdSource: String?
  /// Whether the threshold was measured on photos averaged with their mirror images; nil where it was given, or nobody measured it.
  public var thresholdFlip: Bool?
  /// Whether the threshold was measured on scores of another kind: with mirror images averaged in where this one is without, or the
  /// other way round.
  public var isThresholdOfOtherScores: Bool { threshold != nil && thresholdFlip != nil && thresholdFlip != flip }
  /// Whether the score reaches the threshold; nil without one, and where a photo shows no part of a face: such pictures are all
  /// alike to the network.
  public var same: Bool?
  /// That both photos show one person, for pairs of which half do; nil without a calibration, and where it does not hold: parts
  /// were left out, a photo shows no part of a face, or one side was averaged with mirror images and the other not.
  public var probability: Double?
  /// What deciding at this threshold did on pairs whose truth is known; nil where nobody measured it, and where it does not hold,
  /// as with `probability`.
  public var decisions: MeasuredDecisions?
  /// Whether any part of a face is visible in each photo; nil without a channel catalog.
  public var showsFaceA: Bool?
  public var showsFaceB: Bool?
  /// Photos and their mirror images averaged.
  public var flip: Bool
  /// Parts hidden in a photo were left out of the score.
  public var ignoreHidden: Bool
  /// Whether the account is exact, or integrated along a path with a remainder.
  public var exact: Bool
  /// Whether lines are named by what channels detect.
  public var named: Bool
  /// Parts from the top of the face down, then the constant and, where there is one, the remainder. They add up to the score.
  public var parts: [Line]
  /// What would flip the decision, when asked for.
  public var counterfactual: Counterfactual?
  /// The files that were compared, and what compared them; nil where nobody asked for it.
  public var provenance: Provenance?

  public init(
    _ match: Match, model: FaceModel, photoA: String, photoB: String, flip: Bool, ignoreHidden: Bool = false,
    counterfactual: Counterfactual? = nil
  ) {
    self.photoA = photoA
    self.photoB = photoB
    self.model = model.info.name
    self.flip = flip
    self.ignoreHidden = ignoreHidden
    self.counterfactual = counterfactual
    score = match.score
    threshold = match.threshold
    thresholdSource = model.info.thresholdSource
    thresholdFlip = thresholdSource == Explanation.givenThreshold ? nil : model.info.calibration?.flip
    same = match.isSame
    (showsFaceA, showsFaceB) = (match.showsFaceA, match.showsFaceB)
    if match.isLikeCalibrated, let calibration = model.info.calibration, calibration.flip == flip {
      probability = calibration.probability(match.score)
      decisions = threshold.flatMap(calibration.decisions(at:))
    }
    exact = match.account.isExact
    named = match.grouping.areNamed
    parts = Explanation.lines(match)
  }

  private static func lines(_ match: Match) -> [Line] {
    let rests = [(Line.Kind.constant, match.constant)] + (match.account.isExact ? [] : [(.remainder, match.remainder)])
    let contributions = match.parts.map(\.contribution) + rests.map(\.1)
    let total = max(contributions.reduce(0) { $0 + abs($1) }, 1e-12)
    let parts = match.parts.map { part in
      Line(
        part: part.name, kind: .part, contribution: part.contribution, samePart: part.samePart,
        share: part.contribution / total,
        visibleA: part.visibleA, visibleB: part.visibleB, hiddenA: part.isHiddenA, hiddenB: part.isHiddenB,
        ignored: part.isIgnored, channels: part.channels)
    }
    return parts
      + rests.map { kind, value in
        Line(
          part: kind.rawValue, kind: kind, contribution: value, samePart: nil, share: value / total, visibleA: nil,
          visibleB: nil, hiddenA: false, hiddenB: false, ignored: false, channels: [])
      }
  }
}
