import ExplainableChannels
import FaceDatasets
import FaceImages
import Testing

@testable import FaceEvaluation

@Suite struct InpaintingGameTests {
  /// A face of 3 x 2 pixels: brow, left eye, right eye; mouth, mouth, nothing.
  private let labels = PartMap(width: 3, height: 2, labels: [0, 1, 2, 4, 4, PartMap.none])

  private func map(_ values: [Float]) -> FloatMap { FloatMap(width: 3, height: 2, values: values) }

  @Test func contributionsAreSummedWithinTheMasksOfBothFaces() {
    let saliency = MatchSaliency(first: map([1, 2, 3, 4, 5, 100]), second: map([3, 0, 0, 0, -1, 100]))
    let sums = InpaintingGame.contributions(saliency, .masks, labels: (labels, labels))!
    let named = Dictionary(uniqueKeysWithValues: zip(GamePart.allCases, sums))
    #expect(named[.brow] == 2 && named[.eyes] == 2.5 && named[.mouth] == 4 && named[.nose] == 0)
  }

  @Test func ownPartsNeedNoMask() {
    let map = self.map([0, 0, 0, 0, 0, 0])
    #expect(
      InpaintingGame.contributions(MatchSaliency(first: map, second: map), .own, labels: (labels, labels)) == nil)
    let saliency = MatchSaliency(first: map, second: map, parts: [.leftEye: 0.25, .rightEye: 0.5, .nose: -1])
    let own = InpaintingGame.contributions(saliency, .own, labels: (labels, labels))!
    #expect(own == [nil, 0.75, -1, nil, nil, nil, nil, nil])
  }

  @Test func thePartThatFallsMostIsNamed() {
    #expect(InpaintingGame.fallen([1, 1, 1, 1, 1, 1, 1, 1], [1, 0.5, 0.9, 1, 1, 2, 1, 1]) == .eyes)
    // When all rise, the one that rises least.
    #expect(InpaintingGame.fallen([0, 0, 0, 0, 0, 0, 0, 0], [3, 3, 3, 3, 3, 3, 1, 3]) == .cheek)
    #expect(InpaintingGame.fallen([1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1, 1, 1]) == nil)
    // A part without a word does not win because all others rise.
    #expect(InpaintingGame.fallen([0, 0, 0, 0, nil, 0, 0, 0], [3, 2, 3, 3, nil, 3, 3, 3]) == .eyes)
  }

  @Test func pointingAsksForTheStrongestPixelOfTheSecondFace() {
    let image = Image(width: 3, height: 2)
    let triplet = InpaintingGame.Triplet(
      part: .mouth, photos: [image, image, image], labels: [labels, labels, labels])
    let zero = map([0, 0, 0, 0, 0, 0])
    func points(_ values: [Float]) -> Bool {
      InpaintingGame.points(
        MatchSaliency(first: zero, second: map(values)), MatchSaliency(first: zero, second: zero), at: triplet)
    }
    #expect(points([1, 0, 0, 0, 2, 0]))
    #expect(!points([3, 0, 0, 0, 2, 0]))
    #expect(!points([0, 0, 0, 0, 0, 3]))
    #expect(!points([1, 1, 1, 1, 1, 1]), "a constant map points nowhere")
  }

  @Test func resultsCountWhatWasWonAndNoticed() {
    func verdict(_ exchanged: GamePart, _ named: GamePart?, _ noticed: Bool) -> GameResult.Verdict {
      .init(exchanged: exchanged, named: named, isNoticed: noticed, points: nil)
    }
    let result = GameResult(
      .masks,
      [
        verdict(.nose, .nose, true), verdict(.nose, .mouth, false), verdict(.chin, .chin, false),
        verdict(.jaw, nil, true),
      ])
    #expect(result.all == Share(hits: 2, of: 4) && result.noticed == Share(hits: 1, of: 2))
    #expect(result.byPart[.nose] == Share(hits: 1, of: 2) && result.noticedByPart[.nose] == Share(hits: 1, of: 1))
    #expect(result.wronglyNamed == [.mouth: 1] && result.pointing == nil)
    #expect(result.wins == [true, false, true, false])
  }

  @Test func tripletsExchangeOnePartAndNothingElse() throws {
    var input = InputSettings()
    input.size = 48
    let game = InpaintingGame(input, seed: 4)
    for number in 0..<GamePart.allCases.count {
      let triplet = try game.triplet(number)
      #expect(triplet.part == GamePart.allCases[number])
      #expect(
        triplet.photos.allSatisfy { $0.width == input.storedSide } && triplet.labels.allSatisfy { $0.width == 48 })
      for labels in triplet.labels {
        #expect(triplet.part.parts.reduce(0) { $0 + labels.area(of: $1) } >= game.leastPixels)
      }
      let (mate, nonmate) = (triplet.photos[1].pixels, triplet.photos[2].pixels)
      #expect(mate != nonmate && triplet.photos[0].pixels != mate)
      // What shows the part neither before nor after is the same.
      let margin = (input.storedSide - 48) / 2
      let labels = triplet.labels[1...].map(\.labels)
      for place in 0..<(48 * 48) where !labels.contains(where: { isOf(triplet.part, $0[place]) }) {
        let pixel = 3 * ((place / 48 + margin) * input.storedSide + place % 48 + margin)
        #expect(mate[pixel..<(pixel + 3)] == nonmate[pixel..<(pixel + 3)])
        #expect(labels[0][place] == labels[1][place])
      }
      #expect(try game.photos(triplet).shape == [3, 3, 48, 48])
    }
    let again = try game.triplet(3)
    #expect(try again.photos == game.triplet(3).photos)
    #expect(try InpaintingGame(input, seed: 5).triplet(3).photos != again.photos)
  }

  private func isOf(_ part: GamePart, _ label: UInt8) -> Bool { part.parts.contains { PartMap.label(of: $0) == label } }

  @Test func impossibleTripletsAreSaid() {
    var input = InputSettings()
    input.size = 16
    var game = InpaintingGame(input, seed: 1)
    (game.leastPixels, game.attempts) = (1000, 3)
    #expect(throws: SettingsError.self) { _ = try game.triplet(0) }
  }
}
