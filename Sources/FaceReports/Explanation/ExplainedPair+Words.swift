import FaceEvaluation
import Foundation

extension ExplainedPair {
  /// "Same person", "Different people", or only that they were compared.
  public var verdict: String {
    explanation.same.map { $0 ? "Same person" : "Different people" } ?? "Two faces compared"
  }

  /// What heads a page or a picture: the verdict, or that there is no face to have one about.
  var title: String { explanation.emptyPhotos.isEmpty ? verdict : "No face to be seen" }

  /// What stands under the title: the numbers, behind the verdict where the title is another.
  var subtitle: String {
    explanation.same == nil || title == verdict ? summary : "\(verdict.lowercased()), \(summary)"
  }

  /// The decision's numbers in a line.
  public var summary: String {
    var parts = ["score \(NumberText.fixed(explanation.score, digits: 3))"]
    if let threshold = explanation.threshold { parts.append("threshold \(NumberText.fixed(threshold, digits: 3))") }
    if let probability = explanation.probability {
      parts.append("\(NumberText.chance(probability, digits: 0)) likely one person")
    }
    return parts.joined(separator: ", ")
  }

  /// Short names of the photos; with their folders where they are alike.
  var names: (a: String, b: String) {
    let (a, b) = (URL(fileURLWithPath: explanation.photoA), URL(fileURLWithPath: explanation.photoB))
    if a.lastPathComponent != b.lastPathComponent { return (a.lastPathComponent, b.lastPathComponent) }
    func long(_ url: URL) -> String { url.pathComponents.suffix(3).filter { $0 != "/" }.joined(separator: "/") }
    return (long(a), long(b))
  }

  /// The same, photo B by the name that a ranking gives it.
  func shownNames(candidate: String?) -> (a: String, b: String) { (names.a, candidate ?? names.b) }
}
