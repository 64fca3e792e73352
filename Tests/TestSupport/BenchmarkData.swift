import Foundation

/// Research data beside the project, which a test may read when it is there: `../shared/data` from the project's
/// root, or the folder named by the environment variable `FACET_DATA`.
///
/// A test that needs it says so and is skipped when it is absent:
///
///     @Test(.enabled(if: BenchmarkData.cfp != nil, "skipped: no ../shared/data/cfp"))
public enum BenchmarkData {
  /// The folder with the data sets, or nil when there is none.
  public static let root: String? = {
    let named = ProcessInfo.processInfo.environment["FACET_DATA"]
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let beside = here.appendingPathComponent("../../../shared/data").standardizedFileURL.path
    return [named, beside].compactMap(\.self).first(where: FileManager.default.fileExists)
  }()

  /// The folder of Celebrities in Frontal-Profile, or nil.
  public static let cfp: String? = folder("cfp")
  /// The folder of Labeled Faces in the Wild, or nil.
  public static let lfw: String? = folder("lfw")

  private static func folder(_ name: String) -> String? {
    guard let path = root.map({ $0 + "/" + name }), FileManager.default.fileExists(atPath: path) else { return nil }
    return path
  }
}
