import ExplainableChannels
import FaceImages

/// Two photos and the account of their score: what pictures and pages are made of.
public struct ExplainedPair: Sendable {
  public let explanation: Explanation
  public let match: Match
  /// What the network saw of the photos, at the size to be drawn.
  public let photoA: Image
  public let photoB: Image

  public init(_ explanation: Explanation, match: Match, photoA: Image, photoB: Image) {
    self.explanation = explanation
    self.match = match
    self.photoA = photoA
    self.photoB = photoB
  }
}
