import ExplainableChannels
import FaceEvaluation

/// What speaks against trusting a score: one list for terminal, picture and page.
public struct Doubt: Sendable {
  /// A warning where the score may be that of something else than the two who are meant.
  public var kind: Callout.Kind
  /// In a few words, for a terminal and a picture.
  public var remark: String
  /// Whether the table of parts, and the picture, show it by themselves.
  public var isOfTable = false
  /// For a page.
  public var title: String
  public var text: String

  /// What a terminal or a picture says.
  public var line: String { "\(kind.rawValue): \(remark)" }

  var callout: Callout { Callout(kind, title: title, text: text) }
}

extension Explanation {
  /// What speaks against trusting the score. `isOneFile`: both photos are the same bytes.
  public func doubts(isOneFile: Bool) -> [Doubt] {
    var doubts: [Doubt] = []
    if let first = emptyPhotos.first {
      let shows = emptyPhotos.count == 1 ? "photo \(first) shows" : "both photos show"
      let remark = "\(shows) no part of a face that the model knows"
      doubts.append(
        Doubt(
          kind: .warning, remark: remark + ": the score says little", title: "No face to be seen",
          text: sentence(remark) + " The score says little, and nothing is decided by it."))
    }
    if isOneFile {
      doubts.append(
        Doubt(
          kind: .note, remark: "both photos are one file, byte for byte", title: "One file",
          text: "Both photos are one file, byte for byte: they match whoever is on them."))
    }
    for (photo, faces) in [("A", facesA ?? 1), ("B", facesB ?? 1)] where faces > 1 {
      doubts.append(
        Doubt(
          kind: .warning, remark: "photo \(photo) shows \(faces) faces; the largest was compared",
          title: "More than one face",
          text:
            "Photo \(photo) shows \(faces) faces. The largest was compared: look whether it is the one that is meant."))
    }
    return doubts + [ofOtherScores, hidden(naming: true)].compactMap(\.self)
  }

  /// Of these, what comes of how the photos were compared and not of the photos.
  var settingDoubts: [Doubt] { [ofOtherScores, ignoreHidden ? hidden(naming: false) : nil].compactMap(\.self) }

  private var ofOtherScores: Doubt? {
    guard isThresholdOfOtherScores else { return nil }
    let (own, other) = flip ? ("with", "without") : ("without", "with")
    return Doubt(
      kind: .note, remark: "the threshold was measured \(other) --flip", title: "The threshold is of other scores",
      text:
        "It was measured \(other) mirror images averaged in, and scores here are \(own) them. No probability is given.")
  }

  /// `naming`: which parts of which photo.
  private func hidden(naming: Bool) -> Doubt? {
    let hiding = [("A", parts.filter(\.hiddenA)), ("B", parts.filter(\.hiddenB))].compactMap { photo, parts in
      parts.isEmpty ? nil : (photo: photo, parts: parts.map(\.part).joined(separator: ", "))
    }
    guard !hiding.isEmpty else { return nil }
    let sentences = naming ? hiding.map { "Photo \($0.photo) hides: \($0.parts)." } : []
    guard ignoreHidden else {
      let remark = hiding.map { "photo \($0.photo) hides \($0.parts)" }.joined(separator: ", and ")
      return Doubt(
        kind: .note, remark: remark + ": what is hidden still counts", isOfTable: true, title: "Hidden parts",
        text: (sentences + ["They still count in the score; --ignore-hidden leaves them out."]).joined(separator: " "))
    }
    let measured = isThresholdMeasured ? ["the threshold was measured on whole faces"] : []
    return Doubt(
      kind: .note, remark: (["hidden parts were left out"] + measured).joined(separator: "; "), title: "Hidden parts",
      text: (sentences + ["Parts hidden in a photo were left out of the score."] + measured.map(sentence))
        .joined(separator: " "))
  }
}

extension CandidateRanking {
  /// What speaks against trusting the ranking's decisions: of the probe, and of how photos were compared, each remark once.
  public var doubts: [Doubt] {
    var doubts: [Doubt] = []
    if candidates.contains(where: { $0.explanation.showsFaceA == false }) {
      let remark = "the probe shows no part of a face that the model knows: the scores say little"
      doubts.append(Doubt(kind: .warning, remark: remark, title: "No face to be seen", text: sentence(remark)))
    }
    if let faces = candidates.lazy.compactMap(\.explanation.facesA).first(where: { $0 > 1 }) {
      let remark = "the probe shows \(faces) faces; the largest was compared"
      doubts.append(Doubt(kind: .warning, remark: remark, title: "More than one face", text: sentence(remark)))
    }
    for doubt in candidates.flatMap(\.explanation.settingDoubts)
    where !doubts.contains(where: { $0.text == doubt.text }) {
      doubts.append(doubt)
    }
    return doubts
  }
}

private func sentence(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() + "." }
