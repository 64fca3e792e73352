import FaceDatasets
import FaceNetworks
import Testing

@testable import ExplainableChannels

@Suite struct ChannelNamesTests {
  /// One channel a name, as files keep them.
  private func catalog(_ channels: [(name: String, part: FacePart?, x: Double, y: Double)]) -> ChannelCatalog {
    var catalog = madeUpCatalog(channels, median: 1)
    catalog.channels = catalog.channels.filter { $0.index % 6 == 0 }
    for index in catalog.channels.indices { catalog.channels[index].index = index }
    return catalog
  }

  private let eyesAndMouth: [(name: String, part: FacePart?, x: Double, y: Double)] = [
    ("left eye", .leftEye, 0.7, -0.25), ("right eye", .rightEye, -0.7, -0.25), ("mouth", .mouth, 0, 1.4),
  ]

  /// What an older file calls "middle right" is on the right of the picture, and so on the person's left.
  @Test func sidesAreThePersonsOwn() {
    let catalog = catalog(
      eyesAndMouth + [
        ("middle right", .brow, 1.1, -0.46), ("middle left", .brow, -1.1, -0.4), ("brow", .brow, 0.8, -0.8),
        ("upper left", nil, -1, -1.5), ("middle", .leftEye, 0.02, -0.4), ("middle", .forehead, 0.02, -0.9),
      ])
    #expect(
      catalog.named.channels.map(\.name) == [
        "left eye", "right eye", "mouth", "outer corner of the left eye", "outer corner of the right eye", "left brow",
        "right temple", "between the eyes", "between the brows",
      ])
    // Only names change, and a file's catalog is as it was.
    var renamed = catalog.named
    for index in renamed.channels.indices { renamed.channels[index].name = catalog.channels[index].name }
    #expect(renamed == catalog)
  }

  @Test func channelsAreCalledAsTheLinesTheyAddTo() {
    let catalog = catalog(
      eyesAndMouth + [("middle", .leftEye, 0.25, 0), ("jaw", .jaw, -0.8, 1.8), ("lower right", nil, 0.7, 1.9)])
    let parts = FaceParts(catalog)
    for (channel, entry) in catalog.named.channels.enumerated() {
      #expect(entry.name == parts.groups[parts.group(of: channel, mirrored: false)].name)
    }
  }

  @Test func cornersOfAnEyeAreToldApart() {
    let places = [0.25, 0.7, 1.1, -0.25, -0.7, -1.1].map { (name: "middle", part: FacePart?.none, x: $0, y: -0.2) }
    let catalog = catalog(eyesAndMouth + places)
    let left = ["inner corner of the left eye", "around the left eye", "outer corner of the left eye"]
    let right = ["inner corner of the right eye", "around the right eye", "outer corner of the right eye"]
    #expect(catalog.named.channels[3...].map(\.name) == left + right)
    // In a mirror image each is its counterpart.
    let parts = FaceParts(catalog)
    #expect((3..<6).map { parts.groups[parts.group(of: $0, mirrored: true)].name } == right)
  }

  @Test func withoutEyesAndMouthPlacesAreWordsOfTheFrame() {
    let catalog = catalog([
      ("upper left", nil, -1, -1), ("middle", nil, 0, 0), ("lower right", nil, 0.9, 0.8),
      ("lower right", nil, 0.5, 0.8),
      ("middle", nil, 0.1, -1.2), ("middle", nil, 0.1, 1.2),
    ])
    #expect(
      catalog.named.channels.map(\.name) == [
        "upper outer right side of the face", "middle part of the face", "lower outer left side of the face",
        "lower inner left side of the face", "top part of the face", "bottom part of the face",
      ])
  }

  @Test func aSilentChannelIsCalledSo() {
    var catalog = catalog(eyesAndMouth + [("silent", nil, 0, 0)])
    catalog.channels[3].place = nil
    #expect(catalog.named.channels[3].name == "silent")
  }
}
