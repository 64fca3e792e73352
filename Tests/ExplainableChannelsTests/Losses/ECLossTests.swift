import FaceDatasets
import FaceNetworks
import Foundation
import Testing
import Torch

@testable import ExplainableChannels

@Suite struct ECLossTests {
  private let batch = 4
  private let identities = 3

  private func makeNetwork(_ change: (inout NetworkSettings) -> Void = { _ in }) throws -> FaceNetwork {
    var settings = NetworkSettings()
    settings.backbone = .iresnet10
    settings.width = 0.0625
    settings.embeddingSize = 8
    settings.embedding = .pooled
    settings.targetStage = 1
    settings.targetChannels = 8
    change(&settings)
    var random = SeededRandom(seed: 1)
    return try FaceNetwork(settings, inputSize: 32, using: &random)
  }

  private func makeLoss(_ change: (inout ECLossSettings) -> Void = { _ in }) throws -> ECLoss {
    var settings = ECLossSettings()
    // Weights of the tests' own, whatever the defaults become.
    settings.parts = 4
    settings.mirror = false
    settings.presenceCells = 3
    settings.weight = 1
    settings.match = 2
    settings.structure = 1
    settings.silence = 0
    settings.concentration = 10
    settings.equivariance = 3
    settings.movedAuxiliary = 0.5
    settings.auxiliaryChannels = 4
    settings.auxiliaryDropout = 0
    change(&settings)
    var random = SeededRandom(seed: 2)
    let head = HeadSettings()
    return try ECLoss(settings, network: makeNetwork(), head: head, identities: identities, using: &random)
  }

  private func normal(_ shape: Int..., seed: UInt64) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    return try .normal(shape, using: &random)
  }

  /// Eight feature channels from images [B, 3, S, S], at half their side: a convolution instead of a network.
  private func stubFeatures(_ images: Tensor) throws -> Tensor {
    try images.convolved(normal(8, 3, 1, 1, seed: 3)).averagePooled(kernel: 2, stride: 2)
  }

  private func makePass(
    features: Tensor? = nil, target: Tensor? = nil, step: Int = 0,
    featuresOf: ((Tensor) throws -> Tensor)? = nil,
    identityLoss: @escaping (Tensor, Tensor) throws -> Tensor = { features, _ in try features.square().mean() }
  ) throws -> ChannelPass {
    // Smooth pictures, so that moving them by parts of a place changes little.
    let images = try normal(batch, 3, 4, 4, seed: 4).resized(height: 32, width: 32)
    return ChannelPass(
      images: images, labels: try Tensor([0, 1, 2, 0], [batch]), features: try features ?? stubFeatures(images),
      target: try target ?? normal(batch, 8, 16, 16, seed: 5).relu(), step: step,
      featuresOf: featuresOf ?? { try self.stubFeatures($0) }, identityLoss: identityLoss,
      random: SeededRandom(seed: 6))
  }

  private func total(_ terms: [LossTerm]) throws -> Tensor {
    try LossTerm.total(terms)
  }

  private func term(_ name: String, _ terms: [LossTerm]) throws -> LossTerm {
    try #require(terms.first { $0.name == name })
  }

  // MARK: Terms

  @Test func hasItsTermsAtTheirWeights() throws {
    let loss = try makeLoss { $0.weight = 0.5 }
    let terms = try loss.terms(makePass())
    let wanted = [
      "match": 1, "concentration": 5, "distinctness": 0.5, "presence": 0.5, "background": 0.1, "structure": 0.5,
      "balance": 0.5,
      "auxiliary": 1, "equivariance": 1.5, "movedAuxiliary": 0.5,
    ]
    #expect(Dictionary(uniqueKeysWithValues: terms.map { ($0.name, $0.weight) }) == wanted)
    for term in terms {
      #expect(term.value.shape == [] && term.value.dtype == .float32, "\(term.name)")
      #expect(try term.value.item() >= -1e-6 && term.value.item().isFinite, "\(term.name)")
    }
  }

  @Test func leavesOutTermsOfNoWeight() throws {
    let loss = try makeLoss {
      $0.match = 0
      $0.equivariance = 0
      $0.auxiliary = 0
      $0.movedAuxiliary = 0
    }
    let names = try loss.terms(makePass { _ in throw NetworkError(message: "no second pass is needed") }).map(\.name)
    #expect(names == ["concentration", "distinctness", "presence", "background", "structure", "balance"])
  }

  /// The moved images' features and their people, as many as the second pass takes, go to the identity loss.
  @Test func theEmbeddingLearnsMovedImages() throws {
    final class Seen {
      var moved: [Float] = []
      var features: [Float] = []
      var labels: [Double] = []
    }
    let seen = Seen()
    let loss = try makeLoss {
      ($0.equivariance, $0.movedAuxiliary, $0.movedIdentity) = (0, 0, 0.25)
      ($0.equivarianceShare, $0.equivarianceEvery) = (0.75, 2)
    }
    let pass = try makePass(step: 4) {
      let features = try self.stubFeatures($0)
      seen.moved = try features.floats()
      return features
    } identityLoss: {
      seen.features = try $0.floats()
      seen.labels = try $1.doubles()
      return try $0.sum() * 0 + 3
    }
    let terms = try loss.terms(pass)
    let identity = try term("movedIdentity", terms)
    #expect(try identity.weight == 0.5 && identity.value.item() == 3)
    #expect(seen.features == seen.moved && !seen.moved.isEmpty && seen.labels == [0, 1, 2])
    #expect(!terms.contains { ["equivariance", "movedAuxiliary"].contains($0.name) })
  }

  /// Two of four images have labels: the others are in every term but those of identity.
  @Test func imagesWithoutLabelsTeachTemplatesAlone() throws {
    let loss = try makeLoss { $0.equivarianceShare = 1 }
    let features = try makePass().features.detached().requireGradient()
    let whole = try makePass(features: features)
    let pass = ChannelPass(
      images: whole.images, labels: try whole.labels[0..<2], features: features, target: whole.target, step: 0,
      featuresOf: whole.featuresOf, identityLoss: whole.identityLoss, random: whole.random)
    for (name, reachesOthers) in [("auxiliary", false), ("concentration", true)] {
      let gradient = try term(name, loss.terms(pass)).value.gradients(of: [features])[0]
      let sizes = try #require(gradient).square().sum(1, 2, 3).floats()
      #expect(
        sizes[0..<2].allSatisfy { $0 > 0 } && sizes[2...].allSatisfy { ($0 > 0) == reachesOthers }, "\(name) \(sizes)")
    }
  }

  /// Landmarks say, too, which templates are drawn to what: the chin and the forehead to bright structure.
  @Test func asksForAFacesLayoutAtItsWeight() throws {
    func terms(_ layout: Double) throws -> [LossTerm] {
      try makeLoss {
        $0.parts = 8
        $0.layout = layout
      }.terms(makePass())
    }
    let (without, with) = (try terms(0), try terms(3))
    #expect(!without.contains { $0.name == "layout" })
    let layout = try term("layout", with)
    #expect(layout.weight == 3)
    #expect(try layout.value.item() > 0)
    #expect(try term("structure", with).value.item() != term("structure", without).value.item())
    #expect(try term("match", with).value.item() == term("match", without).value.item())
  }

  @Test func keepsTemplatesApartAtItsWeight() throws {
    func terms(_ crowding: Double, _ distance: Double = 0.2) throws -> [LossTerm] {
      try makeLoss {
        $0.crowding = crowding
        $0.crowdingDistance = distance
      }.terms(makePass())
    }
    let (without, near, far) = (try terms(0), try terms(3), try terms(3, 0.6))
    #expect(!without.contains { $0.name == "crowding" })
    #expect(try term("crowding", near).weight == 3)
    #expect(try term("crowding", far).value.item() > term("crowding", near).value.item())
    #expect(try term("concentration", near).value.item() == term("concentration", without).value.item())
  }

  @Test func silencesAgainstWhatIsUsualWhenAsked() throws {
    func value(_ isRelative: Bool) throws -> Double {
      let loss = try makeLoss {
        $0.silence = 1
        $0.relativeSilence = isRelative
      }
      return try term("silence", loss.terms(makePass())).value.item()
    }
    let (absolute, relative) = (try value(false), try value(true))
    #expect(relative > 0 && relative < 0.9 * absolute, "\(relative), \(absolute)")
  }

  /// Of two midline templates and three pairs, half are drawn to what is bright: the last one, and the last two pairs.
  @Test func drawsTheLastTemplatesToBrightStructure() throws {
    func value(_ bright: Double) throws -> (value: Double, templates: Tensor, images: Tensor) {
      let loss = try makeLoss {
        $0.parts = 8
        $0.midline = 2
        $0.bright = bright
      }
      let pass = try makePass()
      return (
        try term("structure", loss.terms(pass)).value.item(), try loss.templates(pass.features, side: 16), pass.images
      )
    }
    let (half, templates, images) = try value(0.5)
    let dark = try TemplateTerms.darkStructure(images, side: 16)
    let bright = try TemplateTerms.brightStructure(images, side: 16)
    func structure(_ numbers: [Int], _ map: Tensor) throws -> Double {
      try TemplateTerms.structure(templates.indexed(1, Tensor(numbers, [numbers.count])), map).item()
    }
    let wanted = try (structure([0, 2, 3], dark) * 3 + structure([1, 4, 5, 6, 7], bright) * 5) / 8
    #expect(abs(half - wanted) < 1e-5, "\(half), \(wanted)")
    #expect(try abs(value(0).value - structure(Array(0..<8), dark)) < 1e-5)
    #expect(try abs(value(1).value - structure(Array(0..<8), bright)) < 1e-5)
  }

  @Test func assignsEveryPlaceToAPartOrNone() throws {
    let loss = try makeLoss()
    let features = try makePass().features
    let templates = try loss.templates(features, side: 16)
    #expect(templates.shape == [batch, 4, 16, 16])
    #expect(try templates.min().item() >= 0 && templates.sum(1).max().item() <= 1)
    // At another side: the target of a layer that shrinks its map.
    #expect(try loss.templates(features, side: 8).shape == [batch, 4, 8, 8])
    let small = try normal(batch, 8, 8, 8, seed: 7).relu()
    #expect(try total(loss.terms(makePass(target: small))).item().isFinite)
  }

  @Test func isTheSameInHalfPrecisionButForRounding() throws {
    let loss = try makeLoss()
    loss.setTraining(false)
    let exact = try loss.terms(makePass())
    // As in training: the network's passes are cast, the loss itself is not.
    let cast = try loss.terms(
      makePass(
        features: makePass().features.to(.bfloat16), target: normal(batch, 8, 16, 16, seed: 5).relu().to(.bfloat16),
        featuresOf: { try self.stubFeatures($0).to(.bfloat16) }))
    for (a, b) in zip(exact, cast) {
      #expect(b.value.dtype == .float32, "\(b.name)")
      #expect(try abs(a.value.item() - b.value.item()) < 0.03 * max(1, abs(a.value.item())), "\(a.name)")
    }
  }

  @Test(arguments: [16, 4, 2, 1])
  func isFiniteForEverySideOfTheTarget(side: Int) throws {
    let (features, target) = (
      try normal(batch, 8, side, side, seed: 8), try normal(batch, 8, side, side, seed: 9).relu()
    )
    let loss = try makeLoss { $0.equivariance = 0 }
    let leaf = try target.clone().requireGradient()
    let sum = try total(loss.terms(makePass(features: features * 50, target: leaf)))
    #expect(try sum.item().isFinite)
    #expect(try #require(try sum.gradients(of: [leaf])[0]).isFinite().to(.float32).min().item() == 1)
  }

  // MARK: Gradients

  /// The slope of the loss along its own gradient, by a central difference, is the gradient's length. Single precision
  /// leaves a few thousandths.
  private func expectSlope(
    _ tensors: [Tensor], _ gradients: [Tensor?], at location: SourceLocation = #_sourceLocation,
    _ value: () throws -> Double
  ) throws {
    for (tensor, gradient) in zip(tensors, gradients) {
      let gradient = try #require(gradient, sourceLocation: location)
      let length = try gradient.norm().item()
      #expect(length > 0, sourceLocation: location)
      // A change of the loss by a twentieth stands out of the rounding and stays on the tangent.
      let step = min(0.02, 0.05 / length)
      let before = try tensor.clone()
      func moved(_ by: Double) throws -> Double {
        try tensor.copy(from: before)
        try tensor.add(inPlace: gradient, scale: by / length)
        return try value()
      }
      let slope = try (moved(step) - moved(-step)) / (2 * step)
      try tensor.copy(from: before)
      #expect(abs(slope - length) < 0.02 * length + 1e-3, "\(slope) is not \(length)", sourceLocation: location)
    }
  }

  @Test func hasRightGradientsFromEndToEnd() throws {
    let loss = try makeLoss()
    loss.setTraining(false)
    let features = try makePass().features.detached().clone().requireGradient()
    // Away from 0, so that no cosine bends within a step.
    let target = try (normal(batch, 8, 16, 16, seed: 5).abs() + 0.1).requireGradient()
    func sum() throws -> Tensor { try total(loss.terms(makePass(features: features, target: target))) }
    let learned = loss.parameters().map(\.tensor)
    let gradients = try sum().gradients(of: [features, target] + learned)
    try expectSlope([features, target] + learned, gradients) { try sum().item() }
  }

  @Test func reachesTheFeaturesOfTheSecondPass() throws {
    let loss = try makeLoss()
    let shift = try Tensor.zeros([1, 8, 1, 1]).requireGradient()
    let terms = try loss.terms(makePass { try self.stubFeatures($0) + shift })
    let gradient = try term("equivariance", terms).value.gradients(of: [shift])[0]
    #expect(try #require(gradient).norm().item() > 0)
    #expect(try term("match", terms).value.gradients(of: [shift, term("match", terms).value])[0] == nil)
  }

  // MARK: Moving

  private func equivariance(
    _ change: (inout ECLossSettings) -> Void = { _ in }, _ featuresOf: ((Tensor) throws -> Tensor)? = nil
  ) throws -> Double {
    try term("equivariance", makeLoss(change).terms(makePass(featuresOf: featuresOf))).value.item()
  }

  @Test func costsNothingToStayInPlace() throws {
    let still = try equivariance {
      $0.moveScale = 0
      $0.moveDegrees = 0
      $0.moveShift = 0
    }
    #expect(abs(still) < 1e-5)
  }

  @Test func pairsTradePlacesInTheMirror() throws {
    // 1x1 features know no left from right: every template is its own mirror image.
    func cost(_ midline: Int, _ twins: [(Int, Int)] = []) throws -> Double {
      let loss = try makeLoss {
        $0.mirror = true
        $0.midline = midline
        $0.moveScale = 0
        $0.moveDegrees = 0
        $0.moveShift = 0
      }
      for name in ["prototypes.weight", "prototypes.bias"] {
        let tensor = try #require(loss.parameters().first { $0.name == name }).tensor
        for (from, to) in twins { try withoutGradient { try tensor[to].copy(from: tensor[from]) } }
      }
      return try term("equivariance", loss.terms(makePass())).value.item()
    }
    #expect(try abs(cost(4)) < 1e-5 && abs(cost(9)) < 1e-5)
    #expect(try cost(2) > 1e-3 && cost(0) > 1e-3)
    // Two templates that are one another's mirror images: here, the same. An odd one stays alone.
    #expect(try abs(cost(2, [(2, 3)])) < 1e-5 && abs(cost(1, [(2, 3)])) < 1e-5)
    #expect(try cost(0, [(2, 3)]) > 1e-3)
    #expect(try abs(cost(0, [(0, 1), (2, 3)])) < 1e-5)
  }

  @Test func prefersTemplatesThatMoveWithTheFace() throws {
    let fixed = try makePass().features
    let moving = try equivariance()
    let stuck = try equivariance({ _ in }, { try fixed[0..<$0.size(0)] })
    #expect(moving < 0.5 * stuck, "\(moving), \(stuck)")
  }

  @Test func movesAShareOfTheBatchEverySoManySteps() throws {
    final class Counter { var sizes: [Int] = [] }
    let counter = Counter()
    let loss = try makeLoss {
      $0.equivarianceShare = 0.75
      $0.equivarianceEvery = 3
    }
    func names(_ step: Int) throws -> [LossTerm] {
      try loss.terms(
        makePass(step: step) {
          counter.sizes.append($0.size(0))
          return try self.stubFeatures($0)
        })
    }
    #expect(try term("equivariance", names(3)).weight == 9)
    #expect(counter.sizes == [3])
    #expect(try term("movedAuxiliary", names(6)).weight == 1.5)
    #expect(try !names(4).contains { $0.name == "equivariance" } && !names(5).contains { $0.name == "equivariance" })
    // One photo cannot be normalized, so two are taken; none only where that is asked for.
    for share in [0.25, 0.01] {
      counter.sizes = []
      let few = try makeLoss { $0.equivarianceShare = share }
      _ = try few.terms(
        makePass {
          counter.sizes.append($0.size(0))
          return try self.stubFeatures($0)
        })
      #expect(counter.sizes == [2], "\(share)")
    }
    #expect(try !makeLoss { $0.equivarianceShare = 0 }.terms(makePass()).contains { $0.name == "equivariance" })
  }

  @Test func isTheSameForOneStepsRandomNumbers() throws {
    #expect(try equivariance() == equivariance())
  }

  // MARK: Settings

  private func refusal(_ change: (inout ECLossSettings) -> Void) -> String {
    do {
      _ = try makeLoss(change)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func refusesSettingsThatMakeNoLoss() {
    #expect(refusal { $0.parts = 16 }.contains("8 target channels are too few for channelLoss.ecloss.parts 16"))
    #expect(refusal { $0.parts = 1 }.contains("parts 1 is not at least 2"))
    #expect(refusal { $0.match = -1 }.contains("match -1"))
    #expect(refusal { $0.balance = .nan }.contains("balance nan"))
    #expect(refusal { $0.structure = -1 }.contains("structure -1"))
    #expect(refusal { $0.weight = .infinity }.contains("weight inf"))
    #expect(refusal { $0.equivarianceShare = 2 }.contains("equivarianceShare"))
    #expect(refusal { $0.equivarianceEvery = 0 }.contains("equivarianceEvery"))
    #expect(refusal { $0.auxiliaryChannels = 0 }.contains("auxiliaryChannels"))
    #expect(refusal { $0.auxiliaryChannels = .max }.contains("auxiliaryChannels"))
    #expect(refusal { $0.auxiliaryDropout = 1 }.contains("auxiliaryDropout"))
    #expect(refusal { $0.moveScale = 1 }.contains("moveScale"))
    #expect(refusal { $0.midline = -1 }.contains("midline"))
    #expect(refusal { $0.bright = 1.5 }.contains("bright"))
    #expect(refusal { $0.crowding = -1 }.contains("crowding -1"))
    #expect(refusal { $0.crowdingDistance = 0 }.contains("crowdingDistance 0"))
    #expect(refusal { $0.layout = -1 }.contains("layout -1"))
    let message = refusal {
      $0.layout = 1
      $0.parts = 8
      $0.midline = 8
    }
    #expect(
      message.contains("layout knows 7 places on the midline and 7 pairs") && message.contains("asks for 8 and 0"))
    func landmarks(_ names: [String], parts: Int = 7, midline: Int = 3, layout: Double = 1) -> String {
      refusal { ($0.landmarks, $0.parts, $0.midline, $0.layout) = (names, parts, midline, layout) }
    }
    #expect(landmarks(["nose", "ear"]).contains("'ear' is none; there are 'mouth', 'nose'"))
    #expect(landmarks(["eye", "eye"]).contains("'eye' comes twice"))
    let wrong = landmarks(["eye", "nose", "brow", "mouth"])
    #expect(wrong.contains("2 on the midline and 2 pairs: set channelLoss.ecloss.parts to 6 and midline to 2"))
    #expect(landmarks(["nose", "eye"], parts: 3, midline: 1, layout: 0).contains("layout above 0"))
    #expect(refusal { $0.presenceCells = 2 }.contains("presenceCells"))
    #expect(refusal { $0.presenceShare = 0 }.contains("presenceShare"))
  }

  @Test func needsATargetLayer() throws {
    let network = try makeNetwork {
      $0.targetStage = 0
      $0.embedding = .backbone
    }
    var random = SeededRandom(seed: 1)
    for kind in ChannelLossSettings.Kind.allCases where kind != .plain {
      var settings = ChannelLossSettings()
      settings.kind = kind
      let error = #expect(throws: SettingsError.self) {
        try settings.makeLoss(for: network, head: HeadSettings(), identities: 3, using: &random)
      }
      #expect(error?.description.contains("network.targetStage") == true)
    }
  }

  @Test func isMadeWhenTheRecipeSaysSo() throws {
    let network = try makeNetwork()
    var random = SeededRandom(seed: 1)
    var settings = ChannelLossSettings()
    settings.ecloss.parts = 4
    let head = HeadSettings()
    #expect(try settings.makeLoss(for: network, head: head, identities: 3, using: &random) == nil)
    settings.kind = .ecloss
    let loss = try settings.makeLoss(for: network, head: head, identities: 3, using: &random)
    #expect((loss as? ECLoss)?.settings == settings.ecloss)
  }

  @Test func worksOnARealNetwork() throws {
    let network = try makeNetwork()
    let loss = try makeLoss { $0.movedIdentity = 0.5 }
    let images = try makePass().images
    let output = try network(images)
    var random = SeededRandom(seed: 7)
    let head = try HeadSettings().makeHead(
      embeddingSize: network.settings.embeddingSize, identities: identities, using: &random)
    let pass = ChannelPass(
      images: images, labels: try Tensor([0, 1, 2, 0], [batch]), features: try #require(output.features),
      target: try #require(output.target), step: 0, featuresOf: network.features,
      identityLoss: { try head.loss(network.embedding(features: $0), $1) }, random: SeededRandom(seed: 6))
    try total(loss.terms(pass)).backward()
    // The head and the network's embedding by the identity loss of the moved images alone.
    let embedding = network.parameters().filter { $0.name.hasPrefix("embedding.") && $0.tensor.requiresGradient }
    #expect(!embedding.isEmpty)
    for (name, parameter) in loss.parameters() + head.parameters() + embedding {
      #expect(try parameter.gradient != nil, "\(name)")
    }
    let first = try #require(network.parameters().first).tensor
    #expect(try #require(try first.gradient).norm().item() > 0)
  }
}
