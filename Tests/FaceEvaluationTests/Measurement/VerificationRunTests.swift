import FaceDatasets
import FaceEvaluation
import FaceImages
import Foundation
import Testing

@Suite struct VerificationRunTests {
  private func pairs(_ list: [(Int, Int, Bool)]) -> [FacePair] {
    list.enumerated().map { FacePair(first: $1.0, second: $1.1, same: $1.2, fold: $0 % 2) }
  }

  @Test func anUntrainedNetworkGuesses() throws {
    // Same or not is tossed here, so no network can know, and the wrong pairs would show.
    var random = SeededRandom(seed: 2)
    let all = (0..<200).map { fold in
      FacePair(first: random.int(below: 25), second: random.int(below: 25), same: fold % 2 == 0, fold: fold / 2 % 10)
    }
    let result = try tinyScan().verify(VerificationSet(name: "toss", dataset: Pictures.faces, pairs: all))
    #expect(result.metrics.pairs == 200)
    #expect((0.4...0.6).contains(result.metrics.auc), "\(result.metrics.auc)")
    #expect((0.35...0.65).contains(result.metrics.crossValidation!.meanAccuracy))
  }

  @Test(arguments: [false, true]) func aPhotoAndItselfAreOne(flip: Bool) throws {
    let list = pairs([(0, 0, true), (7, 7, true), (0, 7, false), (3, 20, false)])
    let set = VerificationSet(name: "twins", dataset: Pictures.faces, pairs: list)
    let result = try tinyScan().verify(set, flip: flip)
    #expect(result.sameScores.allSatisfy { abs($0 - 1) < 1e-6 })
    #expect(result.differentScores.allSatisfy { $0 < 0.99999 })
    #expect(result.metrics.auc == 1)
    #expect(result.flip == flip && result.view == "as cropped" && result.name == "twins")
  }

  @Test func copiesOfAPhotoAreOneToo() throws {
    let faces = Pictures.faces.images
    let dataset = Pictures(images: [faces[0], faces[9], faces[0], faces[9]])
    let list = pairs([(0, 2, true), (1, 3, true), (0, 1, false), (2, 3, false)])
    let result = try tinyScan().verify(VerificationSet(name: "copies", dataset: dataset, pairs: list))
    #expect(result.sameScores.allSatisfy { abs($0 - 1) < 1e-6 })
    // Moved, two copies are moved differently.
    let moved = try tinyScan().verify(
      VerificationSet(name: "copies", dataset: dataset, pairs: list), view: .moved(MovedFaces()))
    #expect(moved.sameScores.allSatisfy { $0 < 0.9999999 })
    #expect(moved.view == "moved")
  }

  @Test func flippingMakesMirrorImagesAlike() throws {
    let face = Pictures.faces.images[4]!
    var mirror = face
    for y in 0..<36 { for x in 0..<36 { mirror[x, y] = face[35 - x, y] } }
    let dataset = Pictures(images: [face, mirror, Pictures.faces.images[20]])
    let list = pairs([(0, 1, true), (0, 2, false)])
    let set = VerificationSet(name: "mirrors", dataset: dataset, pairs: list)
    #expect(try tinyScan().verify(set).sameScores[0] < 0.99999)
    let flipped = try tinyScan().verify(set, flip: true).sameScores[0]
    #expect(abs(flipped - 1) < 1e-5)
  }

  @Test func pairsOfDamagedPhotosAreCountedAndThePhotosNamed() throws {
    var dataset = Pictures.faces
    dataset.images[1] = nil
    dataset.images[6] = nil
    let list = pairs([
      (0, 1, true), (0, 2, true), (1, 6, false), (5, 7, true), (2, 10, false), (3, 12, false), (6, 20, false),
    ])
    let scan = try tinyScan()
    let result = try scan.verify(VerificationSet(name: "some", dataset: dataset, pairs: list))
    #expect(result.pairsLeftOut == 3)
    #expect(result.metrics.pairs == 4)
    #expect(result.damaged.map(\.source) == ["picture 1", "picture 6"])
    // The pairs that are left have the scores they have without any damage.
    let whole = try scan.verify(
      VerificationSet(name: "some", dataset: Pictures.faces, pairs: pairs([(0, 2, true), (2, 10, false)])))
    #expect(abs(result.sameScores[0] - whole.sameScores[0]) < 1e-6)
    #expect(abs(result.differentScores[0] - whole.differentScores[0]) < 1e-6)
  }

  @Test func withoutUsablePairsThereIsAnError() throws {
    let dataset = Pictures(images: [nil, nil])
    let set = VerificationSet(name: "none", dataset: dataset, pairs: pairs([(0, 1, true), (1, 0, false)]))
    #expect(throws: VerificationError.self) { _ = try tinyScan().verify(set) }
  }
}
