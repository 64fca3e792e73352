import ArgumentParsing
import ExplainableChannels

/// Explainers on the command line: "gradcam,corrrise".
struct ExplainerList: ExpressibleByArgument {
  let kinds: [ExplainerKind]

  init?(argument: String) {
    let kinds = argument.split(separator: ",", omittingEmptySubsequences: false).map {
      ExplainerKind(rawValue: String($0))
    }
    guard kinds.allSatisfy({ $0 != nil }), Set(kinds).count == kinds.count else { return nil }
    self.kinds = kinds.compactMap { $0 }
  }

  static var argumentKind: String {
    "a list of different explainers among " + ExplainerKind.allCases.map(\.rawValue).joined(separator: ", ")
  }
  var argumentDescription: String { kinds.map(\.rawValue).joined(separator: ",") }
}
