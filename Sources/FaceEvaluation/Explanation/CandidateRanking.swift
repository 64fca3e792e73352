import ExplainableChannels
import FaceDatasets

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
  /// Photos of the gallery that could not be compared.
  public let damaged: [DamagedPhoto]

  /// What a decision about a candidate is not, or why there is none; nil for one candidate that is decided about.
  public var caution: String? {
    guard candidates.contains(where: { $0.explanation.same != nil }) else {
      guard let first = candidates.first?.explanation else { return nil }
      let reason =
        first.threshold == nil
        ? "the model has no threshold (facet calibrate MODEL --data ... --save)"
        : "no face is to be seen in \(first.showsFaceA == false ? "the probe" : "any candidate")"
      return "No decisions: \(reason)."
    }
    guard candidates.count > 1 else { return nil }
    return "Decision and probability are of each pair by itself. Among many candidates some strangers reach the "
      + "threshold."
  }

  public init(probe: String, model: String, candidates: [Candidate], damaged: [DamagedPhoto] = []) {
    self.probe = probe
    self.model = model
    self.candidates = candidates
    self.damaged = damaged
  }
}

extension CandidateRanking: Encodable {
  private enum Key: String, CodingKey { case candidates, damaged }

  /// The accounts, best first, and what is missing among them.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(candidates.map(\.explanation), forKey: .candidates)
    try container.encode(damaged, forKey: .damaged)
  }
}
