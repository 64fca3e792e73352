import AtomicFiles
import Foundation

/// Whether what a command is to write can be written, asked before the work that would be lost.
enum OutputCheck {
  /// - Parameters:
  ///   - paths: files to write; nil for one that was not asked for.
  ///   - folder: a folder that the command makes; files may lie in it, below it and beside it.
  /// - Throws: `FileWriteError` for the first thing that cannot be written.
  static func files(_ paths: String?..., making folder: String? = nil) throws {
    if let folder { try checkCanWrite(intoFolder: folder) }
    for case let path? in paths where !(folder.map { isMade(folderOf: path, with: $0) } ?? false) {
      try checkCanWrite(to: path)
    }
  }

  /// Whether the folder of a file is not there yet, and made together with `folder`.
  private static func isMade(folderOf file: String, with folder: String) -> Bool {
    let parent = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.pathComponents
    let made = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
    return !FileManager.default.fileExists(atPath: NSString.path(withComponents: parent))
      && (parent.starts(with: made) || made.starts(with: parent))
  }
}
