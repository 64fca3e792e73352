import ExplainableChannels
import FileDigests

/// An account made again from its files, beside what was written down.
public struct ExplanationAudit: Encodable, Sendable {
  /// A file that the account names.
  public struct File: Encodable, Sendable {
    public enum State: String, Encodable, Sendable { case same, changed, missing }

    public let path: String
    public let state: State
    /// What the account says of it.
    public let recorded: FileFingerprint

    /// Reads a file. One that cannot be read counts as missing.
    ///
    /// - Parameter place: Where it lies now; nil for the recorded path.
    public init(_ recorded: FileFingerprint, at place: String? = nil) {
      self.recorded = recorded
      path = place ?? recorded.path
      let found = try? FileFingerprint(of: path)
      state = found.map { $0.sha256 == recorded.sha256 ? .same : .changed } ?? .missing
    }
  }

  public let photoA: File
  public let photoB: File
  public let model: File
  /// The score that was written down.
  public let score: Double
  /// The score of the same files now; nil where one is changed or missing.
  public private(set) var found: Double?
  /// The largest difference of the score and of any line of the account; nil where it was not made again, or has other lines.
  public private(set) var largestDifference: Double?
  /// What does not agree, in words.
  public private(set) var objections: [String]
  /// Whether all files are the same and the account came out as it was written down.
  public let holds: Bool

  /// Differences up to this much are another machine's rounding.
  public static let tolerance = 1e-4

  /// - Parameter account: Makes the account of two photos again; asked only when all files are the same.
  public init(
    _ recorded: Explanation, provenance: Provenance, model: File, account: (String, String) throws -> Explanation
  ) rethrows {
    self.model = model
    score = recorded.score
    (photoA, photoB) = (File(provenance.photoA), File(provenance.photoB))
    let files = [("photo A", photoA), ("photo B", photoB), ("the model", model)]
    objections = files.filter { $0.1.state != .same }.map { "\($0.0) is \($0.1.state.rawValue): \($0.1.path)" }
    if objections.isEmpty {
      let again = try account(photoA.path, photoB.path)
      found = again.score
      objections = ExplanationAudit.objections(recorded, again)
      largestDifference = ExplanationAudit.largestDifference(recorded, again)
    }
    holds = objections.isEmpty
  }

  private static func largestDifference(_ a: Explanation, _ b: Explanation) -> Double? {
    guard a.parts.map(\.part) == b.parts.map(\.part) else { return nil }
    return zip(a.parts, b.parts).map { abs($0.contribution - $1.contribution) }.reduce(abs(a.score - b.score), max)
  }

  private static func objections(_ recorded: Explanation, _ again: Explanation) -> [String] {
    func differ(_ a: Double?, _ b: Double?) -> Bool {
      guard let a, let b else { return (a == nil) != (b == nil) }
      return !(abs(a - b) <= tolerance)
    }
    func text(_ value: Double?) -> String { value.map { "\($0)" } ?? "none" }
    var objections: [String] = []
    for (name, a, b) in [
      ("the score", recorded.score, again.score), ("the threshold", recorded.threshold, again.threshold),
      ("the probability", recorded.probability, again.probability),
      ("the counterfactual's score", recorded.counterfactual?.score, again.counterfactual?.score),
    ] where differ(a, b) {
      objections.append("\(name) is recorded as \(text(a)) and comes out as \(text(b))")
    }
    // At the very edge rounding alone may turn a decision.
    let isOnEdge = recorded.threshold.map { abs(recorded.score - $0) <= tolerance } ?? false
    if recorded.same != again.same, !isOnEdge { objections.append("the decision comes out the other way") }
    if recorded.decisions != again.decisions { objections.append("the error counts are not the model's") }
    if recorded.counterfactual?.parts != again.counterfactual?.parts {
      objections.append("the counterfactual comes out with other parts")
    }
    if recorded.parts.map(\.part) != again.parts.map(\.part) {
      objections.append("the account comes out with other lines")
    } else {
      for (a, b) in zip(recorded.parts, again.parts)
      where differ(a.contribution, b.contribution) || differ(a.visibleA, b.visibleA) || differ(a.visibleB, b.visibleB) {
        objections.append("the line \(a.part) comes out differently")
      }
    }
    return objections
  }
}
