import FaceEvaluation

extension ExplainedPair {
  /// "Same person", "Different people", or only that they were compared.
  public var verdict: String {
    explanation.same.map { $0 ? "Same person" : "Different people" } ?? "Two faces compared"
  }

  /// What heads a page or a picture: the verdict, or that there is no face to have one about.
  var title: String { explanation.emptyPhotos.isEmpty ? verdict : "No face to be seen" }

  /// The decision's numbers in a line.
  public var summary: String {
    let digits = explanation.digits(atLeast: 3)
    var parts = ["score \(NumberText.fixed(explanation.score, digits: digits))"]
    if let threshold = explanation.threshold {
      parts.append("threshold \(NumberText.fixed(threshold, digits: digits))")
    }
    if let probability = explanation.probability {
      parts.append("\(NumberText.chance(probability, digits: 0)) likely one person")
    }
    return parts.joined(separator: ", ")
  }

  /// Short names of the photos; from where their folders part on where they are alike.
  var names: (a: String, b: String) {
    let names = PathNames.distinct([explanation.photoA, explanation.photoB])
    return (names[0], names[1])
  }

  /// The same, photo B by the name that a ranking gives it.
  func shownNames(candidate: String?) -> (a: String, b: String) { (names.a, candidate ?? names.b) }
}
