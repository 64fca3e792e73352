import ExplainableChannels
import FaceEvaluation
import FaceImages

/// A part that the picture of both faces points at.
struct GlanceRow {
  let name: String
  let contribution: Double
  /// Its magnitude over the largest part's, 0 to 1.
  let strength: Double
  let placeA: Match.Place?
  let placeB: Match.Place?
  /// "hidden in A", ...; empty where both photos show it.
  let note: String

  /// The parts that add or take most, from the top of the face down, so that lines from the list to the faces seldom cross.
  static func rows(_ pair: ExplainedPair, limit: Int = 9) -> [GlanceRow] {
    let parts = pair.match.parts.filter { !$0.isIgnored }
    let largest = parts.reduce(1e-12) { max($0, abs($1.contribution)) }
    let shown = parts.sorted { abs($0.contribution) > abs($1.contribution) }.prefix(limit)
      .filter { abs($0.contribution) > 0.02 * largest }
    let rows = shown.map { part in
      GlanceRow(
        name: part.name, contribution: part.contribution, strength: abs(part.contribution) / largest,
        placeA: pair.match.placeA(part), placeB: pair.match.placeB(part), note: hidden(part.isHiddenA, part.isHiddenB))
    }
    return rows.sorted { $0.height < $1.height }
  }

  /// What there is beside the parts in ``rest(_:rows:)``.
  static func restInWords(_ pair: ExplainedPair) -> String {
    "the constant\(pair.explanation.exact ? "" : ", the remainder") and rounding"
  }

  /// The parts that are not shown, the constant, and what rounding leaves, added up: what the numbers lack to the score as they are
  /// shown, with three digits each.
  static func rest(_ pair: ExplainedPair, rows: [GlanceRow]) -> Double {
    func shown(_ value: Double) -> Double { (value * 1000).rounded() }
    return (shown(pair.explanation.score) - rows.reduce(0) { $0 + shown($1.contribution) }) / 1000
  }

  /// Which photos hide a part, in words; empty where neither does.
  static func hidden(_ inA: Bool, _ inB: Bool) -> String {
    switch (inA, inB) {
    case (true, true): "hidden in both"
    case (true, false): "hidden in A"
    case (false, true): "hidden in B"
    case (false, false): ""
    }
  }

  /// Where a line from a name to a part's middle ends: at the part's circle, or at the photo's edge where that cuts it.
  ///
  /// - Parameter sides: The photo's left and right edges.
  static func lineEnd(
    from start: (x: Double, y: Double), to middle: (x: Double, y: Double), radius: Double,
    sides: (left: Double, right: Double)
  ) -> (x: Double, y: Double) {
    let (dx, dy) = (middle.x - start.x, middle.y - start.y)
    let length = (dx * dx + dy * dy).squareRoot()
    let entry = dx == 0 ? 0 : ((dx > 0 ? sides.left : sides.right) - start.x) / dx
    let share = max(1 - radius / max(length, 1), min(1, max(0, entry)))
    return (start.x + dx * share, start.y + dy * share)
  }

  var color: RGB { DivergingColors.color(contribution) }

  private var height: Double {
    let places = [placeA, placeB].compactMap { $0?.y }
    return places.isEmpty ? 1 : places.reduce(0, +) / Double(places.count)
  }
}
