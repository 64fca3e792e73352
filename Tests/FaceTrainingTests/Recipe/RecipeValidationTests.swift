import FaceDatasets
import FaceTraining
import Foundation
import TestSupport
import Testing

@Suite struct RecipeValidationTests {
  @Test func theDefaultsMakeATraining() throws { try Recipe().validate() }

  @Test(arguments: [
    ("training.epochs", 0), ("training.epochs", Int.max), ("training.batch", 1), ("training.accumulate", 0),
    ("training.recomputedBlocks", -1), ("training.learningRate", 0),
    ("training.learningRate", -1), ("training.momentum", 1), ("training.weightDecay", -1), ("training.rise", 2),
    ("training.warmupEpochs", -1), ("training.warmupEpochs", 1_000_000_000_000_000_000), ("training.clip", -1),
    ("training.checkpointSeconds", 0), ("training.cacheMegabytes", -1), ("training.cacheMegabytes", 1 << 44),
    ("training.stepFactor", -1),
    ("training.polynomialPower", 0), ("input.size", 100), ("input.size", 0), ("input.border", 5),
    ("augmentation.flip", 2), ("network.width", 100), ("network.outputStride", 3), ("network.embeddingSize", 0),
    ("network.targetStage", 5), ("network.dropout", 1), ("head.scale", 0), ("head.margin", 3),
    ("data.cfpRepeats", 0), ("data.cfpRepeats", 1001), ("data.cfpRepeats", 9_000_000_000_000_000_000),
  ])
  func valuesThatMakeNoTrainingAreNamed(key: String, value: Int) {
    let error = #expect(throws: (any Error).self, "\(key) \(value)") {
      _ = try RecipeFile.load(nil, overrides: [key: value])
    }
    let last = key.split(separator: ".").last!
    #expect(error.map { "\($0)" }?.contains(last) == true, "\(String(describing: error))")
  }

  @Test func stepsOfTheScheduleCountFromOne() {
    #expect(throws: SettingsError.self) {
      _ = try RecipeFile.load(nil, overrides: ["training.stepEpochs": [0, Int.max]])
    }
  }

  @Test func aChannelLossNeedsATargetLayerThatFits() throws {
    #expect(throws: SettingsError.self) { _ = try RecipeFile.load(nil, overrides: ["channelLoss.kind": "ecloss"]) }
    let fits: [String: any Sendable] = [
      "channelLoss.kind": "ecloss", "network.targetStage": 3, "network.targetChannels": 256,
    ]
    _ = try RecipeFile.load(nil, overrides: fits)
    // Found before any photo is read.
    #expect(throws: SettingsError.self) {
      _ = try RecipeFile.load(nil, overrides: fits.merging(["channelLoss.ecloss.parts": 257]) { $1 })
    }
  }

  /// ICNN's mask is the inserted layer's.
  @Test func icnnNeedsAnInsertedLayer() throws {
    let error = #expect(throws: SettingsError.self) {
      _ = try RecipeFile.load(nil, overrides: ["channelLoss.kind": "icnn", "network.targetLayer": "layer3.0"])
    }
    #expect(error?.message.contains("set network.targetStage instead of network.targetLayer") == true)
    _ = try RecipeFile.load(nil, overrides: ["channelLoss.kind": "sad", "network.targetLayer": "layer3.0"])
  }

  /// Two clusters of one channel.
  @Test func oneChannelHasNoClusters() throws {
    let one: [String: any Sendable] = [
      "channelLoss.kind": "iccnn", "channelLoss.iccnn.groups": 2, "network.targetStage": 3, "network.targetChannels": 1,
    ]
    let error = #expect(throws: SettingsError.self) { _ = try RecipeFile.load(nil, overrides: one) }
    #expect(error?.message.contains("channelLoss.iccnn.groups 2") == true)
    _ = try RecipeFile.load(nil, overrides: one.merging(["network.targetChannels": 2]) { $1 })
  }

  @Test func dataIsLookedForWhereThePathSays() throws {
    var data = DataSettings()
    #expect(data.resolvedKind == .procedural)
    let folder = try TemporaryFolder()
    data.path = folder.path
    #expect(data.resolvedKind == .folder)
    try folder.folder("lfw-deepfunneled")
    #expect(data.resolvedKind == .lfw)
    try folder.folder("Protocol")
    #expect(data.resolvedKind == .cfp)
    data.kind = .folder
    #expect(data.resolvedKind == .folder)
    data.path = ""
    #expect(throws: SettingsError.self) { _ = try data.open(seed: 0) }
  }

  /// CFP's people 1 and 2 of fold 1, and four of LFW: one in both sets, one who is CFP's test person, one to leave out.
  @Test func lfwBesideCFPSharesLabelsAndLeavesOutTestPeople() throws {
    let folder = try TemporaryFolder()
    for identity in 1...50 {
      let root = "cfp/Data/Images/" + String(repeating: "0", count: identity < 10 ? 2 : 1) + "\(identity)"
      for kind in ["frontal", "profile"] { try folder.write("\(root)/\(kind)/01.jpg") }
    }
    for name in ["Ann_Both", "Bob_Test", "Cid_Out", "Dee_New"] { try folder.write("lfw/\(name)/\(name)_0001.jpg") }
    try folder.write("lfw/in-cfp.txt", "002 Ann_Both\n402 Bob_Test\n")
    try folder.write("lfw/train-exclude.txt", "Cid_Out\n")
    try folder.folder("cfp/Protocol")
    let lists = DataSettings.joining(lfw: folder.path + "/lfw")
    let recipe = try RecipeFile.load(nil, overrides: lists.merging(["data.path": folder.path + "/cfp"]) { $1 })
    let joined = try recipe.data.open(seed: 0)
    #expect(joined.identityCount == 51 && joined.count == 102)
    let named = try #require(joined as? JoinedDataset)
    #expect(named.identityNames.last == "Dee_New" && named.label(at: 100) == 1 && named.label(at: 101) == 50)
    // CFP's own list says the same by names.
    let people = (1...402).map { [2: "Ann  Both", 50: "Dée Né", 402: "bob test"][$0] ?? "Nobody \($0)" }
    try folder.write("cfp/Data/list_name.txt", people.joined(separator: "\r\n"))
    var unlisted = recipe.data
    unlisted.matches = ""
    let byName = try #require(try unlisted.open(seed: 0) as? JoinedDataset)
    #expect(byName.identityNames == named.identityNames && byName.count == named.count)
    #expect((0..<named.count).allSatisfy { byName.label(at: $0) == named.label(at: $0) })
    try folder.write("cfp/Data/list_name.txt", people.map { $0 == "Dée Né" ? "Dée New" : $0 }.joined(separator: "\n"))
    #expect(try unlisted.open(seed: 0).identityCount == 50)
    // A line is an identity, whatever is missing before it; names without letters are nobody's.
    try folder.write("lfw/__/___0001.jpg")
    try folder.write("cfp/Data/list_name.txt", "-\n\nAnn Both\n")
    let third = try #require(try unlisted.open(seed: 0) as? JoinedDataset)
    let ann = try #require((0..<third.count).first { third.source(at: $0).contains("Ann_Both") })
    #expect(third.label(at: ann) == 2 && third.identityCount == 53, "Bob, Dee and one without letters")
    unlisted.matches = "none"
    #expect(try unlisted.open(seed: 0).identityCount == 54)
    #expect(unlisted.notes().contains { $0.contains("count as two") })
    unlisted.matches = ""
    try folder.write("cfp/Data/list_name.txt", String(repeating: "\n", count: 500) + "Ann Both\n")
    #expect(throws: DatasetError.self) { _ = try unlisted.open(seed: 0) }
    try FileManager.default.removeItem(atPath: folder.path + "/lfw/__")
    var data = recipe.data
    data.cfpRepeats = 3
    let weighed = try #require(try data.open(seed: 0) as? JoinedDataset)
    #expect(weighed.identityNames == named.identityNames && weighed.count == 302 && weighed.name.contains("x 3"))
    for index in 0..<100 {
      #expect((0..<3).allSatisfy { weighed.source(at: index + 100 * $0) == named.source(at: index) })
      #expect((0..<3).allSatisfy { weighed.label(at: index + 100 * $0) == named.label(at: index) })
    }
    #expect(weighed.source(at: 301) == named.source(at: 101) && weighed.label(at: 301) == 50)
    data.cfpRepeats = 0
    #expect(throws: SettingsError.self) { _ = try data.open(seed: 0) }
    data.cfpRepeats = 3
    data.lfw = ""
    #expect(throws: SettingsError.self) { _ = try data.open(seed: 0) }
    data = recipe.data
    data.lfwCrop = 0
    #expect(throws: SettingsError.self) { _ = try data.open(seed: 0) }
    // A slip would have one person learned twice, or a test person.
    for (line, word) in [
      ("002 Ann_Bth", "Ann_Bth"), ("2 Ann_Both", "\"2\" is no identity"), ("501 Ann_Both", "\"501\""),
    ] {
      try folder.write("lfw/in-cfp.txt", "\(line)\n402 Bob_Test\n")
      let error = #expect(throws: DatasetError.self) { _ = try recipe.data.open(seed: 0) }
      #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }
  }

  @Test func foldsAndLFWBelongToCFP() throws {
    for settings in [["data.folds": [1]] as [String: any Sendable], ["data.lfw": "lfw"]] {
      let recipe = try RecipeFile.load(nil, overrides: settings)
      let error = #expect(throws: SettingsError.self) { _ = try recipe.data.open(seed: 0) }
      #expect(error?.description.contains("CFP") == true)
    }
  }

  /// A setting that is not looked at would stand in the recipe as if it had been.
  @Test func settingsOfOtherDataAreRefused() throws {
    let folder = try TemporaryFolder()
    try folder.write("faces/a/1.png")
    for (key, value) in [
      ("data.exclude", "list.txt"), ("data.matches", "list.txt"), ("data.kind", "procedural"),
    ] as [(String, any Sendable)] {
      let recipe = try RecipeFile.load(nil, overrides: ["data.path": folder.path + "/faces", key: value])
      let error = #expect(throws: SettingsError.self) { _ = try recipe.data.open(seed: 0) }
      #expect(error?.description.contains(key == "data.kind" ? "data.path" : key) == true)
    }
    let procedural = try RecipeFile.load(nil, overrides: ["data.minimumPhotos": 3])
    let error = #expect(throws: SettingsError.self) { _ = try procedural.data.open(seed: 0) }
    #expect(error?.description.contains("data.minimumPhotos 3") == true)
  }

  @Test func whatDataGoWithoutIsNamed() throws {
    let folder = try TemporaryFolder()
    try folder.folder("lfw/lfw-deepfunneled")
    try folder.folder("cfp/Protocol")
    for name in ["people/ann/1.jpg", "people/stray.jpg"] { try folder.write(name) }
    #expect(try RecipeFile.load(nil, overrides: ["data.path": folder.path + "/people"]).data.notes().count == 1)
    let lfw = folder.path + "/lfw"
    var data = try RecipeFile.load(nil, overrides: ["data.path": lfw]).data
    #expect(data.notes().count == 1)
    data.exclude = "list.txt"
    #expect(data.notes().isEmpty)
    let both = DataSettings.joining(lfw: lfw).merging(["data.path": folder.path + "/cfp"]) { $1 }
    let unnamed = try RecipeFile.load(nil, overrides: both).data.notes()
    #expect(unnamed.count == 2 && unnamed[1].contains("count as two"))
    try folder.folder("cfp/Data/Images")
    try folder.write("cfp/Data/list_name.txt", "Ann Example\n")
    let named = try RecipeFile.load(nil, overrides: both).data.notes()
    #expect(named.count == 2 && named[1].contains("of 1 people of CFP"))
    // A list that does not lie there is the recipe's.
    let recipe = try folder.write("r.json", #"{ "data": { "exclude": "a.txt", "matches": "b.txt" } }"#)
    let kept = try RecipeFile.load(recipe, overrides: both).data
    #expect(kept.exclude == "a.txt" && kept.matches == "b.txt" && kept.lfw == lfw && kept.notes().isEmpty)
    for name in ["train-exclude.txt", "in-cfp.txt"] { try folder.write("lfw/\(name)", "") }
    let listed = DataSettings.joining(lfw: lfw).merging(["data.path": folder.path + "/cfp"]) { $1 }
    #expect(try RecipeFile.load(nil, overrides: listed).data.notes().isEmpty)
  }

  @Test(arguments: [0, -0.5, 1e-18, 1.5, Double.nan]) func impossibleCropsAreRefused(fraction: Double) {
    var data = DataSettings()
    data.centerCrop = fraction
    #expect(throws: SettingsError.self) { _ = try data.open(seed: 0) }
  }

  @Test func textIsToldFromNumbers() {
    #expect(RecipeFile.isText("data.exclude") && RecipeFile.isText("network.targetLayer") && RecipeFile.isText("name"))
    #expect(!RecipeFile.isText("training.clip") && !RecipeFile.isText("data") && !RecipeFile.isText("data.nothing"))
  }

  @Test func theSeedDecidesTheProceduralPeople() throws {
    var data = DataSettings()
    (data.identities, data.photos, data.side) = (2, 1, 16)
    let first = try data.open(seed: 1).image(at: 0, minimumSide: nil)
    #expect(try data.open(seed: 1).image(at: 0, minimumSide: nil) == first)
    #expect(try data.open(seed: 2).image(at: 0, minimumSide: nil) != first)
    data.centerCrop = 0.5
    #expect(try data.open(seed: 1).image(at: 0, minimumSide: nil).width == 8)
  }

  @Test func familiesAreAskedForInTheRecipe() throws {
    let recipe = try RecipeFile.load(
      nil,
      overrides: [
        "data.identities": 6, "data.photos": 1, "data.familySize": 3, "data.partsApart": 2,
        "data.sharedConditions": true,
      ])
    let faces = try #require(try recipe.data.open(seed: 4) as? ProceduralFaces)
    #expect(faces.kinship == FaceKinship(familySize: 3, partsApart: 2, sharesConditions: true))
    let error = #expect(throws: ProceduralFacesError.self) {
      var data = recipe.data
      data.partsApart = 9
      _ = try data.open(seed: 4)
    }
    #expect(error?.description.contains("parts apart") == true)
  }
}
