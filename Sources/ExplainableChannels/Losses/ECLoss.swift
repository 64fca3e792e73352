import FaceDatasets
import FaceNetworks
import Torch

/// Explainable Channel Loss: single channels of the target layer become detectors of single face parts.
///
/// Our reconstruction of *Activation Template Matching Loss for Explainable Face Recognition* (Lin et al.,
/// arXiv 2207.02179) from its title, abstract and relatives. Each image gets K part templates, softmax assignments of
/// its places to K learned prototypes and one background prototype; each channel's map is pulled to its template. What
/// makes a template a part needs no annotation: it is compact, unlike the others, present on every face, moves with
/// the face, and tells who it is (through an auxiliary identity head that exists in training only).
public final class ECLoss: ChannelLoss {
  public let settings: ECLossSettings
  /// 1x1 convolution from features to K + 1 assignments; the last is background.
  private let prototypes: Conv2d
  private let auxiliary: AuxiliaryHead
  private var constants: Constants?

  /// Throws `SettingsError` when the target layer's channels cannot be shared out.
  public init(
    _ settings: ECLossSettings, network: FaceNetwork, head: HeadSettings, identities: Int,
    using random: inout some RandomNumberGenerator
  ) throws {
    try settings.validate(channels: network.targetChannels)
    self.settings = settings
    prototypes = try Conv2d(network.featureChannels, settings.parts + 1, kernel: 1, bias: true, using: &random)
    auxiliary = try AuxiliaryHead(
      settings, features: network.featureChannels, embeddingSize: network.settings.embeddingSize, head: head,
      identities: identities, using: &random)
  }

  public var members: [(name: String, member: Member)] {
    [("prototypes", .module(prototypes)), ("auxiliary", .module(auxiliary))]
  }

  public var marginHeads: [any MarginHead] { [auxiliary.head] }

  /// What does not change from step to step, on the target's device.
  private struct Constants {
    let channels: Int
    let side: Int
    /// The template of each channel, [C].
    let owners: Tensor
    /// The border's places, [side, side].
    let ring: Tensor
    /// The template that takes each one's place in the mirror, [K].
    let partners: Tensor
    /// What each template is drawn to, and as numbers, [K].
    let looks: [GenericFace.Look]
    let lookNumbers: Tensor
    /// How templates lie to each other; nil when nothing is asked of that.
    let fit: FaceFit?
  }

  private func constants(for target: Tensor) throws -> Constants {
    let (channels, side, device) = (target.size(1), target.size(2), target.device)
    if let constants, constants.channels == channels, constants.side == side, constants.ring.device == device {
      return constants
    }
    let landmarks = try settings.faceLandmarks()
    let looks = looks(landmarks)
    let made = Constants(
      channels: channels, side: side, owners: try TemplateTerms.owners(channels, settings.parts, on: device),
      ring: try TemplateTerms.borderRing(side, on: device), partners: try Tensor(partners, [settings.parts]).to(device),
      looks: looks, lookNumbers: try Tensor(looks.map(\.rawValue), [settings.parts]).to(device),
      fit: try landmarks.map { try FaceFit($0, on: device) })
    constants = made
    return made
  }

  /// Soft assignment of each place to a part, or to none: [B, K + 1, H', W'] at the side of the target map.
  /// features: in full precision.
  private func assignments(_ features: Tensor, side: Int) throws -> Tensor {
    let logits = try prototypes(features)
    // A layer explained in place may shrink its map; its templates must not be larger.
    let sized = logits.size(2) == side ? logits : try logits.averagePooled(toHeight: side, width: side)
    return try sized.softmax(1)
  }

  /// The part templates of a batch, [B, K, H, W].
  public func templates(_ features: Tensor, side: Int) throws -> Tensor {
    try assignments(features.widened(), side: side).sliced(1, 0..<settings.parts)
  }

  public func terms(_ pass: ChannelPass) throws -> [LossTerm] {
    let target = try pass.target.widened()
    let side = target.size(2)
    let constants = try constants(for: target)
    let features = try pass.features.widened()
    let assigned = try assignments(features, side: side)
    let templates = try assigned.sliced(1, 0..<settings.parts)
    let pooled = try ECLoss.pooled(features, templates)
    var terms: [LossTerm] = []
    func add(_ name: String, _ weight: Double, _ value: () throws -> Tensor) throws {
      if weight > 0 { terms.append(LossTerm(name, weight: weight, value: try value())) }
    }
    let lambda = settings.weight
    try add("match", lambda * settings.match) {
      try TemplateTerms.match(target, templates, owners: constants.owners)
    }
    try add("silence", lambda * settings.silence) {
      try TemplateTerms.silence(target, templates, isRelative: settings.relativeSilence, owners: constants.owners)
    }
    let marginals =
      constants.fit != nil || settings.crowding > 0 ? try TemplateTerms.marginals(templates) : nil
    try add("concentration", lambda * settings.concentration) {
      try TemplateTerms.concentration(templates, marginals: marginals)
    }
    try add("distinctness", lambda * settings.distinctness) { try TemplateTerms.distinctness(pooled) }
    try add("presence", lambda * settings.presence) {
      try TemplateTerms.presence(templates, cells: settings.presenceCells, share: settings.presenceShare)
    }
    try add("background", lambda * settings.background) {
      try TemplateTerms.background(
        assigned.sliced(1, settings.parts..<(settings.parts + 1)), ring: constants.ring)
    }
    try add("structure", lambda * settings.structure) {
      try TemplateTerms.structure(templates, structure(pass.images, constants))
    }
    if let fit = constants.fit {
      try add("layout", lambda * settings.layout) { try TemplateTerms.layout(templates, fit, marginals: marginals) }
    }
    try add("crowding", lambda * settings.crowding) {
      try TemplateTerms.crowding(templates, distance: settings.crowdingDistance, marginals: marginals)
    }
    try add("balance", lambda * settings.balance) { try TemplateTerms.balance(templates) }
    try add("auxiliary", settings.auxiliary) { try auxiliary.loss(pooled[0..<pass.labels.size(0)], pass.labels) }
    terms += try movedTerms(pass, templates, constants)
    return terms
  }

  /// Features, in full precision, averaged under each template, [B, K, F]. The 1 in the denominator weakens templates that are nearly absent.
  private static func pooled(_ features: Tensor, _ templates: Tensor) throws -> Tensor {
    let side = templates.size(2)
    let sized = features.size(2) == side ? features : try features.averagePooled(toHeight: side, width: side)
    let weights = try templates.contiguous().flattened(from: 2)
    let columns = try sized.permuted(0, 2, 3, 1).flattened(from: 1, to: 2)
    return try weights.matmul(columns) / (weights.sum(2, keep: true) + 1)
  }

  /// A second pass over moved images, a part of the batch: their templates against the moved templates, and whether what
  /// the templates see there, and the network's own embedding, still tell who it is.
  private func movedTerms(
    _ pass: ChannelPass, _ templates: Tensor, _ constants: Constants
  ) throws -> [LossTerm] {
    let batch = pass.labels.size(0)
    let share = Int((Double(batch) * settings.equivarianceShare).rounded())
    // The normalization of an embedding needs two.
    let count = settings.equivarianceShare > 0 ? min(batch, max(2, share)) : 0
    let wanted = settings.equivariance + settings.movedAuxiliary + settings.movedIdentity
    guard wanted > 0, count > 0, pass.step % settings.equivarianceEvery == 0 else { return [] }
    let maps = self.maps(count, pass.random)
    let side = templates.size(2)
    // Mirroring first: the order of the group's two moves does not matter to a random one.
    let mirrored = settings.mirror ? count / 2 : 0
    let seenImages = try ECLoss.mirrored(pass.images[0..<count], first: mirrored) { $0 }
    let expectedTemplates = try ECLoss.mirrored(templates[0..<count], first: mirrored) {
      try $0.indexed(1, constants.partners)
    }
    let images = try Tensor.warped(seenImages, through: maps, size: pass.images.size(2))
    let given = try pass.featuresOf(images)
    let features = try given.widened()
    let seen = try assignments(features, side: side).sliced(1, 0..<settings.parts)
    let expected = try Tensor.warped(expectedTemplates, through: maps, size: side)
    let every = Double(settings.equivarianceEvery)
    var terms: [LossTerm] = []
    if settings.weight * settings.equivariance > 0 {
      let value = try TemplateTerms.difference(seen, expected)
      terms.append(
        LossTerm("equivariance", weight: settings.weight * settings.equivariance * every, value: value))
    }
    if settings.movedAuxiliary > 0 {
      let value = try auxiliary.loss(ECLoss.pooled(features, seen), pass.labels[0..<count])
      terms.append(LossTerm("movedAuxiliary", weight: settings.movedAuxiliary * every, value: value))
    }
    if settings.movedIdentity > 0 {
      let value = try pass.identityLoss(given, pass.labels[0..<count])
      terms.append(LossTerm("movedIdentity", weight: settings.movedIdentity * every, value: value))
    }
    return terms
  }

  /// What each template is drawn to, [B, 1, side, side] where that is the same for all, else [B, K, side, side].
  private func structure(_ images: Tensor, _ constants: Constants) throws -> Tensor {
    try withoutGradient {
      let side = constants.side
      let images = try images.widened()
      let dark = try TemplateTerms.darkStructure(images, side: side)
      guard constants.looks.contains(where: { $0 != .dark }) else { return dark }
      var maps = [dark, try TemplateTerms.brightStructure(images, side: side)]
      if constants.looks.contains(.either) { maps.append(try dark * 0 + 1) }
      return try Tensor.concatenated(maps, 1).indexed(1, constants.lookNumbers)
    }
  }

  /// What each template is drawn to.
  private func looks(_ landmarks: [GenericFace.Landmark]?) -> [GenericFace.Look] {
    if let landmarks { return landmarks.map(\.look) }
    func dark(_ all: Int) -> Int { all - Int((Double(all) * settings.bright).rounded()) }
    let alone = settings.alone
    let (darkAlone, darkPairs) = (dark(alone), dark(settings.pairs))
    return (0..<settings.parts).map { part in
      (part < alone ? part < darkAlone : (part - alone) / 2 < darkPairs) ? .dark : .bright
    }
  }

  /// The template that takes each one's place in the mirror.
  private var partners: [Int] {
    let alone = settings.alone
    return (0..<settings.parts).map { $0 < alone ? $0 : alone + (($0 - alone) ^ 1) }
  }

  /// The first `first` pictures mirrored, their channels as `order` has them.
  private static func mirrored(_ pictures: Tensor, first: Int, _ order: (Tensor) throws -> Tensor) throws -> Tensor {
    guard first > 0 else { return pictures }
    let rest = pictures.size(0)
    return try .concatenated([order(pictures[0..<first]).flipped(3), pictures[first..<rest]], 0)
  }

  /// A random similarity an image.
  private func maps(_ count: Int, _ stream: SeededRandom) -> [AffineMap] {
    var random = stream
    return (0..<count).map { _ in
      AffineMap.identity.thenSimilarity(
        scale: 1 + random.uniform(-1...1) * settings.moveScale, degrees: random.uniform(-1...1) * settings.moveDegrees,
        shiftX: random.uniform(-1...1) * settings.moveShift, shiftY: random.uniform(-1...1) * settings.moveShift)
    }
  }
}

/// Recognizes identities from the template-pooled features, so that templates settle where identity shows.
private final class AuxiliaryHead: Module {
  private let modulation: Tensor
  private let reduce: Linear
  private let dropout: Dropout
  private let embed: Linear
  private let norm: BatchNorm
  let head: any MarginHead

  init(
    _ settings: ECLossSettings, features: Int, embeddingSize: Int, head: HeadSettings, identities: Int,
    using random: inout some RandomNumberGenerator
  ) throws {
    modulation = try Tensor.ones([1, settings.parts, features]).requireGradient()
    reduce = try Linear(features, settings.auxiliaryChannels, bias: false, using: &random)
    dropout = Dropout(settings.auxiliaryDropout)
    embed = try Linear(settings.parts * settings.auxiliaryChannels, embeddingSize, bias: false, using: &random)
    norm = try BatchNorm(embeddingSize)
    self.head = try head.makeHead(embeddingSize: embeddingSize, identities: identities, using: &random)
  }

  var members: [(name: String, member: Member)] {
    [
      ("modulation", .parameter(modulation)), ("reduce", .module(reduce)), ("dropout", .module(dropout)),
      ("embed", .module(embed)), ("norm", .module(norm)), ("head", .module(head)),
    ]
  }

  /// pooled: [B, K, F], labels: [B].
  func loss(_ pooled: Tensor, _ labels: Tensor) throws -> Tensor {
    let parts = try reduce(pooled * modulation).flattened(from: 1)
    return try head.loss(norm(embed(dropout(parts))), labels)
  }
}
