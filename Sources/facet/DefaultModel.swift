import Foundation

/// The model that a command takes when none is named: Facet's own small one.
enum DefaultModel {
  static let name = "facet-small.safetensors"

  /// `given`, or the default model's file: `$FACET_MODEL`, else `Models/` in a folder above the program (a build in a
  /// clone), or `share/facet/` beside its folder (an installation). Throws ``CommandFailure`` naming them.
  static func path(_ given: String?) throws -> String {
    if let given { return given }
    if let chosen = ProcessInfo.processInfo.environment["FACET_MODEL"], !chosen.isEmpty { return chosen }
    if let found = candidates(program: program).first(where: FileManager.default.fileExists(atPath:)) { return found }
    throw CommandFailure(
      "name a model file: the default, Models/\(name), is not in a folder above this program; FACET_MODEL can name it")
  }

  /// Where the default model may be, nearest first.
  static func candidates(program: String) -> [String] {
    var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
    var paths = [folder.deletingLastPathComponent().appendingPathComponent("share/facet/" + name).path]
    while folder.path != "/" {
      paths.append(folder.appendingPathComponent("Models/" + name).path)
      folder.deleteLastPathComponent()
    }
    return paths
  }

  private static var program: String { Bundle.main.executablePath ?? CommandLine.arguments[0] }
}
