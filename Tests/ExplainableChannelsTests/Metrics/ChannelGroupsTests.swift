import FaceDatasets
import Foundation
import Testing

@testable import ExplainableChannels

@Suite struct LabelAgreementTests {
  @Test func equalPartitionsAgreeWhateverTheirNames() throws {
    let agreement = try #require(LabelAgreement([0, 0, 1, 1, 2, 2], [7, 7, 3, 3, 5, 5]))
    #expect(agrees(agreement.normalizedMutualInformation, 1, within: 1e-9))
    #expect(agrees(agreement.adjustedRandIndex, 1, within: 1e-9))
    #expect(LabelAgreement([], []) == nil)
    let one = try #require(LabelAgreement([0, 0], [1, 1]))
    #expect(one.normalizedMutualInformation == 1 && one.adjustedRandIndex == 1)
  }

  /// The numbers of scikit-learn's normalized_mutual_info_score and adjusted_rand_score.
  @Test func agreesWithScikitLearn() throws {
    let agreement = try #require(LabelAgreement([0, 0, 1, 1], [0, 0, 1, 2]))
    #expect(agrees(agreement.normalizedMutualInformation, 0.8, within: 1e-9))
    #expect(agrees(agreement.adjustedRandIndex, 4.0 / 7, within: 1e-9))
    let apart = try #require(LabelAgreement([0, 0, 1, 1], [0, 1, 0, 1]))
    #expect(agrees(apart.normalizedMutualInformation, 0, within: 1e-9))
    #expect(agrees(apart.adjustedRandIndex, -0.5, within: 1e-9))
  }

  @Test func randomLabelsAgreeByChance() throws {
    var random = SeededRandom(seed: 6)
    let a = (0..<5000).map { _ in random.int(below: 12) }
    let b = (0..<5000).map { _ in random.int(below: 9) }
    let agreement = try #require(LabelAgreement(a, b))
    #expect(agreement.normalizedMutualInformation < 0.02 && abs(agreement.adjustedRandIndex) < 0.01)
  }
}

@Suite struct RidgeRegressionTests {
  @Test func findsALinearRelation() throws {
    var random = SeededRandom(seed: 2)
    let rows = (0..<40).map { _ in (0..<3).map { _ in random.uniform(-5...5) } }
    // The third feature is the second once more, so that least squares alone has no single answer.
    let features = rows.map { [$0[0], $0[1], $0[1]] }
    let targets = rows.map { [2 * $0[0] - $0[1] + 7, 3.0] }
    let model = try #require(RidgeRegression(features, targets: targets, penalty: 1e-9))
    let found = model.predict([1, 2, 2])
    #expect(agrees(found[0], 7, within: 1e-5) && agrees(found[1], 3, within: 1e-5))
    #expect(RidgeRegression([[1]], targets: [[1]], penalty: 0.1) == nil)
  }

  @Test func missingFeaturesCountAsTheirMean() throws {
    let features = [[1.0], [3], [.nan], [2]]
    let model = try #require(RidgeRegression(features, targets: [[10], [30], [20], [20]], penalty: 1e-9))
    #expect(agrees(model.predict([.nan])[0], 20, within: 1e-5) && agrees(model.predict([4])[0], 40, within: 1e-5))
  }
}

@Suite struct ChannelGroupsTests {
  @Test func wardMergesTheNearestFirst() {
    let places = [0.0, 10, 0.5, 11, 30, 0.2]
    let distances = places.map { a in places.map { b in (a - b) * (a - b) } }
    #expect(wardClusters(distances, count: 3) == [0, 1, 0, 1, 2, 0])
    #expect(wardClusters(distances, count: 2) == [0, 0, 0, 0, 1, 0])
    #expect(wardClusters(distances, count: 9) == [0, 1, 2, 3, 4, 5])
    #expect(wardClusters([], count: 3) == [])
  }

  /// Channels 2 p and 2 p + 1 follow part p, one much stronger than the other; the last channel is constant.
  private func meter(images: Int, people: Int, follow: Bool, groups: Int = 9) throws -> ExplainabilityMeter {
    var random = SeededRandom(seed: 12)
    var meter = try ExplainabilityMeter(
      channels: 19, mapWidth: 28, mapHeight: 28, settings: plainSettings { $0.groupCount = groups })
    for index in 0..<images {
      let face = HandMadeFace(x: random.uniform(190...210), y: random.uniform(190...210))
      let geometry = AffineMap(
        mapWidth: 28, mapHeight: 28, inputWidth: 112, inputHeight: 112, crop: HandMadeFace().crop(side: 4.5))
      var maps: [Float] = []
      for part in FacePart.allCases {
        var hill = [Float](repeating: 0, count: 28 * 28)
        for center in HandMadeFace.layout where center.part == part {
          let x = follow ? face.x + center.x * face.unit : random.uniform(130...270)
          let y = follow ? face.y + center.y * face.unit : random.uniform(130...290)
          let one = Canvas.hill(side: 28, geometry: geometry, x: x, y: y, reach: 2.5)
          for i in hill.indices { hill[i] = max(hill[i], one[i]) }
        }
        maps += hill + hill.map { $0 * 50 }
      }
      maps += [Float](repeating: 3, count: 28 * 28)
      try meter.add(
        maps, image: MeasuredImage(index: index, group: index % people, geometry: geometry, annotation: face.annotation)
      )
    }
    return meter
  }

  @Test func detectorsOfPartsAgreeWithTheLandmarks() throws {
    let scores = try #require(try meter(images: 40, people: 10, follow: true).scores().channelGroups)
    #expect(scores.groups == 9 && scores.landmarks == 40 * 12)
    #expect(agrees(scores.nmi, 1, within: 1e-9) && agrees(scores.ari, 1, within: 1e-9))
    // Centroids of cells see a hill a little askew; a tenth of a cell is 0.016 of these.
    #expect(scores.keypointError.map { $0 < 0.02 } == true)
    #expect(scores.keypointErrorOfMean.map { $0 > 0.15 } == true)
  }

  @Test func channelsThatWanderDoNot() throws {
    let scores = try #require(try meter(images: 60, people: 10, follow: false).scores().channelGroups)
    #expect(scores.nmi < 0.2 && abs(scores.ari) < 0.06)
    #expect(scores.keypointError.map { $0 > 0.8 * scores.keypointErrorOfMean! } == true)
  }

  @Test func onePersonCannotBeSplit() throws {
    let scores = try #require(try meter(images: 6, people: 1, follow: true).scores().channelGroups)
    #expect(scores.keypointError == nil && scores.keypointErrorOfMean == nil)
    #expect(agrees(scores.nmi, 1, within: 1e-9))
  }

  @Test func aMapIsReadBetweenItsCells() {
    let map = CellMap([0, 4, 8, 12], width: 2, height: 2)
    #expect(map.value(column: 0.5, row: 0.5) == 6 && map.value(column: 1, row: 0) == 4)
    #expect(map.value(column: -0.5, row: 1.5) == 8 && map.value(column: -0.6, row: 0) == nil)
    let centroid = CellMap([0, 0, 1, 3], width: 2, height: 2).centroid
    #expect(centroid.column == 0.75 && centroid.row == 1)
    #expect(CellMap([0, 0], width: 2, height: 1).centroid.column.isNaN)
  }
}
