import ExplainableChannels
import FaceEvaluation

extension Explanation {
  /// The photos, "A" and "B", that show no part of a face.
  var emptyPhotos: [String] { [("A", showsFaceA), ("B", showsFaceB)].filter { $0.1 == false }.map(\.0) }

  /// As many decimals as tell the score, or another in its place, from the threshold, `least` at least: what is below it is not to
  /// be read as reaching it.
  public func digits(of other: Double? = nil, atLeast least: Int) -> Int {
    threshold.map { NumberText.digits(telling: other ?? score, from: $0, atLeast: least) } ?? least
  }

  /// Whether the threshold is the model's, and not one that somebody gave.
  var isThresholdMeasured: Bool { threshold != nil && thresholdSource != Explanation.givenThreshold }

  /// The part that adds most to the score; nil where none adds anything.
  public var strongestSupport: Line? {
    parts.filter { $0.kind == .part && !$0.ignored && $0.contribution > 0 }.max { $0.contribution < $1.contribution }
  }

  /// What speaks against the score of photo B as a candidate for photo A, in a few words; nil where nothing does.
  public var doubtAsCandidate: String? {
    if showsFaceB == false { return "no face to be seen" }
    if provenance?.isOneFile == true { return "the probe's own file" }
    return facesB.flatMap { $0 > 1 ? "the largest of \($0) faces" : nil }
  }
}

extension Explanation.Line {
  /// How visible the part is in each photo as it is shown, to hundredths: rounded down where it is hidden, which begins below a
  /// quarter and is not to be read as one.
  public var shownA: Double? { Explanation.Line.shown(visibleA, hiddenA) }
  public var shownB: Double? { Explanation.Line.shown(visibleB, hiddenB) }

  private static func shown(_ value: Double?, _ isHidden: Bool) -> Double? {
    value.map { ($0 * 100).rounded(isHidden ? .down : .toNearestOrAwayFromZero) / 100 }
  }
}
