import ExplainableChannels
import FaceImages
import Testing
import Torch

@testable import FaceEvaluation

@Suite struct PixelRemovalTests {
  /// The red of the first two pixels, and one.
  private func embed(_ photos: Tensor) throws -> Tensor {
    let pixels = try photos.contiguous().flattened(from: 1).sliced(1, 0..<2)
    return try Tensor.concatenated([pixels, Tensor.ones([photos.size(0), 1])], 1)
  }

  /// Two photos of 2 x 2 pixels, (1, 1, ...) and (1, 0, ...), whose maps name the pixels in the order of storage.
  private let photos = try! Tensor(
    [Float](repeating: 1, count: 12) + [1, 0] + [Float](repeating: 1, count: 10), [2, 3, 2, 2])
  private let map = FloatMap(width: 2, height: 2, values: [4, 3, 2, 1])

  private func cosines(_ map: FloatMap) throws -> PixelRemoval.Cosines {
    var removal = PixelRemoval()
    removal.steps = 4
    return try removal.cosines([PhotoPair(0, 1)], of: photos, [MatchSaliency(first: map, second: map)], embed: embed)[0]
  }

  private func expect(_ values: [Double], _ expected: [Double], location: SourceLocation = #_sourceLocation) {
    #expect(values.count == expected.count, sourceLocation: location)
    #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-6 }, "\(values)", sourceLocation: location)
  }

  @Test func curvesAreThoseWorkedOutByHand() throws {
    let (half, six, two) = (0.5.squareRoot(), 6.0.squareRoot(), 2.0)
    let cosines = try cosines(map)
    // The first photo (1, 1, 1) loses its first pixel, then its second, against (1, 0, 1).
    expect(cosines.deletion[0], [two / six, 0.5, half, half, half])
    expect(cosines.insertion[0], [half, 1, two / six, two / six, two / six])
    // The second, (1, 0, 1), against (1, 1, 1).
    let third = 1 / 3.0.squareRoot()
    expect(cosines.deletion[1], [two / six, third, third, third, third])
    expect(cosines.insertion[1], [third, two / six, two / six, two / six, two / six])
  }

  @Test func areasAreThoseWorkedOutByHand() throws {
    let pair = try cosines(map)
    let result = RemovalResult([pair, pair], same: [true, false], threshold: 0.75)
    #expect(result.shares == [0, 0.25, 0.5, 0.75, 1])
    // Of one person: right, wrong, wrong, wrong, wrong in both turns. Of two: the other way round.
    #expect(result.deletionAreas == [0.125, 0.875])
    // Of one person: wrong, right, right, right, right in both turns.
    #expect(result.insertionAreas == [0.875, 0.125])
    #expect(result.deletion == [0.5, 0.5, 0.5, 0.5, 0.5])
    #expect(result.deletionArea.mean == 0.5 && result.deletionArea.count == 2)
    #expect(result.deletionCosineArea.count == 1)
    // The verdict needs the score to reach the threshold.
    let at = RemovalResult([pair], same: [true], threshold: pair.deletion[0][0])
    #expect(at.deletion[0] == 1)
  }

  @Test func aBetterOrderHasASmallerDeletionArea() throws {
    let late = FloatMap(width: 2, height: 2, values: [1, 2, 3, 4])
    let good = RemovalResult([try cosines(map)], same: [true], threshold: 0.75)
    let bad = RemovalResult([try cosines(late)], same: [true], threshold: 0.75)
    #expect(good.deletionArea.mean < bad.deletionArea.mean)
    #expect(good.insertionArea.mean > bad.insertionArea.mean)
  }

  @Test func equalPixelsComeInAnOrderOfTheirOwn() {
    let order = PixelOrder(FloatMap(width: 4, height: 4, values: [Float](repeating: 0, count: 16)))
    #expect(order.ranks.sorted() == Array(0..<16))
    #expect(order.ranks != Array(0..<16))
    #expect(PixelOrder(FloatMap(width: 4, height: 4, values: [Float](repeating: 7, count: 16))).ranks == order.ranks)
    let odd = PixelOrder(FloatMap(width: 2, height: 2, values: [.nan, 1, -5, 2]))
    #expect(odd.ranks == [3, 1, 2, 0])
    #expect(odd.first(2) == [0, 1, 0, 1])
  }

  @Test func fillingIsGrayOrBlurred() throws {
    var removal = PixelRemoval()
    let photo = try Tensor((0..<192).map { Float($0 % 8) / 8 }, [1, 3, 8, 8])
    #expect(try removal.filled(photo).abs().max().item() == 0)
    removal.fill = .blur
    let blurred = try removal.filled(photo)
    #expect(blurred.shape == photo.shape)
    #expect(abs(try blurred.mean().item() - photo.mean().item()) < 0.02)
    #expect(try (blurred - photo).abs().max().item() > 0.05)
  }

  @Test func settingsThatMakeNoCurveAreRefused() {
    var removal = PixelRemoval()
    removal.steps = 0
    #expect(throws: SaliencyError.self) { try removal.validate() }
    var settings = FaithfulnessSettings()
    settings.pairs = 1
    #expect(throws: SaliencyError.self) { try settings.validate() }
    settings = FaithfulnessSettings()
    settings.explainers = []
    #expect(throws: SaliencyError.self) { try settings.validate() }
    let others: [WritableKeyPath<FaithfulnessSettings, Int>] = [
      \.triplets, \.sanityPairs, \.sanityDraws, \.sanityTriplets, \.timedPairs,
    ]
    for other in others {
      settings = FaithfulnessSettings()
      settings[keyPath: other] = -1
      #expect(throws: SaliencyError.self) { try settings.validate() }
    }
  }
}
