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
        placeA: pair.match.placeA(part), placeB: pair.match.placeB(part), note: hidden(part))
    }
    return rows.sorted { $0.height < $1.height }
  }

  /// The parts that are not shown, and the average face, added up.
  static func rest(_ pair: ExplainedPair, rows: [GlanceRow]) -> Double {
    pair.explanation.score - rows.reduce(0) { $0 + $1.contribution }
  }

  private static func hidden(_ part: Match.Part) -> String {
    switch (part.isHiddenA, part.isHiddenB) {
    case (true, true): "hidden in both"
    case (true, false): "hidden in A"
    case (false, true): "hidden in B"
    case (false, false): ""
    }
  }

  var color: RGB { DivergingColors.color(contribution) }

  private var height: Double {
    let places = [placeA, placeB].compactMap { $0?.y }
    return places.isEmpty ? 1 : places.reduce(0, +) / Double(places.count)
  }
}
