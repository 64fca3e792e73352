import ExplainableChannels
import FaceEvaluation

/// What speaks against trusting a score, as a page says it.
extension ExplanationReport {
  static func doubts(_ pair: ExplainedPair) -> [any ReportBlock] {
    let explanation = pair.explanation
    let callouts: [Callout?] = [
      empty(pair), oneFile(explanation), crowd(explanation), averaged(explanation), hidden(explanation),
    ]
    return callouts.compactMap(\.self)
  }

  /// Of a ranking as a whole.
  static func doubts(probe ranking: CandidateRanking) -> [any ReportBlock] {
    let settings = ranking.settingDoubts.map { doubt in
      Callout(
        doubt.kind, title: "Compared otherwise", text: doubt.text.prefix(1).uppercased() + doubt.text.dropFirst() + ".")
    }
    guard ranking.candidates.contains(where: { $0.explanation.showsFaceA == false }) else { return settings }
    let empty = Callout(
      .warning, title: "No face to be seen",
      text: "The probe shows no part of a face that the model knows. The scores say little.")
    return [empty] + settings
  }

  /// A candidate's verdict in the heading of its section, or why it means little.
  static func verdict(ofCandidate pair: ExplainedPair) -> String {
    if pair.explanation.showsFaceB == false { return "no face to be seen" }
    return pair.explanation.showsFaceA == false ? "the probe shows no face" : pair.verdict.lowercased()
  }

  private static func empty(_ pair: ExplainedPair) -> Callout? {
    let photos = pair.explanation.emptyPhotos
    guard let first = photos.first else { return nil }
    let shows = photos.count == 1 ? "Photo \(first) shows" : "Both photos show"
    return Callout(
      .warning, title: "No face to be seen",
      text: "\(shows) no part of a face that the model knows. The score says little, and nothing is decided by it.")
  }

  private static func oneFile(_ explanation: Explanation) -> Callout? {
    guard explanation.provenance?.isOneFile == true else { return nil }
    return Callout(title: "One file", text: "Both photos are one file, byte for byte: they match whoever is on them.")
  }

  private static func crowd(_ explanation: Explanation) -> Callout? {
    let photos = [("A", explanation.facesA ?? 1), ("B", explanation.facesB ?? 1)].filter { $0.1 > 1 }
    guard !photos.isEmpty else { return nil }
    let sentences = photos.map { "Photo \($0.0) shows \($0.1) faces." }
    return Callout(
      .warning, title: "More than one face",
      text: sentences.joined(separator: " ") + " The largest was compared: look whether it is the one that is meant.")
  }

  private static func averaged(_ explanation: Explanation) -> Callout? {
    guard explanation.isThresholdOfOtherScores else { return nil }
    let (own, other) = explanation.flip ? ("with", "without") : ("without", "with")
    return Callout(
      title: "The threshold is of other scores",
      text:
        "It was measured \(other) mirror images averaged in, and this score is \(own) them. No probability is given.")
  }

  private static func hidden(_ explanation: Explanation) -> Callout? {
    func names(_ isHidden: (Explanation.Line) -> Bool) -> String {
      explanation.parts.filter(isHidden).map(\.part).joined(separator: ", ")
    }
    let (a, b) = (names(\.hiddenA), names(\.hiddenB))
    let sentences = [("A", a), ("B", b)].filter { !$0.1.isEmpty }.map { "Photo \($0.0) hides: \($0.1)." }
    guard !sentences.isEmpty else { return nil }
    let end =
      explanation.ignoreHidden
      ? "Parts hidden in a photo were left out of the score."
        + (explanation.isThresholdMeasured ? " The threshold was measured on whole faces." : "")
      : "They still count in the score; --ignore-hidden leaves them out."
    return Callout(.warning, title: "Hidden parts", text: (sentences + [end]).joined(separator: " "))
  }
}
