/// SVG path data.
enum CurvePath {
  /// A line through `points`; one point alone becomes a dot, for round line ends.
  static func line(_ points: [(x: Double, y: Double)]) -> String {
    guard let first = points.first else { return "" }
    var path = "M\(NumberText.coordinate(first.x)) \(NumberText.coordinate(first.y))"
    if points.count == 1 { return path + "h0" }
    path += "L"
    path += points.dropFirst().map { "\(NumberText.coordinate($0.x)) \(NumberText.coordinate($0.y))" }
      .joined(separator: " ")
    return path
  }
}
