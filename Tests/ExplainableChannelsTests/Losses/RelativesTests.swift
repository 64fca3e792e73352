import FaceDatasets
import FaceNetworks
import Foundation
import Testing
import Torch

@testable import ExplainableChannels

/// ICNN, SAD and icCNN.
@Suite struct RelativesTests {
  private func noise(_ shape: Int..., seed: UInt64, _ range: ClosedRange<Double> = 0.1...1) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    return try Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform(range) }, shape)
  }

  private func makePass(_ target: Tensor, step: Int = 0) throws -> ChannelPass {
    ChannelPass(
      images: try .zeros([target.size(0), 3, 32, 32]),
      labels: try Tensor(
        [Int](repeating: 0, count: target.size(0)),
        [
          target.size(0)
        ]), features: target, target: target, step: step, featuresOf: { $0 },
      identityLoss: { features, _ in try features.sum() }, random: SeededRandom(seed: 6))
  }

  // MARK: Gradients

  @Test func haveRightGradients() throws {
    let maps = try noise(3, 4, 5, 5, seed: 1)
    let (templates, prior) = try ICNNLoss.templates(side: 5, beta: 4, on: .cpu)
    // Maps large enough that the tiny templates tell them apart.
    try expectGradients(of: [maps * 30]) { try ICNNLoss.loss($0[0], templates, prior) }
    try expectGradients(of: [noise(2, 4, 9, seed: 2, -1...1)]) { try SADLoss.likeness($0[0]) }
    try expectGradients(of: [noise(2, 9, 4, seed: 2, -1...1)]) { try SADLoss.likeness($0[0]) }
    // Through the window about each peak, which small steps do not move.
    let windows = try SADLoss.windows(side: 5).to(.float64)
    try expectGradients(of: [maps]) {
      try SADLoss.likeness(PeakTemplates.masked($0[0], by: windows).flattened(from: 2))
    }
    let membership = try Tensor([1.0, 1, 0, 0, 0, 0, 1, 1], [2, 4])
    try expectGradients(of: [maps.flattened(from: 2).transposed(1, 2) - 0.5]) {
      try ICCNNLoss.loss(ICCNNLoss.similarity($0[0]), membership)
    }
  }

  @Test func areFiniteForDeadMaps() throws {
    let target = try Tensor.zeros([3, 8, 16, 16]).requireGradient()
    var random = SeededRandom(seed: 1)
    for kind in [ChannelLossSettings.Kind.icnn, .sad, .iccnn] {
      var settings = ChannelLossSettings()
      settings.kind = kind
      settings.iccnn.groups = 4
      let loss = try #require(
        try settings.makeLoss(for: makeNetwork(), head: HeadSettings(), identities: 2, using: &random))
      for term in try loss.terms(makePass(target)) {
        #expect(try term.value.item().isFinite, "\(term.name)")
        if let gradient = try term.value.requiresGradient ? term.value.gradients(of: [target])[0] : nil {
          #expect(try gradient.isFinite().to(.float32).min().item() == 1, "\(term.name)")
        }
      }
    }
  }

  // MARK: ICNN

  @Test func hasTheTemplatesOfThePaper() throws {
    let (templates, prior) = try ICNNLoss.templates(side: 4, beta: 4, on: .cpu)
    #expect(templates.shape == [17, 16] && prior.shape == [17])
    let tau = 0.5 / 16
    let rows = try templates.to(.float64).doubles()
    // Template of place (1, 2) is row 9: its own place, a neighbor (1 - 4 / 4), and one two away (-1, the floor).
    #expect(abs(rows[9 * 16 + 9] - tau) < 1e-8 && abs(rows[9 * 16 + 8]) < 1e-8 && abs(rows[9 * 16 + 11] + tau) < 1e-8)
    #expect(rows[(16 * 16)...].allSatisfy { abs($0 + tau) < 1e-8 })
    #expect(try abs(prior.sum().item() - 1) < 1e-6 && abs(prior[16].item() - 1.0 / 17) < 1e-6)
  }

  @Test func informationIsZeroForEqualMapsAndGrowsWithPeaks() throws {
    let (templates, prior) = try ICNNLoss.templates(side: 4, beta: 4, on: .cpu)
    let same = try noise(1, 2, 4, 4, seed: 3).expanded(3, 2, 4, 4)
    #expect(try abs(ICNNLoss.loss(same, templates, prior).item()) < 1e-6)
    // Each photo's map peaks at a place of its own: knowing the place tells the photo.
    var values = [Double](repeating: 0, count: 3 * 16)
    for (photo, place) in [0, 7, 13].enumerated() { values[photo * 16 + place] = 100 }
    let peaks = try Tensor(values, [3, 1, 4, 4])
    let flat = try Tensor((0..<3).flatMap { [Double](repeating: 10 + Double($0), count: 16) }, [3, 1, 4, 4])
    #expect(
      try ICNNLoss.loss(peaks, templates, prior).item() < ICNNLoss.loss(flat, templates, prior).item() - 0.1)
  }

  @Test func informationIsFiniteWherePhotosAreFarApart() throws {
    let (templates, prior) = try ICNNLoss.templates(side: 4, beta: 4, on: .cpu)
    var values = [Double](repeating: 0, count: 4 * 16)
    for place in 0..<16 { values[place] = 10_000 }
    let maps = try Tensor(values, [4, 1, 4, 4]).to(.float32).requireGradient()
    let loss = try ICNNLoss.loss(maps, templates, prior)
    // All templates are of the three weak photos, which nothing tells apart.
    #expect(try abs(loss.item()) < 1e-4)
    #expect(try #require(loss.gradients(of: [maps])[0]).doubles().allSatisfy(\.isFinite))
  }

  /// The definition, sum by sum.
  @Test func informationIsAsTheSumsSay() throws {
    let (templates, prior) = try ICNNLoss.templates(side: 3, beta: 4, on: .cpu)
    let maps = try noise(4, 2, 3, 3, seed: 4, 0...60)
    let (x, t, p) = (try maps.doubles(), try templates.to(.float64).doubles(), try prior.to(.float64).doubles())
    var total = 0.0
    for channel in 0..<2 {
      func likelihood(_ photo: Int, _ template: Int) -> Double {
        exp((0..<9).reduce(0) { $0 + x[(photo * 2 + channel) * 9 + $1] * t[template * 9 + $1] })
      }
      func conditional(_ photo: Int, _ template: Int) -> Double {
        likelihood(photo, template) / (0..<4).reduce(0) { $0 + likelihood($1, template) }
      }
      for photo in 0..<4 {
        let marginal = (0..<10).reduce(0) { $0 + p[$1] * conditional(photo, $1) }
        for template in 0..<10 {
          let share = conditional(photo, template)
          total += p[template] * share * log(share / marginal)
        }
      }
    }
    #expect(try abs(ICNNLoss.loss(maps, templates, prior).item() + total / 2) < 1e-9)
  }

  @Test func masksEachMapAroundItsPeak() throws {
    let plain = try makeNetwork()
    let masked = try makeNetwork { $0.maskTarget = true }
    plain.setTraining(false)
    masked.setTraining(false)
    let images = try noise(2, 3, 32, 32, seed: 5, -1...1).to(.float32)
    let (a, b) = (try withoutGradient { try plain(images) }, try withoutGradient { try masked(images) })
    let (raw, kept) = (try #require(a.target), try #require(b.target))
    #expect(try (raw - b.unmasked!).abs().max().item() == 0)
    let (x, y) = (try raw.contiguous().doubles(), try kept.contiguous().doubles())
    for map in 0..<16 {
      let peak = (0..<256).max { x[map * 256 + $0] < x[map * 256 + $1] }!
      for place in 0..<256 {
        let away = abs(place % 16 - peak % 16) + abs(place / 16 - peak / 16)
        let wanted = x[map * 256 + place] * max(0, 1 - 4 * Double(away) / 16)
        #expect(abs(y[map * 256 + place] - wanted) < 1e-5)
      }
    }
    // What follows sees the masked map.
    #expect(try (a.embedding - b.embedding).abs().max().item() > 1e-4)
  }

  // MARK: SAD

  @Test func keepsTheSurroundingsOfThePeak() throws {
    let windows = try SADLoss.windows(side: 3).doubles()
    #expect(Array(windows[0..<9]) == [1, 0.5, 0, 0.5, 0.25, 0, 0, 0, 0])
    #expect(Array(windows[36..<45]) == [0.25, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 0.25])
  }

  @Test func tellsAlikeFromUnlike() throws {
    func likeness(_ rows: [Double]) throws -> Double { try SADLoss.likeness(Tensor(rows, [1, 3, 2])).item() }
    #expect(try abs(likeness([1, 0, 2, 0, 3, 0]) - 1) < 1e-9)
    // One pair of three is alike, and opposite counts as alike.
    #expect(try abs(likeness([1, 0, -2, 0, 0, 3]) - 1.0 / 3) < 1e-9)
    // Fewer rows than columns, and more: a definition either way.
    for (rows, columns) in [(3, 7), (7, 3)] {
      let vectors = try noise(2, rows, columns, seed: 22, -1...1)
      let unit = try vectors.normalized(2)
      let all = try unit.matmul(unit.transposed(1, 2)).square().sum().item()
      let wanted = (all - Double(2 * rows)) / Double(2 * rows * (rows - 1))
      #expect(try abs(SADLoss.likeness(vectors).item() - wanted) < 1e-9)
    }
    let network = try makeNetwork()
    let terms = try SADLoss(SADSettings(), network: network).terms(makePass(noise(2, 8, 16, 16, seed: 7).to(.float32)))
    #expect(terms.map(\.name) == ["maps", "filters"] && terms.map(\.weight) == [1, 100])
    #expect(try terms.allSatisfy { try (0...1).contains($0.value.item()) })
  }

  // MARK: icCNN

  @Test func comparesHowMapsDifferFromTheirMeans() throws {
    let difference = try noise(1, 16, 1, seed: 8, -1...1)
    let differences = try Tensor.concatenated([difference, difference * 3, difference * -2], 2)
    let s = try ICCNNLoss.similarity(differences).doubles()
    #expect(zip(s, [2, 2, 0, 2, 2, 0, 0, 0, 2]).allSatisfy { abs($0 - $1) < 1e-6 })
    let membership = try Tensor([1.0, 1, 0, 0, 0, 1], [2, 3])
    // Cluster 0: within 8 of 8; cluster 1: within 2 of 2.
    #expect(try abs(ICCNNLoss.loss(ICCNNLoss.similarity(differences), membership).item() + 2) < 1e-6)
    let r = try ICCNNLoss.correlation(ICCNNLoss.products(differences).doubles(), count: 3)
    #expect(zip(r, [2, 2, 0, 2, 2, 0, 0, 0, 2]).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  /// Photos count alike, however strong their maps are; in a correlation strong ones count for more.
  @Test func everyPhotoCountsAlike() throws {
    // In the first photo the same, in the second nothing of each other.
    let differences = try Tensor([10.0, 10, 0, 0, 0, 1, 1, 0], [2, 2, 2])
    #expect(try abs(ICCNNLoss.similarity(differences).doubles()[1] - 1.5) < 1e-9)
    let products = try ICCNNLoss.products(differences).doubles()
    #expect(abs(ICCNNLoss.correlation(products, count: 2)[1] - (1 + 100.0 / 101)) < 1e-9)
  }

  /// Two maps that look alike in all photos and vary each by itself are not alike.
  @Test func aSharedMeanMapIsNoLikeness() throws {
    var settings = ICCNNSettings()
    settings.groups = 2
    let loss = try ICCNNLoss(settings, network: makeNetwork())
    let shape = try noise(1, 1, 16, 16, seed: 20, 0...10)
    let target = try (shape + noise(64, 8, 16, 16, seed: 21)).to(.float32)
    _ = try loss.terms(makePass(target))
    let means = loss.buffers().first { $0.name == "meanMaps" }!.tensor
    let maps = try target.flattened(from: 2).transposed(1, 2)
    #expect(try (means - maps.mean(0)).abs().max().item() < 1e-4)
    let similarity = try ICCNNLoss.similarity(maps - means).doubles()
    for pair in 0..<64 where pair % 9 != 0 { #expect(abs(similarity[pair] - 1) < 0.05) }
    // Centered over places, as one might read the paper, they would be alike.
    let centered = try ICCNNLoss.similarity(maps - maps.mean(1, keep: true)).doubles()
    #expect(centered.allSatisfy { $0 > 1.9 })
  }

  @Test func clustersChannelsAndRemembers() throws {
    var settings = ICCNNSettings()
    settings.groups = 2
    settings.clusterEvery = 2
    let loss = try ICCNNLoss(settings, network: makeNetwork())
    let seeds = [UInt64](arrayLiteral: 1, 2, 1, 2, 1, 2, 1, 2)
    let maps = try Tensor.concatenated(seeds.map { try noise(3, 1, 16, 16, seed: $0) }, 1).to(.float32)
    _ = try loss.terms(makePass(maps))
    func buffer(_ name: String) -> Tensor { loss.buffers().first { $0.name == name }!.tensor }
    let membership = try buffer("membership").doubles()
    #expect(membership[0..<8] == [1, 0, 1, 0, 1, 0, 1, 0] || membership[0..<8] == [0, 1, 0, 1, 0, 1, 0, 1])
    let (means, covariance) = (try buffer("meanMaps").clone(), try buffer("covariance").clone())
    let other = try noise(3, 8, 16, 16, seed: 9).to(.float32)
    _ = try loss.terms(makePass(other, step: 1))
    let rows = try other.flattened(from: 2).transposed(1, 2)
    let wanted = try means * 0.95 + rows.mean(0) * 0.05
    #expect(try (buffer("meanMaps") - wanted).abs().max().item() < 1e-5)
    let products = try ICCNNLoss.products(rows - wanted)
    #expect(try (buffer("covariance") - covariance * 0.95 - products * 0.05).abs().max().item() < 1e-4)
  }

  @Test func findsBlocksOfSimilarThings() throws {
    let truth = (0..<30).map { $0 * 7 % 3 }
    var random = SeededRandom(seed: 10)
    var similarity = [Double](repeating: 0, count: 900)
    for a in 0..<30 {
      for b in 0...a {
        let value = (truth[a] == truth[b] ? 1 : 0.2) + random.uniform(-0.15...0.15)
        similarity[a * 30 + b] = value
        similarity[b * 30 + a] = value
      }
    }
    let found = try SpectralClustering.clusters(similarity, count: 30, groups: 3, using: &random)
    for a in 0..<30 {
      for b in 0..<30 { #expect((found[a] == found[b]) == (truth[a] == truth[b])) }
    }
  }

  // MARK: Settings

  /// Before any photo is read, and not at the first step.
  @Test func refusesMapsThatAreTooLarge() throws {
    var random = SeededRandom(seed: 1)
    var network = NetworkSettings()
    (network.backbone, network.width, network.embeddingSize) = (.iresnet10, 0.0625, 8)
    (network.embedding, network.targetStage, network.targetChannels) = (.pooled, 1, 8)
    let large = try FaceNetwork(network, inputSize: 272, using: &random)
    for (kind, maps, isMade) in [
      (ChannelLossSettings.Kind.icnn, 1.0, false), (.sad, 1, false), (.sad, 0, true), (.ecloss, 1, true),
    ] {
      var settings = ChannelLossSettings()
      (settings.kind, settings.sad.maps, settings.ecloss.parts, settings.ecloss.midline) = (kind, maps, 4, 2)
      let make = { try settings.makeLoss(for: large, head: HeadSettings(), identities: 2, using: &random) }
      if isMade { #expect(try make() != nil) } else { #expect(throws: NetworkError.self) { try make() } }
    }
    network.maskTarget = true
    #expect(throws: NetworkError.self) { try FaceNetwork(network, inputSize: 272, using: &random) }
  }

  @Test func refusesWhatMakesNoLoss() throws {
    var icnn = ICNNSettings()
    icnn.weight = -1
    #expect(throws: SettingsError.self) { try icnn.validate() }
    var sad = SADSettings()
    sad.filters = .nan
    #expect(throws: SettingsError.self) { try sad.validate(channels: 8) }
    #expect(throws: SettingsError.self) { try SADSettings().validate(channels: 1) }
    var iccnn = ICCNNSettings()
    #expect(throws: SettingsError.self) { try iccnn.validate(channels: 4) }
    iccnn.groups = 4
    try iccnn.validate(channels: 4)
    iccnn.memory = 1
    #expect(throws: SettingsError.self) { try iccnn.validate(channels: 4) }
    iccnn = ICCNNSettings()
    iccnn.groups = 2
    #expect(throws: SettingsError.self) { try iccnn.validate(channels: 1) }
    try iccnn.validate(channels: 2)
  }
}
