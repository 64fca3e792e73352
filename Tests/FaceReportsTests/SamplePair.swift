import FaceEvaluation
import FaceImages
import Foundation

@testable import ExplainableChannels

/// A pair of photos with three parts, "channel 0" to "channel 2", made without a network. They lie side by side in the
/// upper left corner of maps of 16 x 16 cells, and add 0.4, -0.1 and 0.2 to the score.
func samplePair(
  visibleA: [Double?] = [1, 1, 1], visibleB: [Double?] = [1, 1, 1], ignored: Set<Int> = [], side: Int = 40,
  photos: (a: String, b: String) = ("a.jpg", "b.jpg")
) throws -> ExplainedPair {
  let match = sampleMatch(visibleA, visibleB, ignored: ignored)
  let bare = """
    {"photoA": "", "photoB": "", "model": "m", "score": 0.5, "threshold": 0.3, "flip": false,
    "ignoreHidden": \(!ignored.isEmpty), "exact": true, "named": true, "parts": []}
    """
  var explanation = try JSONDecoder().decode(Explanation.self, from: Data(bare.utf8))
  (explanation.photoA, explanation.photoB) = (photos.a, photos.b)
  (explanation.showsFaceA, explanation.showsFaceB, explanation.same) = (
    match.showsFaceA, match.showsFaceB, match.isSame
  )
  explanation.parts = match.parts.map { part in
    Explanation.Line(
      part: part.name, kind: .part, contribution: part.contribution, samePart: part.samePart, share: part.share,
      visibleA: part.visibleA, visibleB: part.visibleB, hiddenA: part.isHiddenA, hiddenB: part.isHiddenB,
      ignored: part.isIgnored, channels: part.channels)
  }
  let photo = Image(width: side, height: side, color: RGB(128, 128, 128))
  return ExplainedPair(explanation, match: match, photoA: photo, photoB: photo)
}

private func sampleMatch(_ visibleA: [Double?], _ visibleB: [Double?], ignored: Set<Int>) -> Match {
  var activations = [Float](repeating: 0, count: 3 * 256)
  for channel in 0..<3 { activations[channel * 256 + channel] = 1 }
  let view = ExaminedFace.View(
    isMirrored: false, activations: activations, embedding: [1, 0], deviations: [], peaks: [1, 1, 1], scale: 1)
  let face = ExaminedFace(views: [view], embedding: [1, 0], channels: 3, height: 16, width: 16)
  let half = ScoreAccount.Side(
    views: [.init(isMirrored: false, channels: [0.2, -0.05, 0.1], cells: .asActive(activations))], constant: 0,
    height: 16, width: 16)
  return Match(
    ScoreAccount(score: 0.5, first: half, second: half, isExact: true),
    partPairs: (0..<3).map { row in (0..<3).map { $0 == row ? 0.1 : 0 } },
    first: face,
    second: face, grouping: FaceParts(channels: 3), threshold: 0.3,
    visibility: (first: visibleA, second: visibleB), ignored: ignored)
}

/// Where two photos came from, told apart by what stands for their bytes.
func sampleProvenance(_ a: String, _ b: String) throws -> Provenance {
  func file(_ digest: String) -> String { #"{"path": "p", "bytes": 1, "sha256": "\#(digest)"}"# }
  let text = """
    {"photoA": \(file(a)), "photoB": \(file(b)), "model": \(file("m")), "program": "p", "libTorch": "2",
    "device": "cpu", "date": 0}
    """
  return try JSONDecoder().decode(Provenance.self, from: Data(text.utf8))
}
