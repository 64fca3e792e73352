import FaceDatasets
import FaceImages
import FaceNetworks
import Testing
import Torch

@testable import ExplainableChannels

/// A catalog of made-up channels: `names` gives name, part, x and y of six channels each.
func madeUpCatalog(_ names: [(name: String, part: FacePart?, x: Double, y: Double)], median: Double) -> ChannelCatalog {
  let entries = names.flatMap { Array(repeating: $0, count: 6) }.enumerated().map { index, entry in
    ChannelCatalog.Entry(
      index: index, name: entry.name, part: entry.part?.rawValue, purity: entry.part == nil ? nil : 0.9,
      place: .init(x: entry.x, y: entry.y, spread: 0.1),
      strength: .init(mean: median, deviation: 0.1, low: 0, median: median, high: 2 * median), activeShare: 0.9)
  }
  return ChannelCatalog(data: "made up", photos: 1, annotatedPhotos: 1, channels: entries)
}

let fourParts: [(name: String, part: FacePart?, x: Double, y: Double)] = [
  ("left eye", .leftEye, 0.9, -0.25), ("right eye", .rightEye, -0.9, -0.25), ("mouth", .mouth, 0, 1.1),
  ("upper right", nil, 0.9, -1.1),
]

@Suite struct MatchTests {
  /// A model with 24 channels, named or not.
  private func model(named: Bool, _ network: String = "iresnet10, pooled") throws -> FaceModel {
    var model = try AccountedNetwork.all.first { $0.testDescription == network }!.model()
    model.info.threshold = 0.4
    if named { model.catalog = madeUpCatalog(fourParts, median: 1e-4) }
    return model
  }

  private func photos() throws -> [Image] {
    [0, 1].map { seed in
      var random = SeededRandom(seed: UInt64(seed + 40))
      let pixels = (0..<(36 * 36 * 3)).map { _ in UInt8.random(in: 0...255, using: &random) }
      return Image(width: 36, height: 36, pixels: pixels)
    }
  }

  @Test(arguments: [false, true], [false, true]) func partsAddUpToTheScore(flip: Bool, named: Bool) throws {
    let photos = try photos()
    let match = try model(named: named).match(photos[0], photos[1], flip: flip)
    let sum = match.parts.reduce(0) { $0 + $1.contribution } + match.constant
    #expect(abs(sum - match.score) < 1e-5)
    let shares = match.parts.reduce(0) { $0 + abs($1.share) }
    #expect(shares <= 1 + 1e-9 && shares > 0.1)
    #expect(match.isSame == (match.score >= 0.4))
    for part in match.parts {
      let places = match.placesA(part.name).reduce(0, +) + match.placesB(part.name).reduce(0, +)
      #expect(abs(places - part.contribution) < 1e-9, "\(part.name)")
      #expect((part.visibleA == nil) == !named)
    }
    #expect(match.placesA().count == 16)
  }

  @Test func partsAreNamed() throws {
    let photos = try photos()
    let named = try model(named: true).match(photos[0], photos[1])
    #expect(named.parts.map(\.name) == ["left temple", "left eye", "right eye", "mouth"])
    #expect(named.parts["mouth"]?.channels == Array(12..<18) && named.parts["mouth"]?.part == .mouth)
    let eyes = try #require(named.parts["eye"])
    #expect(eyes.contribution == named.parts["left eye"]!.contribution + named.parts["right eye"]!.contribution)
    #expect(named.parts["nose"] == nil)
    #expect(named.parts["temple"]?.contribution == named.parts["left temple"]?.contribution)
    let unnamed = try model(named: false).match(photos[0], photos[1])
    #expect(unnamed.parts.first?.name == "channels 0-1" && unnamed.parts.count == 12)
  }

  /// The purity of a channel that is named by its place is of another part, and says nothing of how visible the place is.
  @Test func purityOnAnotherPartDoesNotWeigh() throws {
    var model = try model(named: true)
    let face = try FaceAccountant(model).examine(photos: photos())[0]
    // Channels of one part are at different shares of what is usual.
    for (index, peak) in face.views[0].peaks.enumerated() {
      model.catalog?.channels[index].strength.median = Double(peak) * Double(2 + index % 5) + 1e-6
    }
    func visible() throws -> [Double?] {
      let accountant = try FaceAccountant(model)
      return accountant.visibility?(face) ?? []
    }
    let before = try visible()
    #expect(before.compactMap(\.self).count == 4)
    for purity in [0.09, 0] {
      for index in 18..<24 {
        model.catalog?.channels[index].part = "brow"
        model.catalog?.channels[index].purity = purity * Double(index - 18)
      }
      let after = try visible()
      #expect(after == before)
    }
    // Of its own part it does.
    for index in 12..<18 { model.catalog?.channels[index].purity = 0.5 + 0.08 * Double(index - 12) }
    let weighed = try visible()
    #expect(weighed != before)
  }

  /// Channels that are on one brow or the other, by turns, are part of the brow.
  @Test func aPartOfBothSidesIsWhole() throws {
    let photos = try photos()
    var model = try model(named: false)
    model.catalog = madeUpCatalog(
      [
        ("brow", .brow, 0.05, -0.8), ("brow", .brow, 0.8, -0.7), ("brow", .brow, -0.8, -0.7), ("mouth", .mouth, 0, 1.1),
      ],
      median: 1e-4)
    let match = try model.match(photos[0], photos[1])
    #expect(match.parts.map(\.name) == ["either brow", "left brow", "right brow", "mouth"])
    let brow = try #require(match.parts["brow"])
    #expect(brow.channels == Array(0..<18) && brow.part == .brow)
    // Like with like is brow with brow, whichever side of it.
    let pairs = try #require(try FaceAccountant(model).channelPairs(match.first, match.second))
    let block = brow.channels.reduce(0) { sum, row in sum + brow.channels.reduce(0) { $0 + pairs[row][$1] } }
    let sides = match.parts.prefix(3).reduce(0) { $0 + ($1.samePart ?? 0) }
    #expect(abs(try #require(brow.samePart) - block) < 1e-6 && abs(block - sides) > 1e-6)
    #expect(abs(brow.contribution - match.parts.prefix(3).reduce(0) { $0 + $1.contribution }) < 1e-12)
    #expect(match.parts["either brow"]?.channels == Array(0..<6))
  }

  /// What follows takes 16 channels, made of the 24 that are explained.
  @Test func aMergedTargetSpeaksThroughItsOwnChannels() throws {
    let photos = try photos()
    let match = try model(named: true, "merged into its stage's channels").match(photos[0], photos[1])
    #expect(match.parts.flatMap(\.channels).sorted() == Array(0..<24))
    #expect(match.parts["mouth"]?.channels == Array(12..<18) && match.parts["mouth"]?.visibleA != nil)
    let sum = match.parts.reduce(0) { $0 + $1.contribution } + match.constant
    #expect(abs(sum + match.remainder - match.score) < 1e-9 && abs(match.remainder) < 0.05)
  }

  @Test func aCatalogOfOtherChannelsIsNotBelieved() throws {
    let photos = try photos()
    var model = try model(named: true)
    for change in [{ $0.removeLast() }, { $0[5].index = 4 }, { $0[23].index = 24 }]
      as [(inout [ChannelCatalog.Entry]) -> Void]
    {
      model.catalog = madeUpCatalog(fourParts, median: 1e-4)
      change(&model.catalog!.channels)
      #expect(try model.match(photos[0], photos[1]).parts.first?.name == "channels 0-1")
      let pair = try AccountSaliency(model).explain([PhotoPair(0, 1)], of: model.input(photos))[0]
      #expect(pair.parts == nil)
    }
  }

  /// Of many average faces that fit a short embedding's weights the measured one is taken, if it is of these channels.
  @Test func averagesOfOtherChannelsAreNotBelieved() throws {
    let network = AccountedNetwork.make("eight numbers", isAffine: true) {
      ($0.backbone, $0.embedding, $0.targetStage, $0.embeddingSize) = (.iresnet10, .pooled, 3, 8)
    }
    var model = try network.model()
    func mean() throws -> [Double] { try #require(try FaceAccountant(model).affine).mean }
    let shortest = try mean()
    model.catalog = madeUpCatalog(fourParts, median: 1e-4)
    for channel in 0..<24 { model.catalog!.channels[channel].strength.average = 1 + Double(channel) }
    #expect(try mean() != shortest)
    model.catalog!.channels[5].index = 4
    #expect(try mean() == shortest)
  }

  /// What a detector of left eyes finds in a mirror image is the person's right eye.
  @Test func mirrorImagesSwapSides() throws {
    let photos = try photos()
    let model = try model(named: true)
    let match = try model.match(photos[0], photos[1], flip: true)
    // No channel detects the right temple, but mirror images show it to those that detect the left one.
    #expect(match.parts.map(\.name).contains("right temple"))
    let views = match.account.first.views + match.account.second.views
    var left = 0.0
    for view in views {
      let channels = view.isMirrored ? 6..<12 : 0..<6
      left += view.channels[channels].reduce(0, +)
    }
    #expect(abs(try #require(match.parts["left eye"]).contribution - left) < 1e-12)
  }

  @Test(
    arguments: ["iresnet10, pooled", "iresnet10, flattened", "iresnet10, inserted before its last stages"],
    [false, true])
  func hiddenPartsSayNothing(network: String, flip: Bool) throws {
    var model = try model(named: false, network)
    // The eyes' channels usually are far stronger than these: they read as hidden. Sixteen channels have no mouth's last two.
    var catalog = madeUpCatalog(fourParts, median: 1e-4)
    catalog.channels.removeLast(24 - model.network.targetChannels)
    for channel in 0..<12 { catalog.channels[channel].strength.median = 1e6 }
    model.catalog = catalog
    let photos = try photos()
    let whole = try model.match(photos[0], photos[1], flip: flip)
    let match = try model.match(photos[0], photos[1], flip: flip, ignoreHidden: true)
    #expect(match.ignored == ["left eye", "right eye"] && whole.ignored == [])
    for eye in ["left eye", "right eye"] {
      let (before, after) = (try #require(whole.parts[eye]), try #require(match.parts[eye]))
      #expect(before.isHiddenA && before.isHiddenB && before.contribution != 0)
      #expect(after.contribution.magnitude < 1e-9 && after.isIgnored)
    }
    #expect(match.score != whole.score)
    let sum = match.parts.reduce(0) { $0 + $1.contribution } + match.constant
    let exact = network != "iresnet10, inserted before its last stages"
    #expect(abs(sum + (exact ? 0 : match.remainder) - match.score) < 1e-5)
    // What was left out is nowhere, in the account of the difference, too.
    let accountant = try FaceAccountant(model)
    let difference = try accountant.difference(match.first, match.second)
    for side in [difference.first, difference.second] where exact {
      #expect(
        side.places { channel, isMirrored in
          let name = accountant.parts.groups[accountant.parts.group(of: channel, mirrored: isMirrored)].name
          return match.ignored.contains(name)
        }.allSatisfy { $0.magnitude < 1e-12 })
    }
    let itself = try model.match(photos[0], photos[0], flip: flip, ignoreHidden: true)
    #expect(abs(itself.score - 1) < 1e-6)
  }

  @Test func withoutACatalogHiddenPartsCannotBeIgnored() throws {
    let photos = try photos()
    let model = try model(named: false)
    #expect { try model.match(photos[0], photos[1], ignoreHidden: true) } throws: {
      "\($0)".contains("facet channels MODEL --data ... --save")
    }
  }

  /// The changed score is what the network gives for activations changed in the same way.
  @Test(
    arguments: ["iresnet10, pooled", "iresnet10, flattened", "iresnet10, inserted before its last stages"],
    [false, true])
  func theFewestPartsThatFlipADecision(network: String, flip: Bool) throws {
    let model = try model(named: false, network)
    let photos = try photos()
    let accountant = try FaceAccountant(model, steps: 4)
    let faces = try accountant.examine(photos: photos, flip: flip)
    let match = try accountant.match(faces[0], faces[1])
    for (threshold, change) in [
      (match.score + 0.3 * (1 - match.score), Counterfactual.Change.becomesOther),
      (match.score - 0.02 * (1 - match.score), .becomesAverage),
    ] {
      let found = try accountant.counterfactual(match, threshold: threshold)
      #expect(found.change == change)
      #expect(found.flips)
      let groups = Set(
        accountant.parts.groups.indices.filter { found.parts.contains(accountant.parts.groups[$0].name) })
      #expect(groups.count == found.parts.count)
      let (face, other) = found.photo == .first ? (faces[0], faces[1]) : (faces[1], faces[0])
      let changed = try accountant.replacing(face, from: other) { channel, isMirrored in
        guard groups.contains(accountant.parts.group(of: channel, mirrored: isMirrored)) else { return .own }
        return change == .becomesOther ? .other : .average
      }
      let score = try accountant.account(changed, other).score
      #expect(abs(score - found.score) < 1e-5)
      #expect((score >= threshold) == (change == .becomesOther))
    }
    // All parts from the other photo make it the same face.
    let same = try accountant.counterfactual(match, threshold: 1 - 1e-7)
    #expect(same.parts.count >= match.parts.count - 2 || same.score > 1 - 1e-6)
  }
}

@Suite struct PlaceTests {
  /// Between two brows there is nothing to point at.
  @Test func aPartOfBothSidesIsWhereItIsStronger() throws {
    var weights = [Double](repeating: 0, count: 16 * 16)
    for (x, y, weight) in [(3, 4, 1.0), (4, 4, 0.5), (12, 4, 2), (11, 4, 1), (12, 5, 1)] {
      weights[y * 16 + x] = weight
    }
    let place = try #require(Match.Place(of: weights, width: 16, height: 16))
    #expect(abs(place.x - 12.25 / 16) < 1e-12 && abs(place.y - 4.75 / 16) < 1e-12)
    #expect(place.radius == 0.055)
    #expect(Match.Place(of: [0, 0, 0, 0], width: 2, height: 2) == nil)
  }
}

@Suite struct PartSearchTests {
  private func score(_ members: [Int]) -> Double { members.reduce(0) { $0 + [0.1, 0.2, 0.05, 0.4, 0.3][$1] } }

  @Test func itFindsTheSmallestSet() throws {
    let search = PartSearch(count: 5, limit: 1000, lowers: false, threshold: 0.65)
    let found = try #require(search.run(score))
    #expect(found.members == [3, 4] && abs(found.score - 0.7) < 1e-12 && found.isFewest)
    let none = PartSearch(count: 5, limit: 1000, lowers: false, threshold: 2)
    #expect(none.run(score) == nil && none.isComplete)
  }

  @Test func itGoesOnGreedilyBeyondItsLimit() throws {
    let search = PartSearch(count: 5, limit: 5, lowers: false, threshold: 0.85)
    let found = try #require(search.run(score))
    #expect(found.members == [1, 3, 4] && !found.isFewest)
  }

  /// "No choice of parts" is a claim about all 31.
  @Test func givingUpAfterSomeIsNotGivingUpAfterAll() {
    #expect(PartSearch(count: 5, limit: 31, lowers: false, threshold: 2).isComplete)
    let search = PartSearch(count: 5, limit: 30, lowers: false, threshold: 2)
    #expect(search.run(score) == nil && !search.isComplete)
    #expect(!PartSearch(count: 200, limit: 40_000, lowers: false, threshold: 2).isComplete)
  }

  @Test func itCountsChoices() {
    #expect(PartSearch.choices(2, of: 5) == 10 && PartSearch.choices(5, of: 5) == 1)
  }
}
