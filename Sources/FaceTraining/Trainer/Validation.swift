import FaceNetworks

/// Scores a network after each epoch: what `best.safetensors` goes by.
public struct Validation {
  /// What the score is, in words, such as "the accuracy on fold 9 of CFP". Scores by different criteria cannot be
  /// compared, so a run goes on only by the one that it began with.
  public let criterion: String
  /// Higher is better.
  public let score: (FaceNetwork, _ epoch: Int) throws -> Double

  public init(criterion: String, score: @escaping (FaceNetwork, _ epoch: Int) throws -> Double) {
    self.criterion = criterion
    self.score = score
  }
}
