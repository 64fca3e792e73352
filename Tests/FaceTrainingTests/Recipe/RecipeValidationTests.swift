import FaceDatasets
import FaceTraining
import TestSupport
import Testing

@Suite struct RecipeValidationTests {
  @Test func theDefaultsMakeATraining() throws { try Recipe().validate() }

  @Test(arguments: [
    ("training.epochs", 0), ("training.epochs", Int.max), ("training.batch", 1), ("training.learningRate", 0),
    ("training.learningRate", -1), ("training.momentum", 1), ("training.weightDecay", -1), ("training.rise", 2),
    ("training.warmupEpochs", -1), ("training.warmupEpochs", 1_000_000_000_000_000_000), ("training.clip", -1),
    ("training.checkpointSeconds", 0), ("training.cacheMegabytes", -1), ("training.stepFactor", -1),
    ("training.polynomialPower", 0), ("input.size", 100), ("input.size", 0), ("input.border", 5),
    ("augmentation.flip", 2), ("network.width", 100), ("network.outputStride", 3), ("network.embeddingSize", 0),
    ("network.targetStage", 5), ("network.dropout", 1), ("head.scale", 0), ("head.margin", 3),
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

  @Test(arguments: [0, -0.5, 1.5, Double.nan]) func impossibleCropsAreRefused(fraction: Double) {
    var data = DataSettings()
    data.centerCrop = fraction
    #expect(throws: SettingsError.self) { _ = try data.open(seed: 0) }
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
}
