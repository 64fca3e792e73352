import FaceDatasets

/// Settings of ``ECLoss``; the defaults are what docs/results.md measures.
public struct ECLossSettings: Codable, Sendable, Hashable {
  /// Part templates, K. The channels are shared out as evenly as can be among them.
  public var parts = 16
  /// Whether the moved pass mirrors half of its photos: faces are symmetric, and so are the parts.
  public var mirror = true
  /// Templates that are their own mirror images, the first; the others come in pairs that trade places in the mirror (one
  /// more stays alone when their number is odd).
  public var midline = 4
  /// Lambda: weight of the matching and template terms together, against the identity loss.
  public var weight = 2.0
  /// Weight of 1 - cosine of a channel's map and its template.
  public var match = 2.0
  /// Weight of what channels say on photos that do not show their part.
  public var silence = 0.5
  /// Whether a photo hides a part by how much weaker its template is than usual in the batch, and not by how weak it is.
  public var relativeSilence = false
  /// Weight of a template's spatial variance.
  public var concentration = 35.0
  /// Weight of the likeness of different parts' features.
  public var distinctness = 1.0
  /// Weight of a part's absence.
  public var presence = 1.0
  /// Side, in cells, of the square that a part that is present fills; odd.
  public var presenceCells = 1
  /// Share of a batch's photos, those that show it best, on which a part is to be present.
  public var presenceShare = 1.0
  /// Weight of templates that reach the picture's corners.
  public var background = 0.2
  /// Weight of templates that are not on dark structure (eyes, brows, nostrils, mouth).
  public var structure = 3.0
  /// Share of the templates drawn to bright structure instead (chin, forehead, cheekbones, ridge of the nose): of those on the
  /// midline and of the pairs alike, the last.
  public var bright = 0.0
  /// Weight of the templates' not lying to each other as the parts of a head do; above 0 it says, too, which are drawn to dark
  /// structure and which to bright.
  public var layout = 0.0
  /// With `layout`: the landmarks of a face that templates are to be, by name, those on the midline in the order of the templates and the pairs in
  /// theirs; `parts` and `midline` are as many. Empty: the most telling.
  public var landmarks: [String] = []
  /// Weight of templates that lie too near to each other.
  public var crowding = 0.0
  /// How far apart templates are to lie, in sides of the map.
  public var crowdingDistance = 0.15
  /// Weight of the imbalance of the templates' masses.
  public var balance = 1.0
  /// Weight of the templates' failure to move with the face.
  public var equivariance = 3.0
  /// Share of the batch that takes the second, moved pass.
  public var equivarianceShare = 0.5
  /// The second pass is taken every so many batches, its weight multiplied to match.
  public var equivarianceEvery = 1
  /// The moved pass: largest change of scale, turn in degrees, shift in shares of the side.
  public var moveScale = 0.15
  public var moveDegrees = 15.0
  public var moveShift = 0.1
  /// Weight of the auxiliary identity loss on the template-pooled features.
  public var auxiliary = 1.0
  /// Weight of the auxiliary identity loss on the moved images of the second pass.
  public var movedAuxiliary = 0.5
  /// Weight of the identity loss of the network's own embedding on the moved images of the second pass.
  public var movedIdentity = 0.0
  /// Numbers a part in the auxiliary embedding's input.
  public var auxiliaryChannels = 16
  /// Dropout before the auxiliary embedding.
  public var auxiliaryDropout = 0.2

  public init() {}

  /// Pairs of templates that trade places in the mirror; the templates before them are their own mirror images.
  var pairs: Int { max(0, parts - midline) / 2 }
  var alone: Int { parts - 2 * pairs }

  /// What each template is to be, where templates are asked to lie as a face's parts do; nil without `layout`. Throws `SettingsError` where
  /// `landmarks` are not as many as templates.
  func faceLandmarks() throws -> [GenericFace.Landmark]? {
    guard layout > 0 else {
      guard landmarks.isEmpty else {
        throw SettingsError(message: "channelLoss.ecloss.landmarks need channelLoss.ecloss.layout above 0")
      }
      return nil
    }
    guard !landmarks.isEmpty else {
      guard let found = GenericFace.landmarks(alone: alone, pairs: pairs) else {
        throw SettingsError(
          message:
            "channelLoss.ecloss.layout knows \(GenericFace.middle.count) places on the midline and \(GenericFace.pairs.count) pairs; "
            + "channelLoss.ecloss.parts \(parts) with midline \(midline) asks for \(alone) and \(pairs)")
      }
      return found
    }
    let named = try GenericFace.landmarks(named: landmarks)
    guard named.alone.count == alone, named.pairs.count == 2 * pairs else {
      throw SettingsError(
        message:
          "channelLoss.ecloss.landmarks are \(named.alone.count) on the midline and \(named.pairs.count / 2) pairs: set "
          + "channelLoss.ecloss.parts to \(named.alone.count + named.pairs.count) and midline to \(named.alone.count)")
    }
    return named.alone + named.pairs
  }

  /// Throws `SettingsError` when a value makes no loss.
  public func validate(channels: Int) throws {
    func require(_ condition: Bool, _ message: String) throws {
      if !condition { throw SettingsError(message: message) }
    }
    try require(parts >= 2, "channelLoss.ecloss.parts \(parts) is not at least 2")
    try require(midline >= 0, "channelLoss.ecloss.midline \(midline) is negative")
    try require(
      presenceCells >= 1 && presenceCells % 2 == 1 && presenceCells < 100,
      "channelLoss.ecloss.presenceCells \(presenceCells) is not an odd number below 100")
    try require(
      presenceShare > 0 && presenceShare <= 1,
      "channelLoss.ecloss.presenceShare \(presenceShare) is not above 0 and up to 1")
    try require(
      channels >= parts,
      "\(channels) target channels are too few for channelLoss.ecloss.parts \(parts): every part needs one")
    try require((0...1).contains(equivarianceShare), "channelLoss.ecloss.equivarianceShare is not between 0 and 1")
    try require(equivarianceEvery >= 1, "channelLoss.ecloss.equivarianceEvery is not at least 1")
    try require(
      (1...8192).contains(auxiliaryChannels), "channelLoss.ecloss.auxiliaryChannels is not between 1 and 8192")
    try require((0...1).contains(bright), "channelLoss.ecloss.bright is not between 0 and 1")
    try require((0..<1).contains(auxiliaryDropout), "channelLoss.ecloss.auxiliaryDropout is not at least 0 and below 1")
    for (name, value) in [
      ("weight", weight), ("match", match), ("silence", silence), ("concentration", concentration),
      ("distinctness", distinctness),
      ("presence", presence), ("background", background), ("structure", structure), ("layout", layout),
      ("crowding", crowding),
      ("balance", balance),
      ("equivariance", equivariance),
      ("auxiliary", auxiliary), ("movedAuxiliary", movedAuxiliary), ("movedIdentity", movedIdentity),
      ("moveScale", moveScale), ("moveDegrees", moveDegrees), ("moveShift", moveShift),
    ] {
      try require(value >= 0 && value.isFinite, "channelLoss.ecloss.\(name) \(value) is not a number of at least 0")
    }
    try require(
      crowdingDistance > 0 && crowdingDistance <= 1,
      "channelLoss.ecloss.crowdingDistance \(crowdingDistance) is not above 0 and up to 1")
    try require(moveScale < 1, "channelLoss.ecloss.moveScale \(moveScale) is not below 1")
    _ = try faceLandmarks()
  }
}
