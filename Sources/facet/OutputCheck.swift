import AtomicFiles
import FaceImages
import Foundation

/// Whether what a command is to write can be written, and takes nothing away that it reads, asked before the work that would be
/// lost.
enum OutputCheck {
  /// - Parameters:
  ///   - paths: files to write; nil for one that was not asked for.
  ///   - inputs: files that the command reads, which none of them may replace; nil for one that was not given.
  ///   - folder: a folder that the command makes; files may lie in it, below it and beside it.
  /// - Throws: `FileWriteError` for the first thing that cannot be written, or must not.
  static func files(_ paths: String?..., reading inputs: [String?] = [], making folder: String? = nil) throws {
    if let folder { try checkCanWrite(intoFolder: folder) }
    let outputs = paths.compactMap(\.self)
    for path in outputs where !(folder.map { isMade(folderOf: path, with: $0) } ?? false) {
      try checkCanWrite(to: path)
    }
    let read = Set(inputs.compactMap(\.self).map(resolved))
    var written: Set<String> = []
    for path in outputs where !isStream(path) {
      guard !read.contains(resolved(path)) else {
        throw FileWriteError(
          path: path, reason: "this command reads that file, and would replace it; give another name")
      }
      guard written.insert(resolved(path)).inserted else {
        throw FileWriteError(path: path, reason: "two outputs would be one file; give each a name of its own")
      }
    }
  }

  /// A picture to write: that its name says how.
  static func picture(_ path: String?) throws {
    if let path { try Image.checkCanWrite(to: path) }
  }

  /// The path without links, and of a file that is not there its folder's.
  static func resolved(_ path: String) -> String {
    guard !FileManager.default.fileExists(atPath: path) else { return resolvingLink(path) }
    let url = URL(fileURLWithPath: path).standardizedFileURL
    return resolvingLink(url.deletingLastPathComponent().path) + "/" + url.lastPathComponent
  }

  /// Whether the folder of a file is not there yet, and made together with `folder`.
  private static func isMade(folderOf file: String, with folder: String) -> Bool {
    let parent = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.pathComponents
    let made = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
    return !FileManager.default.fileExists(atPath: NSString.path(withComponents: parent))
      && (parent.starts(with: made) || made.starts(with: parent))
  }
}
