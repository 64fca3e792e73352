import ExplainableChannels

/// One probe's candidates, best first.
public struct CandidateRanking: Sendable {
  public struct Candidate: Sendable {
    public let name: String
    public let explanation: Explanation

    public init(name: String, explanation: Explanation) {
      self.name = name
      self.explanation = explanation
    }
  }

  public let probe: String
  public let model: String
  public let candidates: [Candidate]

  /// What a decision about a candidate is not.
  public static let caution =
    "Decision and probability are of each pair by itself. Among many candidates some strangers reach the threshold."

  public init(probe: String, model: String, candidates: [Candidate]) {
    self.probe = probe
    self.model = model
    self.candidates = candidates
  }
}
